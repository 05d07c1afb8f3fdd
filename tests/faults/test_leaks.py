"""A service that runs on and on takes no more memory, files, threads and connections than it did at first."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest

from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.keys.key_file import KeyFile
from labelsvc.web.server.front import FIRST_PAGES_SECONDS
from labelsvc.workflows.batches.allowance import OrderItem
from tests.conftest import PostgresqlServer
from tests.faults.conftest import ROUNDS
from tests.offices.children import children_of, descendants_of
from tests.offices.disturbed_batch import DisturbedBatch, until
from tests.offices.disturbed_service import DisturbedService, disturbed_service
from tests.offices.print_worker import ordered
from tests.samples.generator import make_records

pytestmark = pytest.mark.faults

PRODUCTS, PIECES = 4, 10
MEGABYTE = 1 << 20
MOST_GROWTH = {"memory": (8 if ROUNDS == 1 else 24) * MEGABYTE, "threads": 3, "files": 4, "connections": 4}
"""Of a process that did everything several times before; not all threads and connections are there at each look.

A long run fills what a process remembers of its last hundred batches, some 18 MB.
"""


@dataclass(frozen=True)
class Taken:
    """What a service takes: by process its memory and its threads; what all have open, and have left on the disk.

    Of those that print, which take parts as they come, only the most that one has: another may print late.
    """

    memory: dict[str, int]
    threads: dict[int, int]
    files: dict[int, int]
    connections: dict[str, int]
    left: frozenset[str]

    def growth(self, before: Taken) -> list[str]:
        """Return what is more than it was, beyond what comes and goes."""
        grown = [
            f"{name} of {pid}: {then.get(pid)} → {count}"
            for name, most in MOST_GROWTH.items()
            for now, then in [(getattr(self, name), getattr(before, name))]
            for pid, count in now.items()
            if count > then.get(pid, count) + most
        ]
        return grown + sorted(self.left - before.left)


@dataclass
class LongRun:
    """A service that is used, in rounds that are all alike but for what is ordered and scanned."""

    batch: DisturbedBatch
    service: DisturbedService
    server: PostgresqlServer
    temporary: Path
    items: Iterator[OrderItem]
    scanned: int = 0

    def go_on(self, batches: int, scans: int) -> None:
        """Print small batches while stamps are scanned and pages read."""
        names = [ordered(self.batch.office, [next(self.items)], PIECES) for _ in range(batches)]
        codes = self._codes()
        with closing(self.service.connect()) as connection:
            for number in range(scans):
                path = f"/{next(codes)}" if number % 20 else ("/register", "/login", "/readyz", "/")[number // 20 % 4]
                connection.request("GET", path, headers={"Accept": "text/html", "User-Agent": f"Mozilla/5.0 {number}"})
                with connection.getresponse() as answer:
                    answer.read()
                assert answer.status in (200, 503)
        lists = self.batch.office.services.batch_lists
        until(lambda: all((found := lists.find(name)) and found.state == "ready" for name in names), 60 + batches)

    def restart_database(self) -> None:
        self.server.stop()
        self.server.start()
        self.service.wait_until_answers()

    def _codes(self) -> Iterator[str]:
        key = KeyFile(self.batch.office.folder / "home" / "keys.json").read()[0]
        while True:
            self.scanned += 1
            yield key.seal(StampIdentity(1 + self.scanned % 8, 1 + self.scanned // 8 % 2_000))

    def taken(self) -> Taken:
        """Look at every process of the service."""
        pids = [self.service.process.pid, *descendants_of(self.service.process.pid)]
        name = self.server.name_in(self.batch.office.services.settings.database)
        asked = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
        places = self.temporary, self.batch.office.folder / "home"
        (worker,) = self.service.print_worker
        printing = children_of(worker)
        memory = {str(pid): _resident(pid) for pid in pids if pid not in printing}
        return Taken(
            memory | {"a process that prints": max(map(_resident, printing))},
            {pid: len(os.listdir(f"/proc/{pid}/task")) for pid in pids},
            {pid: len(os.listdir(f"/proc/{pid}/fd")) for pid in pids},
            {"the office": int(self.server.run(asked))},
            frozenset(path.name for place in places for path in place.iterdir()),
        )


def _resident(pid: int) -> int:
    """Return a process's memory in bytes, without what it shares with files."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def test_a_service_that_runs_on_takes_no_more_than_at_first(
    shared_batch: DisturbedBatch, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    office = shared_batch.office
    shared_batch.let_state("ready")
    with disturbed_service(shared_batch, TMPDIR=str(tmp_path)) as service:
        service.wait_until_answers()
        items = office.take(make_records(PRODUCTS, day=office.today, seed=7))
        run = LongRun(shared_batch, service, postgresql_server, tmp_path, cycle(items))
        run.go_on(4, 200)
        run.restart_database()
        run.go_on(4, 200)
        time.sleep(FIRST_PAGES_SECONDS + 2)  # by then its process of trials has begun
        before = run.taken()
        for _ in range(ROUNDS):
            run.go_on(5, 400)
            run.restart_database()
            run.go_on(5, 200)
        after = run.taken()
        print(before, after)

    assert not before.threads.keys() - after.threads.keys(), "a process was replaced"
    assert after.growth(before) == []
