"""``python -m tests.bench.servers [FOLDER]``: servers side by side, each with one process of 32 threads.

The page of a stamp beside a bare Flask page, the page while clients are slow, and an end under load. FOLDER holds
waitress and granian (``pip install --target FOLDER waitress granian``); without it they are left out. Needs wrk.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import wrk
from tests.bench.served import Server
from tests.bench.service import printed_codes
from tests.bench.slow_clients import SlowWith, slow_clients

THREADS, SLOW = 32, 128
SLOW_WITH: tuple[SlowWith, ...] = ("head", "body", "reading")
OURS = """
import sys
from labelsvc.web.server.gunicorn_server import Apps, serve
def make():
    from tests.bench.wsgi import app
    return app
serve(Apps(make), host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]), announce=lambda address: None)
"""
_GUNICORN = "from gunicorn.app.wsgiapp import run; run()"
_WAITRESS = "from waitress.runner import run; run()"
_GRANIAN = "from granian.cli import entrypoint; entrypoint()"


def command(name: str, port: int, workers: int) -> list[str]:
    """Return what starts a server on a port."""
    target, python = "tests.bench.wsgi:app", [sys.executable, "-c"]
    match name:
        case "ours":
            return [*python, OURS, str(port), str(workers)]
        case "gunicorn gthread":
            options = ["-k", "gthread", "-w", str(workers), "--threads", str(THREADS), "-b", f"127.0.0.1:{port}"]
            return [*python, _GUNICORN, *options, "--log-level", "critical", target]
        case "waitress":
            return [
                *python,
                _WAITRESS,
                "--threads",
                str(THREADS),
                "--connection-limit",
                "1000",
                "--listen",
                f"127.0.0.1:{port}",
                target,
            ]
        case _:
            options = ["--interface", "wsgi", "--workers", str(workers), "--blocking-threads", str(THREADS)]
            options += ["--port", str(port), "--respawn-failed-workers", "--no-log"]
            return [*python, _GRANIAN, *options, target]


@contextmanager
def running(name: str, environment: dict[str, str], workers: int = 1) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a server; give its process and port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with subprocess.Popen(command(name, port, workers), env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 30
            while asked(port, "hello") is not None and time.monotonic() < until:
                time.sleep(0.1)
            yield process, port
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def asked(port: int, path: str) -> str | None:
    """Return what went wrong with a request: "refused", or "broken" where it was taken and not answered."""
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    except OSError:
        return "refused"
    with connection:
        try:
            connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            content = b"".join(iter(lambda: connection.recv(65_536), b""))
        except OSError:
            return "broken"
    return None if content.startswith(b"HTTP/1.1 ") else "broken"


def broken_by_the_end(process: subprocess.Popen[bytes], port: int, codes: list[str]) -> int:
    """Tell a server to end while eight clients ask; return how many connections it took and did not answer."""
    found: list[str | None] = []

    def ask_until_refused() -> None:
        for code in codes:
            found.append(asked(port, code))
            if found[-1] == "refused":
                return

    clients = [threading.Thread(target=ask_until_refused) for _ in range(8)]
    for client in clients:
        client.start()
    time.sleep(1)
    process.terminate()
    for client in clients:
        client.join(30)
    return found.count("broken")


def lost_by_a_kill(name: str, environment: dict[str, str], codes: list[str]) -> str:
    """Kill one of two processes; return how many of 300 requests of the next seconds failed."""
    with running(name, environment, workers=2) as (process, port):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if len(children) < 2:
            return "one process"
        os.kill(int(children[-1]), 9)
        failed = [asked(port, code) for code in codes[:300]]
        return f"{sum(each is not None for each in failed)} lost"


def measured(pid: int, port: int, paths: list[str], folder: Path, first: int = 0) -> tuple[wrk.Measured, float]:
    """Return a server's rate, and the milliseconds of CPU that a request takes."""
    server = Server(port, pid)
    before = server.cpu_seconds()
    done = wrk.top_rate(port, paths, folder, first=first)
    return done, (server.cpu_seconds() - before) / max(done.requests, 1) * 1e3


def measure(name: str, environment: dict[str, str], codes: list[str], folder: Path) -> None:
    """Print a server's lines."""
    with running(name, {**environment, "BENCH_APP": "bare"}) as (process, port):
        bare, bare_cpu = measured(process.pid, port, ["hello"], folder)
    with running(name, environment) as (process, port):
        wrk.top_rate(port, codes, folder, seconds=1)
        page, page_cpu = measured(process.pid, port, codes, folder, first=4_000)
        print(f"{name:<18}{'a bare Flask page':<30}{bare}   {bare_cpu:.2f} ms of CPU")
        print(f"{'':<18}{'page of a stamp':<30}{page}   {page_cpu:.2f} ms of CPU", flush=True)
        for slow_with in SLOW_WITH:
            with slow_clients(port, SLOW, slow_with):
                slowed = wrk.top_rate(port, codes, folder, first=8_000, seconds=3)
            print(f"{'':<18}{f'{SLOW} clients slow with {slow_with}':<30}{slowed}", flush=True)
        broken = broken_by_the_end(process, port, codes)
    lost = lost_by_a_kill(name, environment, codes)
    print(f"{'':<18}told to end: {broken} broken; a process killed: {lost}", flush=True)


def main(packages: str = "") -> None:
    """Measure and print."""
    names = ["ours", "gunicorn gthread", *(("waitress", "granian") if packages else ())]
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        environment = {**os.environ, "LABELSVC_HOME": str(home / "home"), "LABELSVC_OUTPUT": str(home / "output")}
        environment["PYTHONPATH"] = packages
        codes = printed_codes(home, environment)
        for name in names:
            measure(name, environment, codes, home)


if __name__ == "__main__":
    main(*sys.argv[1:])
