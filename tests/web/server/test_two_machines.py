"""Two web machines behind nginx, with one PostgreSQL and one Redis and nothing else shared, are one service."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from labelsvc.config import Settings
from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.label_code import StampIdentity
from labelsvc.pdf.inks import Ink
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.services import Services
from labelsvc.storage.keys.key_file import KeyFile
from labelsvc.workflows.looks.edit_fonts import FontEditor
from labelsvc.workflows.looks.edit_palette import PaletteEditor
from tests import CHECKOUT
from tests.conftest import PostgresqlServer, missing
from tests.offices.command_line import PROGRAM, CommandLine
from tests.offices.redis_server import RedisServer, redis_server
from tests.offices.set_clock import SetClock
from tests.offices.stored_office import Stores
from tests.samples.font_files import FAMILY, cff_font

pytestmark = pytest.mark.faults

PASSWORD = "một mật khẩu dài cho thử 7"
STARTING_SECONDS = 30
SHIPPED = (CHECKOUT / "templates" / "labels" / "tem-25x35.svg").read_text(encoding="utf-8")
RED = Ink("do-co", "#C8102E", (0, 98, 75, 16), vi="Đỏ cờ")
NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
  access_log off; client_max_body_size 25m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  upstream machines {{
    server 127.0.0.1:{first} max_fails=2 fail_timeout=5s; server 127.0.0.1:{second} max_fails=2 fail_timeout=5s;
    keepalive 64; keepalive_timeout 1s;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://machines; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_next_upstream error timeout; proxy_next_upstream_tries 2;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
      add_header X-Machine $upstream_addr always;
    }}
  }}
}}
"""


@dataclass
class Browser:
    """Cookies, and which machines answered; each request goes to the next machine."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    machines: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str, str]:
        """Return status, location and text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body or None, {name.replace("_", "-"): v for name, v in headers.items()})
            with connection.getresponse() as answer:
                text = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.machines.append(answer.headers["X-Machine"])
        return answer.status, answer.headers.get("Location", ""), text

    def send(self, path: str, **values: str) -> tuple[int, str, str]:
        """Send the form of a page with the token that the page has."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", path)[2])
        assert token
        form = urlencode(values | {"csrf_token": token[1]}).encode()
        return self.ask("POST", path, form, Content_Type="application/x-www-form-urlencoded")

    def upload(self, path: str, name: str, content: bytes) -> tuple[int, str, str]:
        """Send a file with the token that the page has."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", path)[2])
        assert token
        parts = (('name="csrf_token"', token[1].encode()), (f'name="files"; filename="{name}"', content))
        body = b"".join(
            b"--rim\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (head.encode(), part) for head, part in parts
        )
        return self.ask("POST", path, body + b"--rim--\r\n", Content_Type="multipart/form-data; boundary=rim")


@dataclass
class Machines:
    """The address of nginx, both machines' own, and the office's stores."""

    port: int
    own_ports: tuple[int, int]
    services: Services
    codes: list[str]
    second: subprocess.Popen[str]
    redis: RedisServer

    def kill_second(self) -> None:
        os.killpg(self.second.pid, signal.SIGKILL)


