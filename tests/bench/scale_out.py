"""``python -m tests.bench.scale_out [PRODUCTS]``: one batch by one process, then by two processes of two machines.

The machines have process ids and homes of their own, one PostgreSQL, and one output: a folder, then an object store
that speaks S3, where there is one. What they print is compared byte by byte with what one process printed, and each
part must have been claimed once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import PostgresqlServer, started_postgresql
from tests.offices.disturbed_batch import BatchSize, DisturbedBatch, until
from tests.offices.object_store import BUCKET, ObjectStore
from tests.offices.print_machine import PrintMachine

PRODUCTS, PIECES, IN_PART = 100, 2_000, 10_000
CAREFUL = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
STARTING_SECONDS = 8
ROWS = 100_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What a run took: seconds from the first claim to the release, CPU seconds of the print processes and others."""

    pieces: int
    seconds: float
    printing: float
    database: float
    whole_machine: float

    @property
    def rate(self) -> float:
        return self.pieces / self.seconds

    def __str__(self) -> str:
        cpu = f"{self.printing:6.1f} s CPU printing, {self.database:4.1f} PostgreSQL"
        return f"{self.rate:7,.0f} stamps/s {self.seconds:7.1f} s   {cpu}, {self.others:4.1f} of others"

    @property
    def others(self) -> float:
        """What this machine computed besides."""
        return self.whole_machine - self.printing - self.database


def main(products: int = PRODUCTS) -> None:
    size = BatchSize(products, PIECES, IN_PART, "auto")
    with folder_in_memory() as cluster, folder_in_memory() as folder, started_postgresql(cluster, *CAREFUL) as database:
        print(f"{products * PIECES:,} stamps in parts of {IN_PART:,}, on {os.cpu_count()} cores")
        measure(folder / "files", size, database, "one folder")
        if ObjectStore.lacking():
            print(f"no object store: {ObjectStore.lacking()}")
            return
        with object_store(folder) as url:
            measure(folder / "store", size, database, "one object store (S3)", OUTPUT=f"{url}/scale-out")


@contextlib.contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Provide a folder that is taken away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="labelsvc-scale-out-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, size: BatchSize, database: PostgresqlServer, output: str, **settings: str) -> None:
    """Print what one process takes for a batch, and what two take on two machines."""
    folder.mkdir()
    batch = DisturbedBatch(folder, size, DATABASE=database.new_database(), **settings)
    runs = []
    for machines in (1, 2):
        batch.set_back()
        runs.append(printed(batch, [PrintMachine.new(batch, f"machine-{n}") for n in range(machines)], database))
        print(f"{output}, {machines} x 1 process   {runs[-1]}")
        claims = batch.claims()
        print(f"    parts done twice: {sum(claims) - len(claims)}; differing files: {batch.differences() or 'none'}")
    print_constants(batch, database)
    one, two = runs
    print(f"{output}: {two.rate / one.rate:.2f} x; by CPU alone {2 * one.printing / two.printing:.2f} x")


def print_constants(batch: DisturbedBatch, database: PostgresqlServer) -> None:
    """Print what a stamp takes on the disk, and what the rows of its scans take in PostgreSQL with their indexes."""
    pieces, made = batch.size.products * batch.size.pieces, batch.undisturbed
    pdf = sum(len(content) for name, content in made.items() if name.startswith("labels-"))
    print(f"    bytes per stamp: {pdf / pieces:.0f} in PDFs, {len(made['manifest.csv']) / pieces:.0f} in the manifest")
    name = database.name_in(batch.office.settings["DATABASE"])
    scanned = "(epoch_id, line, serial, first_at, count) SELECT 1, 2, n, n, 1"
    columns = {"scans": scanned, "device_marks": "SELECT n, 1, n, 1"}
    for table, values in columns.items():
        database.run(f"INSERT INTO {table} {values} FROM generate_series(1, {ROWS}) n", name)
        size = int(database.run(f"SELECT pg_total_relation_size('{table}')", name))
        print(f"    bytes per row of {table}: {size / ROWS:.0f}")


def printed(batch: DisturbedBatch, machines: Sequence[PrintMachine], database: PostgresqlServer) -> Run:
    """Let machines print a batch, with a process each that has started before the clock runs."""
    batch.let_state("held")
    with ExitStack() as stack:
        workers = [stack.enter_context(batch.worker(1, each.before, **each.settings)) for each in machines]
        time.sleep(STARTING_SECONDS)
        groups, server = {worker.pid for worker in workers}, {database.started[-1].pid}
        before = cpu_seconds(groups), cpu_seconds(server), busy_seconds()
        batch.let_state("ordered")
        until(batch.holders, each=0.005)
        began = time.monotonic()
        until(lambda: not batch.summary().unfinished, seconds=900, each=0.1)
        seconds = time.monotonic() - began
        after = cpu_seconds(groups), cpu_seconds(server), busy_seconds()
    printing, stored, all_used = (end - start for start, end in zip(before, after, strict=True))
    return Run(batch.size.products * batch.size.pieces, seconds, printing, stored, all_used)


def cpu_seconds(leaders: set[int]) -> float:
    """Return the CPU seconds of processes, of those of their groups, and of their children and children that ended."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            facts = path.read_text().rpartition(")")[2].split()
            parent, group = int(facts[1]), int(facts[2])
            if leaders & {parent, group, int(path.parent.name)}:
                ticks += sum(map(int, facts[11:15]))
    return ticks / TICKS


def busy_seconds() -> float:
    """Return the seconds for which the cores of this machine computed anything."""
    user, nice, system, _, _, hard, soft, *_ = map(int, Path("/proc/stat").read_text().split(None, 9)[1:9])
    return (user + nice + system + hard + soft) / TICKS


@contextlib.contextmanager
def object_store(folder: Path) -> Iterator[str]:
    """Start an object store; its bucket is where the output of this process's environment is."""
    from labelsvc.storage.files.object_folder import file_system

    store = ObjectStore(folder / "ceph")
    try:
        store.start()
        os.environ.update(store.environment)
        file_system("s3").mkdir(BUCKET)
        yield store.url
    finally:
        store.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
