"""The whole service while its database is away or held by another writer: genuine stays genuine, nothing is lost."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.engine.connector import RETURN_SECONDS
from labelsvc.storage.keys.key_file import KeyFile
from labelsvc.storage.people.accounts import Accounts
from labelsvc.storage.people.sign_ins import SignIns
from tests.conftest import PostgresqlServer
from tests.offices.command_line import PROGRAM, CommandLine
from tests.offices.stored_office import Stores
from tests.offices.watched_service import TOKEN

pytestmark = pytest.mark.faults

PATIENCE_SECONDS = 30
ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile", "Accept": "text/html"}


class Served:
    """``labelsvc serve`` with a process of each kind over an office with one batch of ten stamps, and a token."""

    def __init__(self, office: CommandLine, url: str) -> None:
        self.database = Database.open(url)
        self.stores = Stores(self.database, office.home)
        self.stores.order(10)
        now = datetime.now(UTC)
        account = Account(email="canbo@vanphong.vn", name="Cán bộ", role=Role.CLERK)
        made = Accounts(self.database).add(account, "!", ChangeContext("cli", now))
        self.token = {
            "Authorization": f"Bearer {SignIns(self.database).make_token(made.id, 'thử', ('products:read',), now)}"
        }
        command = [*PROGRAM, "serve", "--port", "0", "--workers", "1", "--no-worker"]
        environment = office.environment({"database": url, "metrics_token": TOKEN})
        self.process = subprocess.Popen(
            command, env=environment, cwd=office.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout
        found = re.search(r":(\d+)/", self.process.stdout.readline())
        assert found
        self.port = int(found[1])
        self.codes = [KeyFile(office.home / "keys.json").read()[0].seal(StampIdentity(1, n)) for n in range(1, 11)]
        self.ask("/login")

    def ask(self, path: str, **headers: str) -> tuple[int, str, str]:
        """Return an answer's status, its Retry-After and its text."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)) as connection:
            connection.request("GET", path, headers=ANDROID | {"Connection": "close"} | headers)
            with connection.getresponse() as answer:
                text = answer.read().decode()
        return answer.status, answer.headers.get("Retry-After", ""), text

    def asked_until(self, path: str, status: int, **headers: str) -> str:
        """Ask until the status is that, and return the text."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                found, _, text = self.ask(path, **headers)
                if found == status:
                    return text
            time.sleep(0.05)
        raise AssertionError(f"{path} is never {status}")

    def kill_web_processes(self) -> None:
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)

    def most_threads(self) -> int:
        """Return how many threads the process with the most has."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return max(len(os.listdir(f"/proc/{child}/task")) for child in children)

    def counted(self) -> int:
        """Return how many scans the database knows of."""
        epoch = KeyFile(self.stores.home / "keys.json").read()[0].name
        found = [self.stores.scans.look(epoch, 1, serial)[1] for serial in range(1, 11)]
        return sum(scans.count for scans in found if scans)


@contextmanager
def served(tmp_path: Path, url: str) -> Iterator[Served]:
    service = Served(CommandLine(tmp_path), url)
    try:
        yield service
    finally:
        with service.process:
            service.process.terminate()
            service.process.wait(PATIENCE_SECONDS)
        service.database.close()


def test_a_postgresql_restart_costs_only_patience(postgresql_server: PostgresqlServer, tmp_path: Path) -> None:
    answers: list[tuple[int, str, str]] = []
    is_over = threading.Event()

    def keep_asking(service: Served, path: str, headers: dict[str, str]) -> None:
        while not is_over.is_set():
            answers.append(service.ask(path, **headers))
            time.sleep(0.02)

    with served(tmp_path, postgresql_server.new_database()) as service, ThreadPoolExecutor(12) as people:
        pages = [(f"/{service.codes[0]}", {}), ("/register", {}), ("/api/v1/products", service.token)]
        for path, headers in pages * 3:
            people.submit(keep_asking, service, path, headers)
        time.sleep(0.5)
        postgresql_server.stop()
        try:
            away = [service.asked_until(path, 503, **headers) for path, headers in pages]
            is_over.set()
            forged = service.ask("/7K3QX9ZT4M2B8RVC5WHD")
            service.kill_web_processes()
            made_anew = [service.asked_until(path, 503, **headers) for path, headers in pages]
            scanned = [service.ask(f"/{service.codes[5]}", **phone(number)) for number in range(20)]
            figures = service.ask("/metrics", Authorization=f"Bearer {TOKEN}")[2]
        finally:
            is_over.set()
            postgresql_server.start()
        back = [service.asked_until(path, 200, **headers) for path, headers in pages]
        counted_until(service, 6, 20)

    assert {status for status, _, _ in answers} == {200, 503}
    assert all(wait for status, wait, _ in [*answers, *scanned] if status == 503)
    assert {status for status, _, _ in scanned} == {503}
    assert forged[0] in (404, 503)
    for scan, page, api in (away, made_anew):
        assert "Tem do Văn phòng phát hành" in scan
        assert "chưa phục vụ được" in page or "cannot reach its records" in page
        assert "cannot reach its records" in api or json.loads(api)["status"] == 503
    assert all(back)
    assert "labelsvc_database_up 0.0\n" in figures
    assert "labelsvc_web_processes 2.0\n" in figures
    unavailable = re.search(r'labelsvc_unavailable_total\{reason="database"\} (\d+)', figures)
    assert int(unavailable[1]) >= len(scanned)  # those of processes that were killed among them


def phone(number: int) -> dict[str, str]:
    """Return the header of a device that is not the others."""
    return {"User-Agent": f"{ANDROID['User-Agent']} {number}"}


