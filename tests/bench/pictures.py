"""``make bench``, pictures that a clerk waits for: labels on a product's page after a start, previews of the editor."""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from labelsvc.domain.account import Role
from tests.bench.served import COMMAND, served
from tests.offices.desk_office import DeskOffice

SIGNING_IN = 4.0
"""Seconds between the first page of a service that was just started and a clerk's first product."""
READING = 2.0
"""Seconds between a clerk's first page and the first preview."""
TOGETHER = 6
"""Connections that a browser opens to one host."""


def main(environment: dict[str, str]) -> None:
    """Measure and print; the environment's office has products."""
    labels(environment)
    with tempfile.TemporaryDirectory() as scratch:
        previews(Path(scratch))


def labels(environment: dict[str, str]) -> None:
    """Ask a service that was just started for the labels on products' pages, all of a page at once."""
    told = subprocess.run(
        [COMMAND, "user", "demonstration"], env=environment, capture_output=True, text=True, check=True
    )
    _, clerk, _ = re.findall(r"(\S+@\S+)\s+(\S+)", told.stdout)
    with served([COMMAND, "serve", "--port", "0", "--workers", "1", "--no-worker"], environment) as port:
        address = f"http://localhost:{port}"
        browser = signed_in(address, *clerk)
        time.sleep(SIGNING_IN)
        first, *others = [labels_of(browser, f"{address}/office/products/{number}") for number in range(1, 6)]
    print(f"{'labels of the first product after a start':<52}{1000 * first:>10.0f} ms")
    print(f"{'labels of the next products':<52}{1000 * statistics.median(others):>10.0f} ms")


def signed_in(address: str, email: str, password: str) -> OpenerDirector:
    """Return a browser with an account's session."""
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(f"{address}/login") as page:
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page.read().decode())
    assert token
    form = {"csrf_token": token[1], "email": email, "password": password}
    with browser.open(f"{address}/login", urlencode(form).encode()) as page:
        assert page.geturl().endswith("/office/"), page.geturl()
    return browser


def labels_of(browser: OpenerDirector, address: str) -> float:
    """Return the seconds until all labels of a product's page are there, once the page is."""

    def look(path: str) -> bytes:
        with browser.open(address.partition("/office")[0] + path) as picture:
            return bytes(picture.read())

    with browser.open(address) as page:
        paths = re.findall(r'src="(/office/products/\d+/labels/[^"]+)"', page.read().decode())
    assert paths, address
    start = time.perf_counter()
    with ThreadPoolExecutor(TOGETHER) as connections:
        assert all(content.startswith(b"\x89PNG") for content in connections.map(look, paths))
    return time.perf_counter() - start


def previews(folder: Path) -> None:
    """Ask for previews as the editor does: the first one, READING seconds after the gallery, and those as one types."""
    desk = DeskOffice(folder)
    desk.take(1)
    clerk = desk.client(Role.CLERK)
    source = desk.services.assets.design_source("tem-25x35").decode()
    clerk.get("/office/designs")
    time.sleep(READING)
    seconds = []
    for i in range(6):
        start = time.perf_counter()
        answer = clerk.post("/office/designs/preview", source=f"{source}<!-- {i} -->")
        seconds.append(time.perf_counter() - start)
        if "data:image/png" not in answer.text:
            raise SystemExit(f"no preview: {answer.text[:300]}")
    print(f"{'first preview of a design':<52}{1000 * seconds[0]:>10.0f} ms")
    print(f"{'previews as one types':<52}{1000 * statistics.median(seconds[1:]):>10.0f} ms")
