"""The desk in a browser: axe finds nothing serious on any page, nothing runs over the edge, a batch prints."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from tests.offices.desk_office import ADDRESSES, PASSWORD, DeskOffice

SERVE = (sys.executable, "-c", "from labelsvc.cli import run; run()", "serve", "--port", "0", "--workers", "1")
OFFICE = (
    "/office", "/office/products", "/office/products?words=tra&sort=stars", "/office/producers", "/office/products/1",
    "/office/products/1/edit", "/office/products/new", "/office/print", "/office/print?product=1&product=2",
    "/office/alarms", "/office/batches", "/office/stamp-orders", "/office/designs", "/office/designs/edit",
    "/office/designs/tem-tet/versions", "/office/designs/tem-tet/compare",
    "/office/stocks", "/office/stocks/new", "/office/stocks/catalogue?words=tomy",
    "/office/kit", "/office/colours", "/office/colours/0B5A3A", "/office/fonts",
    "/office/proposals", "/office/places", "/office/accounts", "/office/audit", "/office/import",
    "/account", "/account/printers", "/account/second-factor", "/api/v1/docs", "/register", "/office/nothing",
)  # fmt: skip
PRODUCER = (
    "/producer", "/producer/orders", "/register", "/producer/products/1", "/producer/products/1/profile",
    "/producer/products/1/profile/label", "/producer/products/1/profile/pictures",
)  # fmt: skip
WIDTHS = (1280, 360)
"""Axe looks at the last one, where menus are folded and tables run over; both are looked at for what runs over."""
REPEATED = (
    "tbody tr:nth-child(n+9)",
    "section.card:has(> h2 > .badge + code):nth-of-type(n+5)",
    "h3[id] ~ .scroll:nth-of-type(n+5)",
)
"""What says the same as rows, operations and schemas before it, which axe looked at: it takes a second a hundred."""
AXE = "exclude => axe.run({exclude}, {resultTypes: ['violations']}).then(results => results.violations)"
SERIOUS = ("serious", "critical")
HOLDS = ProductFilter(standings=HOLDING)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> DeskOffice:
    office = DeskOffice(tmp_path_factory.mktemp("desk"))
    office.take(60)
    office.add("chuthe@htx.vn", Role.PRODUCER, 1)
    for name in ("tem-25x35", "tem-tron-32"):
        source, context = office.services.assets.design_source(name), ChangeContext("thu@vanphong.vn", office.now)
        office.services.design_shelf.add("tem-tet", source, context)
    return office


@pytest.fixture(scope="module")
def address(desk: DeskOffice) -> Iterator[str]:
    environment = os.environ | desk.office.environment | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(SERVE, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        yield "http://" + said.split("http://")[1].split("/")[0]
        process.terminate()
        process.wait(30)


def signed_in(browser, address: str, email: str, width: int, **options: object):
    page = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN", **options).new_page()
    page.goto(f"{address}/login")
    page.fill("#f-email", email)
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


ADMINISTRATOR = ADDRESSES[Role.ADMINISTRATOR]


@pytest.mark.parametrize(
    ("email", "paths"),
    [(ADMINISTRATOR, OFFICE[:11]), (ADMINISTRATOR, OFFICE[11:]), ("chuthe@htx.vn", PRODUCER)],
    ids=["records", "rest", "producer"],
)
def test_axe_finds_nothing_serious_and_nothing_runs_over(
    address: str, browser: object, desk: DeskOffice, email: str, paths: tuple[str, ...]
) -> None:
    desk.second_factor(email, "")
    page = signed_in(browser, address, email, WIDTHS[0])
    if email == ADMINISTRATOR:
        desk.second_factor(email)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    faults: list[str] = []

    for path in paths:
        answered = page.goto(address + path)
        assert answered.ok or path == "/office/nothing", path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{path} at {width}: runs over the edge")
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(AXE, [[selector] for selector in REPEATED])
        faults += [f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in SERIOUS]

    assert not faults
    assert not [text for text in complaints if "404" not in text]


def test_a_batch_is_ordered_watched_and_downloaded_without_a_mouse(
    address: str, browser: object, desk: DeskOffice, tmp_path: Path
) -> None:
    page = signed_in(browser, address, ADDRESSES[Role.CLERK], 1280, accept_downloads=True)
    product = next(
        row.id for row in desk.services.product_lists.page(HOLDS, desk.now.date()).rows if row.stars and row.stars >= 3
    )
    page.goto(f"{address}/office/print?product={product}&quantity=7&stock=a4")

    page.focus("#plan button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/batches/*")
    page.wait_for_selector("text=Sẵn sàng", timeout=60_000)
    page.wait_for_selector("#reprint")
    with page.expect_download() as download:
        page.focus("a[href$='all.zip']")
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "all.zip")

    assert (tmp_path / "all.zip").stat().st_size > 100_000


def test_a_producer_needs_no_javascript(address: str, browser: object, desk: DeskOffice) -> None:
    holding = next(
        row for row in desk.services.product_lists.page(HOLDS, desk.now.date()).rows if (row.stars or 0) >= 3
    )
    desk.add("khac@htx.vn", Role.PRODUCER, holding.producer_id)
    page = signed_in(browser, address, "khac@htx.vn", 360, java_script_enabled=False)

    page.goto(f"{address}/producer/products/{holding.id}")
    page.fill("#f-quantity", "2")
    page.click("button.wide")
    end = time.monotonic() + 60
    while "Sẵn sàng" not in page.inner_text("main") and time.monotonic() < end:
        time.sleep(0.5)
        page.reload()

    assert "Chỉ mã QR" in page.inner_text("main")


@pytest.mark.parametrize("clipboard", ["kept", "taken away"], ids=["https", "plain http"])
def test_a_token_is_copied_and_the_button_says_so(
    address: str, browser: object, desk: DeskOffice, clipboard: str
) -> None:
    page = signed_in(browser, address, ADDRESSES[Role.CLERK], 1280, permissions=["clipboard-read", "clipboard-write"])
    if clipboard == "taken away":  # as a page over plain http has none
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{address}/account")
    if not page.is_visible("#tokens #f-name"):
        page.click("#tokens details:has(#f-name) summary")
    page.fill("#tokens #f-name", f"máy {clipboard}")
    page.check("#tokens input[name=scopes] >> nth=0")
    page.click("#tokens form button:has-text('Tạo')")

    page.click("[data-copy='#made']")
    page.wait_for_selector("[data-copy='#made']:has-text('Đã chép')")
    page.focus("#f-old")
    page.keyboard.press("Control+V")

    assert page.input_value("#f-old") == page.inner_text("#made").strip()


def test_escape_closes_the_account_menu_and_gives_its_button_the_focus(
    address: str, browser: object, desk: DeskOffice
) -> None:
    page = signed_in(browser, address, ADDRESSES[Role.CLERK], 1280)
    page.goto(f"{address}/office")
    page.click("details.menu summary")
    assert page.is_visible("details.menu .who")

    page.keyboard.press("Escape")

    assert not page.is_visible("details.menu .who")
    assert page.evaluate("document.activeElement.closest('details.menu') !== null")