def counted_until(service: Served, serial: int, wanted: int) -> None:
    """Wait until the scans that were answered without a database are counted."""
    epoch = KeyFile(service.stores.home / "keys.json").read()[0].name
    until, count = time.monotonic() + PATIENCE_SECONDS, 0
    while count != wanted:
        assert time.monotonic() < until, count
        with suppress(StorageRefused):
            scans = service.stores.scans.look(epoch, 1, serial)[1]
            count = scans.count if scans else 0
        time.sleep(0.05)


def test_scans_go_on_while_another_program_holds_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'labelsvc.db'}"
    with served(tmp_path, url) as service:
        service.database.close()
        with Database.open(url).writing(), ThreadPoolExecutor(16) as phones:  # from here on nobody else writes
            begun = time.monotonic()
            asked = [phones.submit(service.ask, f"/{service.codes[n % 10]}", **phone(n)) for n in range(300)]
            register = service.ask("/register")
            api = service.ask("/api/v1/products", **service.token)
            statuses = {one.result()[0] for one in asked}
            seconds = time.monotonic() - begun
        service.process.terminate()
        service.process.wait(PATIENCE_SECONDS)

        assert statuses == {200}
        assert (register[0], api[0]) == (200, 200)
        assert seconds < 10  # two on a machine that does nothing else; it was ten seconds for every hundred
        assert service.counted() == 300


def test_a_killed_process_loses_no_scan_older_than_a_second(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'home' / 'labelsvc.db'}"
    with served(tmp_path, url) as service:
        for number in range(50):
            assert service.ask(f"/{service.codes[number % 10]}", **phone(number))[0] == 200
        time.sleep(1.0)
        service.kill_web_processes()
        counted = service.counted()

    assert counted == 50


@contextmanager
def hanging(server: PostgresqlServer) -> Iterator[None]:
    """Stop all processes of a PostgreSQL server, so that its connections stay open and say nothing."""
    pids = [server.started[-1].pid]
    pids += map(int, Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text().split())
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def locking(server: PostgresqlServer, url: str) -> Iterator[None]:
    """Hold a lock that nobody may read beside."""
    with Database.open(url).writing() as connection:
        connection.exec_driver_sql("LOCK TABLE scans, record_version IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("trouble", ["hangs", "holds a lock"])
def test_genuine_codes_are_answered_while_postgresql_does_not(
    postgresql_server: PostgresqlServer, tmp_path: Path, trouble: str
) -> None:
    url = postgresql_server.new_database()
    with served(tmp_path, url) as service:
        service.ask(f"/{service.codes[0]}")
        silent = hanging(postgresql_server) if trouble == "hangs" else locking(postgresql_server, url)
        with silent, ThreadPoolExecutor(64) as phones:
            begun = time.monotonic()
            first = list(phones.map(lambda n: timed(service, f"/{service.codes[n % 10]}", **phone(n)), range(64)))
            later = [timed(service, f"/{service.codes[n % 10]}", **phone(100 + n)) for n in range(20)]
            picture = timed(service, f"/picture/{'0' * 64}")
            seconds = time.monotonic() - begun
            threads = service.most_threads()
        service.asked_until(f"/{service.codes[0]}", 200)
        counted = 0
        until = time.monotonic() + PATIENCE_SECONDS
        while counted < 85 and time.monotonic() < until:
            counted = service.counted()
            time.sleep(0.2)

    assert {(status, bool(wait)) for _, status, wait in (*first, *later)} == {(503, True)}
    assert max(took for took, *_ in first) < 6  # two for the answer that does not come, and the machine's own
    assert max(took for took, *_ in (*later[1:], picture)) < 0.5, "whoever comes later waits for nobody"
    assert seconds < 10
    assert threads < 48  # gunicorn's 32, and a handful of our own
    assert counted == 85


def timed(service: Served, path: str, **headers: str) -> tuple[float, int, str]:
    """Return how long an answer took, its status and its Retry-After."""
    begun = time.monotonic()
    status, wait, text = service.ask(path, **headers)
    assert status != 503 or "/picture/" in path or "Tem do Văn phòng phát hành" in text
    return time.monotonic() - begun, status, wait


ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()"


def test_backends_that_end_and_a_restart_show_nobody_an_error(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    answers: list[tuple[str, int]] = []
    is_over = threading.Event()

    def keep_asking(service: Served, path: str, headers: dict[str, str]) -> None:
        while not is_over.is_set():
            answers.append((path, service.ask(path, **headers)[0]))

    url = postgresql_server.new_database()
    end_all = ENDED.format(postgresql_server.name_in(url))
    with served(tmp_path, url) as service, ThreadPoolExecutor(4) as people:
        code = f"/{service.codes[0]}"
        pages = [(code, {}), ("/register", {}), ("/api/v1/products", service.token)]
        for path, headers in pages:
            service.asked_until(path, 200, **headers)
            people.submit(keep_asking, service, path, headers)
        try:
            for _ in range(3):
                time.sleep(0.5)
                postgresql_server.run(end_all)
            ended = [*answers]
            postgresql_server.stop()
            began = time.monotonic()
            postgresql_server.start()
            was_away = time.monotonic() - began
            time.sleep(0.5)
        finally:
            is_over.set()

    assert {status for _, status in ended} == {200}
    waited_for = {status for path, status in answers if path != code}
    assert waited_for == {200} or was_away > RETURN_SECONDS / 2  # a machine that is busy takes longer to start it
    assert len({path for path, _ in ended}) == 3
