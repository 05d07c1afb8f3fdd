"""Two kinds of processes under one port: the desk fills its own, each comes back when killed, a stop resets nobody."""

from __future__ import annotations

import gc
import http.client
import multiprocessing
import os
import resource
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from labelsvc.web.server.gunicorn_server import THREADS, Apps, serve
from labelsvc.web.server.lanes import Lanes, is_for_staff
from labelsvc.web.server.slow_clients import DeadlineSocket
from labelsvc.web.server.web_worker import WebWorker
from tests.offices.command_line import PROGRAM, CommandLine

SLOW_SECONDS = 1.0
PATIENCE_SECONDS = 30
PRELOADED_BY: list[int] = []
"""The process that loaded what others inherit, in those that do."""


def app_of(kind: str) -> Callable[[], Any]:
    """Return what makes an application that says its kind, its process and what it was sent."""

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"].endswith("/slow"):
            time.sleep(SLOW_SECONDS)
        if environ["PATH_INFO"].endswith("/garbage"):
            body = str(gc.get_threshold()[0]).encode()
        if environ["PATH_INFO"].endswith("/preloaded"):
            body = ",".join(map(str, PRELOADED_BY)).encode()
        answer = f"{kind} {os.getpid()} {environ['PATH_INFO']} {body.decode()}".encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    return lambda: app