@pytest.fixture
def machines(postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[Machines]:
    if shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin") is None:
        missing("nginx is not installed: apt-get install nginx-light")
    pytest.importorskip("redis", reason="redis is not installed: pip install redis")
    url, front = postgresql_server.new_database(), free_port()
    first, second = CommandLine(tmp_path / "a"), CommandLine(tmp_path / "b")
    with ExitStack() as held:
        redis = held.enter_context(redis_server(tmp_path))
        settings = {"database": url, "limits": redis.url, "queue": redis.url}
        services = Services(Settings.read(first.environment(settings)))
        held.callback(services.close)
        stores = Stores(services.database, first.home)
        stores.order(10)
        add_account(services)
        key = KeyFile(first.home / "keys.json").read()[0]
        second.home.mkdir(parents=True, mode=0o700)
        shutil.copy(first.home / "keys.json", second.home)
        clock = SetClock(tmp_path)
        clock.set(-1.5)  # the second machine's own is astray, and nobody sees it
        (one, _) = held.enter_context(serving(first, settings))
        (two, killed) = held.enter_context(serving(second, settings, clock.settings))
        conf = tmp_path / "nginx.conf"
        conf.write_text(NGINX.format(folder=tmp_path, first=one, second=two, port=front))
        held.enter_context(started(["/usr/sbin/nginx", "-c", str(conf), "-p", str(tmp_path)]))
        wait_for(front)
        codes = [key.seal(StampIdentity(1, number)) for number in range(1, 11)]
        yield Machines(front, (one, two), services, codes, killed, redis)


def add_account(services: Services) -> None:
    account = Account(email="canbo@vanphong.vn", name="Cán bộ", role=Role.CLERK)
    hashed = services.password_hashes.hash(PASSWORD)
    services.accounts.add(account, hashed, ChangeContext("cli", datetime.now(UTC)))


@contextmanager
def serving(
    office: CommandLine, settings: dict[str, str], clock: Mapping[str, str] | None = None
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    office.folder.mkdir(exist_ok=True)
    command = [*PROGRAM, "serve", "--port", "0", "--workers", "1", "--no-worker"]
    with subprocess.Popen(
        command,
        env={**office.environment(settings), **(clock or {})},
        cwd=office.folder,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found
        try:
            yield int(found[1]), process
        finally:
            process.terminate()
            process.wait(STARTING_SECONDS)


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STARTING_SECONDS)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_for(port: int) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def test_two_machines_are_one_service(machines: Machines) -> None:
    browser = Browser(machines.port)
    signed_in = browser.send("/login", email="canbo@vanphong.vn", password=PASSWORD)
    pages = [browser.ask("GET", "/office/")[0] for _ in range(4)]
    assert signed_in[0] == 302, signed_in[2][:2000]
    assert pages == [200] * 4
    assert len(set(browser.machines)) == 2

    days_are_the_same_on_both(machines)
    uploads_are_decided_on_by_either(browser)
    counts_of_scans_are_of_both(machines)
    changes_show_on_both_at_once(machines)
    looks_show_on_both_at_once(machines)
    answers_to_a_key_are_of_both(machines)
    tries_are_counted_by_both(machines)
    killed_parts_show_nobody_an_error(machines, browser)


def days_are_the_same_on_both(machines: Machines) -> None:
    """Both judge a stamp, and sign that, at the same moment, though one machine's clock is a day and a half behind."""
    words = {"Accept": "application/json"}
    told = [json.loads(Browser(port).ask("GET", f"/{machines.codes[2]}", **words)[2]) for port in machines.own_ports]
    first, second = (datetime.fromisoformat(facts["signed_at"]) for facts in told)
    assert abs(first - second) < timedelta(minutes=1)
    assert told[0]["verdict"] == told[1]["verdict"]


def uploads_are_decided_on_by_either(browser: Browser) -> None:
    head = "sản phẩm,chủ thể,số sao,ngày quyết định,số quyết định\n"
    table = f"{head}Trà sen,HTX Một,4,2026-03-05,1/QĐ-UBND\nTrà chín sao,HTX Một,9,2026-03-05,1/QĐ-UBND\n".encode()
    status, preview, text = browser.upload("/office/import", "a.csv", table)
    assert status == 302, text[:3000]
    texts = [browser.ask("GET", preview)[2] for _ in range(2)]
    assert all("Trà sen" in text for text in texts)
    status, done, text = browser.send(preview)
    assert status == 302, text[:3000]
    for _ in range(2):
        assert "Trà chín sao" in browser.ask("GET", f"{done}/refused.csv")[2]


def counts_of_scans_are_of_both(machines: Machines) -> None:
    code = machines.codes[0]
    for number, port in enumerate((*machines.own_ports, *machines.own_ports)):
        phone = Browser(port)
        assert phone.ask("GET", f"/{code}", User_Agent=f"Mozilla/5.0 (Linux; Android 14) {number}")[0] == 200
    time.sleep(1)
    texts = [Browser(port).ask("GET", f"/{code}?seen=1&lang=en")[2] for port in machines.own_ports]
    assert all("scanned 4 times" in text for text in texts), texts[0]


def changes_show_on_both_at_once(machines: Machines) -> None:
    services = machines.services
    before = [Browser(port).ask("GET", f"/{machines.codes[1]}")[2] for port in machines.own_ports]
    [product] = [each for each in services.products.all() if each.product.name in before[0]]
    renamed = "Tên mới của sản phẩm"
    with services.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE products SET name = '{renamed}' WHERE id = {product.id}")
    after = [Browser(port).ask("GET", f"/{machines.codes[1]}")[2] for port in machines.own_ports]
    assert [renamed in text for text in (*before, *after)] == [False, False, True, True]


def looks_show_on_both_at_once(machines: Machines) -> None:
    """A design in a new colour and a new font is offered by machines that know both; a newer version has its title."""
    services, context = machines.services, ChangeContext("thu", datetime.now(UTC))
    [account] = [each for each in services.accounts.all() if each.email == "canbo@vanphong.vn"]
    token = services.sign_ins.make_token(account.id, "thử", ("batches:read",), datetime.now(UTC))

    def offered(port: int) -> dict[str, str]:
        answer = json.loads(Browser(port).ask("GET", "/api/v1/looks", Authorization=f"Bearer {token}")[2])
        return {each["name"]: each["title"] for each in (*answer["designs"], *answer["stocks"])}

    def publish(title: str) -> None:
        source = SHIPPED.replace("#0B5A3A", RED.screen).replace("Tem 25 × 35 mm", title)
        source = source.replace('data-ls="serial"', f'data-ls="serial" data-ls-family="{FAMILY}"')
        version = services.design_shelf.add("tem-hai-may", source.encode(), context)
        services.design_shelf.publish("tem-hai-may", version, context)
        stock = replace(services.shipped_assets.stock("a4"), name="giay-hai-may", title=title)
        services.stock_shelf.add(stock.name, stock_toml(stock), context)

    before = [offered(port) for port in machines.own_ports]
    publish("Tem một")
    lacking = [offered(port) for port in machines.own_ports]
    palette = PaletteEditor(services.palettes, services.looks, services.assets, services.settings.host)
    palette.save(RED, context, is_new=True)
    FontEditor(services.office_fonts, services.looks, services.assets, services.settings.host).add(cff_font(), context)
    first = [offered(port) for port in machines.own_ports]
    publish("Tem hai")
    second = [offered(port) for port in machines.own_ports]

    assert "tem-hai-may" not in before[0] | before[1] | lacking[0] | lacking[1]
    for name in ("tem-hai-may", "giay-hai-may"):
        assert [each[name] for each in (*first, *second)] == ["Tem một"] * 2 + ["Tem hai"] * 2


def answers_to_a_key_are_of_both(machines: Machines) -> None:
    services = machines.services
    [account] = [each for each in services.accounts.all() if each.email == "canbo@vanphong.vn"]
    token = services.sign_ins.make_token(account.id, "thử", ("recognitions:write", "products:write"), datetime.now(UTC))
    words = {"Authorization": f"Bearer {token}", "Idempotency_Key": "mot-lan", "Content_Type": "application/json"}
    path = f"/api/v1/products/{services.products.all()[0].id}/recognitions"
    body = json.dumps({"stars": 5, "decision_date": f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"}).encode()
    before = len(services.products.all()[0].recognitions)
    answers = [Browser(port).ask("POST", path, body, **words) for port in machines.own_ports]
    assert answers[0][0] == 201, answers[0]
    assert answers[0] == answers[1]
    assert len(services.products.all()[0].recognitions) == before + 1


def tries_are_counted_by_both(machines: Machines) -> None:
    """Ten passwords a minute for an address and sixty codes, whichever machine is asked; again if the minute ends."""
    stranger = Browser(machines.port)

    def refused_passwords(email: str) -> int:
        return [stranger.send("/login", email=email, password="sai")[0] for _ in range(12)].count(429)

    def refused_codes() -> int:
        return [stranger.ask("GET", f"/?code={'0' * 20}")[0] for _ in range(62)].count(429)

    assert any(refused_passwords(email) == 2 for email in ("ai@vanphong.vn", "ai.do@vanphong.vn"))
    assert any(refused_codes() >= 2 for _ in range(2))
    assert len(set(stranger.machines)) == 2


def killed_parts_show_nobody_an_error(machines: Machines, clerk: Browser) -> None:
    """Redis goes and comes back empty, then one web machine goes; nginx asks the other one."""
    is_over = threading.Event()
    [account] = [each for each in machines.services.accounts.all() if each.email == "canbo@vanphong.vn"]
    token = machines.services.sign_ins.make_token(account.id, "thử", ("products:read",), datetime.now(UTC))
    asked = [(f"/{machines.codes[0]}", {}), ("/register", {}), ("/office", {})]
    asked.append(("/api/v1/products", {"Authorization": f"Bearer {token}"}))

    for path, words in asked * 2:
        clerk.ask("GET", path, **words)  # both machines have it at hand

    def ask(path: str, words: dict[str, str]) -> list[tuple[str, int]]:
        person, answers = Browser(machines.port, dict(clerk.cookies)), []
        while not is_over.is_set():
            answers.append((path, person.ask("GET", path, **words)[0]))
        return answers

    with ThreadPoolExecutor(len(asked)) as people:
        asking = [people.submit(ask, path, words) for path, words in asked]
        try:
            for act in (machines.redis.stop, machines.redis.start, machines.kill_second):
                time.sleep(0.7)
                act()
            time.sleep(0.7)
        finally:
            is_over.set()

    answers = Counter(answer for each in asking for answer in each.result(30))
    assert {status for _, status in answers} == {200}, answers
    assert {path for path, _ in answers} == {path for path, _ in asked}
