"""``python -m tests.bench.load``: the page of a stamp under load, beside a bare Flask page on the same server.

Both have one process and are asked in turn, round by round. Needs wrk; PostgreSQL is measured where it is installed.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import wrk
from tests.bench.served import COMMAND, Server, serving
from tests.bench.service import BARE, printed_codes
from tests.conftest import postgresql_binaries, started_postgresql

ROUNDS = 5
SETTINGS = ("fsync=on", "synchronous_commit=on")


def main(command: str = COMMAND) -> None:
    """Measure and print; ``command``: the labelsvc that is measured."""
    with tempfile.TemporaryDirectory() as scratch, databases() as urls:
        for name, url in urls.items():
            home = Path(scratch, name)
            home.mkdir()
            environment = {**os.environ, "LABELSVC_HOME": str(home / "home"), "LABELSVC_OUTPUT": str(home / "output")}
            environment["LABELSVC_DATABASE"] = url or f"sqlite:///{home}/home/labelsvc.db"
            codes = printed_codes(home, environment, command)
            ours = [command, "serve", "--port", "0", "--workers", "1", "--no-worker"]
            with serving(ours, environment) as page, serving([sys.executable, "-c", BARE], environment) as bare:
                compare(name, page, bare, codes, home)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give the databases to measure with, by name."""
    if postgresql_binaries() is None:
        yield {"SQLite": ""}
        return
    with tempfile.TemporaryDirectory() as folder, started_postgresql(Path(folder), *SETTINGS) as server:
        yield {"SQLite": "", "PostgreSQL": server.new_database()}


def compare(name: str, page: Server, bare: Server, codes: list[str], folder: Path) -> None:
    """Ask both in turn, print each round, the middle of them, and of how many times the bare page's they are."""
    ours, theirs, asked = [], [], 0
    for number in range(1, ROUNDS + 1):
        theirs.append(measured(bare, ["hello"], folder))
        ours.append(measured(page, codes, folder, first=asked))
        tell(f"  round {number}, bare", theirs[-1:])
        tell(f"  round {number}, scans", ours[-1:])
        asked = (asked + ours[-1][0].requests) % len(codes)
    tell("a bare Flask page", theirs)
    tell(f"scans, {name}", ours)
    rate = statistics.median(scans.rate / hello.rate for (hello, _), (scans, _) in zip(theirs, ours, strict=True))
    cpu = statistics.median(scans / hello for (_, hello), (_, scans) in zip(theirs, ours, strict=True))
    print(f"{'':<24}{rate:>8.0%} of the bare page's rate, {cpu:.2f} x its CPU", flush=True)


def measured(server: Server, paths: list[str], folder: Path, *, first: int = 0) -> tuple[wrk.Measured, float]:
    """Return a round, and the milliseconds of CPU that a request took of the server."""
    before = server.cpu_seconds()
    done = wrk.top_rate(server.port, paths, folder, first=first)
    return done, (server.cpu_seconds() - before) / done.requests * 1e3


def tell(title: str, rounds: list[tuple[wrk.Measured, float]]) -> None:
    """Print the round in the middle."""
    done, cpu = sorted(rounds, key=lambda each: each[0].rate)[len(rounds) // 2]
    print(f"{title:<24}{done}   {cpu:.2f} ms of CPU", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