@dataclass(frozen=True)
class Service:
    """A running service: its port and its master."""

    port: int
    process: multiprocessing.process.BaseProcess

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def ask(self, path: str) -> list[str]:
        """Return the words of an answer: kind, process, path, what was sent."""
        with closing(self.connect()) as connection:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().read().decode().split(" ")

    def stop(self) -> float:
        """Stop, and return how many seconds that took."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.join(PATIENCE_SECONDS)
        return time.monotonic() - begun


@contextmanager
def running() -> Iterator[Service]:
    fork = multiprocessing.get_context("fork")
    hears, tells = fork.Pipe(duplex=False)
    apps = Apps(app_of("public"), app_of("staff"), lambda: PRELOADED_BY.append(os.getpid()))
    options = {"host": "127.0.0.1", "port": 0, "workers": 1, "announce": tells.send}
    process = fork.Process(target=serve, args=(apps,), kwargs=options)
    process.start()
    address = hears.recv() if hears.poll(PATIENCE_SECONDS) else ""
    service = Service(int(address.rpartition(":")[2].strip("/")), process)
    service.ask("/office")
    try:
        yield service
    finally:
        service.stop()
    assert process.exitcode == 0, "the service stops gracefully"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as service:
        yield service


def test_the_desk_is_forked_of_what_its_master_loaded_once(service: Service) -> None:
    of_desk, of_scans = (service.ask(path)[3] for path in ("/office/preloaded", "/preloaded"))

    assert of_desk == str(service.process.pid)
    assert of_scans in ("", of_desk), "the first process of scans is forked before, one that comes later after that"


@pytest.mark.parametrize(
    "line",
    [
        b"GET /office HTTP/1.1",
        b"POST /login?next=/ HTTP/1.1\r",
        b"GET /%6fffice/products HTTP/1.1",
        b"GET http://TEM.OCOPHN.VN/api/v1/products HTTP/1.1",
        b"HEAD /register HTTP/1.1",
    ],
)
def test_request_lines_of_the_desk_are_known(line: bytes) -> None:
    assert is_for_staff(line)


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1",
        b"GET /7K3QX9ZT4M2B8RVC5WHD HTTP/1.1",
        b"GET //office HTTP/1.1",
        b"GET /01/08934567890120/21/7K3QX9ZT4M2B8RVC5WHD HTTP/1.1",
        b"GET /?code=/office HTTP/1.1",
        b"GET http://[office HTTP/1.1",
        b"",
        b"\xff\xfe",
    ],
)
def test_every_other_request_line_is_a_scan(line: bytes) -> None:
    assert not is_for_staff(line)


@pytest.mark.parametrize("kind", ["public", "staff"])
def test_a_process_without_descriptors_skips_a_connection(kind: str) -> None:
    worker, lanes = WebWorker.__new__(WebWorker), Lanes()
    worker.lanes, lane = lanes, getattr(lanes, kind)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for _ in range(2):
        ours, theirs = socket.socketpair()
        lane.send(DeadlineSocket(fileno=theirs.detach()))
        ours.close()

    with ExitStack() as held:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
        held.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        with suppress(OSError):
            while True:
                held.enter_context(open(os.devnull))
        worker.accept(lane.receiver)

    with lane.receive() as second:
        assert second.fileno() > 0
    for each in (lanes.public, lanes.staff):
        each._sender.close()
        each.receiver.close()


def test_one_connection_is_answered_by_either_kind_in_turn(service: Service) -> None:
    asked = [
        ("GET", "/", ""),
        ("POST", "/office/import", "x" * 100_000),
        ("GET", "/office", ""),
        ("GET", "/CODE", ""),
        ("GET", "/%6fffice", ""),
    ]
    answers = []

    with closing(service.connect()) as connection:
        for method, path, sent in asked:
            connection.request(method, path, sent or None)
            answers.append(connection.getresponse().read().decode().split(" "))

    assert [words[0] for words in answers] == ["public", "staff", "staff", "public", "staff"]
    assert answers[1][3] == "x" * 100_000
    assert len({words[1] for words in answers}) == 2


@pytest.mark.parametrize("path", ["/garbage", "/office/garbage"])
def test_collections_of_a_process_are_short_whatever_its_command_set(path: str, service: Service) -> None:
    assert 500 < int(service.ask(path)[3]) < 5_000


def test_requests_sent_all_at_once_are_answered_one_after_the_other(service: Service) -> None:
    paths = ("/A", "/office/B", "/C", "/login", "/D")
    wanted = [b"public", b"staff", b"public", b"staff", b"public"]
    requests = [f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths]
    requests[-1] = requests[-1].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(b"".join(requests))
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))

    bodies = [part.rpartition(b"\r\n\r\n")[2] for part in answers.split(b"HTTP/1.1 200 OK")[1:]]
    assert [body.split(b" ")[0] for body in bodies] == wanted


def test_a_desk_that_is_full_leaves_scans_alone(service: Service) -> None:
    with ThreadPoolExecutor(3 * THREADS) as people:
        busy = [people.submit(service.ask, "/office/slow") for _ in range(3 * THREADS)]
        time.sleep(SLOW_SECONDS / 4)
        seconds = []
        for _ in range(20):
            begun = time.monotonic()
            assert service.ask("/CODE")[0] == "public"
            seconds.append(time.monotonic() - begun)
        waiting = sum(not one.done() for one in busy)
        answers = [one.result() for one in busy]

    assert waiting > THREADS  # the desk was full all the while
    assert statistics.median(seconds) < SLOW_SECONDS / 4
    assert all(words[0] == "staff" for words in answers)


@pytest.mark.faults
@pytest.mark.parametrize("ended", [signal.SIGTERM, signal.SIGABRT, signal.SIGKILL])
def test_processes_that_end_are_made_anew(service: Service, ended: signal.Signals) -> None:
    before = [service.ask(path)[1] for path in ("/CODE", "/office")]

    for process in before:
        os.kill(int(process), ended)
    until = time.monotonic() + PATIENCE_SECONDS
    while {word_of(service, path)[1] for path in ("/CODE", "/office")} & {*before, ""}:
        assert time.monotonic() < until
        time.sleep(0.02)

    assert [service.ask(path)[0] for path in ("/CODE", "/office")] == ["public", "staff"]


def word_of(service: Service, path: str) -> list[str]:
    try:
        return service.ask(path)
    except (OSError, http.client.HTTPException):  # it was killed with the request in its hands
        return ["", ""]


@pytest.mark.faults
def test_a_stop_under_load_resets_no_client() -> None:
    faults: list[str] = []
    answered = []
    stopping = threading.Event()

    def keep_asking(service: Service, path: str, *, closes: bool) -> None:
        connection = service.connect()
        while True:
            try:
                if connection.sock is None:
                    connection.connect()
                connection.request("GET", path, headers={"Connection": "close"} if closes else {})
                answer = connection.getresponse()
                answered.append(answer.read())
                if answer.will_close:
                    connection.close()
            except ConnectionRefusedError:
                return
            except (OSError, http.client.HTTPException) as error:
                faults.append(f"{path} {closes} {stopping.is_set()} {error!r}")
                return

    with running() as service, ThreadPoolExecutor(16) as clients:
        for path in ("/CODE", "/office"):
            for number in range(8):
                clients.submit(keep_asking, service, path, closes=number % 2 == 0)
        time.sleep(1.0)
        stopping.set()
        service.stop()

    assert len(answered) > 16
    assert faults == []


@pytest.mark.faults
def test_a_stop_while_processes_begin_waits_for_none() -> None:
    with running() as service:
        for path in ("/CODE", "/office"):
            os.kill(int(service.ask(path)[1]), signal.SIGKILL)

        seconds = service.stop()

    assert seconds < 5  # ten where the signal is lost on a process that begins


@pytest.mark.faults
def test_an_idle_service_with_its_print_worker_stops_soon(tmp_path: Path) -> None:
    office = CommandLine(tmp_path)
    command = [*PROGRAM, "serve", "--port", "0", "--workers", "1"]
    environment = office.environment({}) | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout
        port = int(service.stdout.readline().partition("http://localhost:")[2].partition("/")[0])
        for path in ("/", "/login"):
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_SECONDS) as page:
                assert page.status == 200
        worker, *_ = printing = [one for one in children(service.pid) if "--child" in one[1]]
        web = [one for one in children(service.pid) if "--child" not in one[1]]

        for process, _ in web:
            os.kill(process, signal.SIGTERM)
        until_anew(service.pid, {process for process, _ in web})
        still = [one for one in children(service.pid) if "--child" in one[1]]
        begun = time.monotonic()
        service.terminate()
        service.wait(PATIENCE_SECONDS)
    seconds = time.monotonic() - begun

    assert still == printing == [worker]
    assert service.returncode == 0
    assert seconds < 5  # two on a machine that does nothing else; it was ten
    assert not Path(f"/proc/{worker[0]}").exists()


def until_anew(master: int, ended: set[int]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while len(children(master)) < 3 or ended & {process for process, _ in children(master)}:
        assert time.monotonic() < until
        time.sleep(0.05)


def children(process: int) -> list[tuple[int, str]]:
    """Return the processes that a process has made, with their command lines."""
    found = []
    for thread in Path(f"/proc/{process}/task").iterdir():
        for number in (thread / "children").read_text(encoding="ascii").split():
            command = Path(f"/proc/{number}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
            found.append((int(number), command))
    return sorted(found)
