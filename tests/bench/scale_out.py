"""``python -m tests.bench.scale_out [ROUNDS [PRODUCTS]]``: one batch by one machine and by two, again and again.

The machines are network namespaces (where the system lets us make none: process ids) with homes of their own, one
process each, one PostgreSQL for records and hints, and one output: a folder, then an object store that speaks S3, where
there is one. They start once; the second one is frozen while the first prints alone. As speeds of a machine change from
minute to minute, rounds alternate, and beside each stands what two processes gain that share nothing at all
(:mod:`tests.bench.bare_rendering`): no print machines could gain more there. All files are compared byte by byte, and
each part must have been claimed once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from labelsvc.storage.db.tables.batches import batches
from tests.bench.bare_rendering import BareRendering, bare_rendering
from tests.bench.cpu_time import busy_seconds, cpu_seconds
from tests.conftest import PostgresqlServer, started_postgresql
from tests.offices.disturbed_batch import BatchSize, DisturbedBatch, signal_all, until
from tests.offices.machine_network import MachineNetwork, machine_network
from tests.offices.object_store import BUCKET, ObjectStore
from tests.offices.print_machine import PrintMachine

ROUNDS, PRODUCTS, PIECES, IN_PART = 1, 250, 2_000, 10_000
"""50 parts, as a million stamps have: of fewer, the last one, which one machine prints alone, would weigh the more."""
LOOKED_EACH_SECONDS = 0.2
"""How often the end is looked for: looks take the time of the cores that print."""
CAREFUL = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
STARTING_SECONDS, FREEZING_SECONDS = 8, 1.5
ROWS = 100_000


@dataclass(frozen=True)
class Run:
    """What a run took: seconds from the first claim to the release, CPU seconds of the print processes and others.

    ``twice``: parts that were claimed again; ``differing``: files that are not as one undisturbed machine prints them.
    """

    pieces: int
    seconds: float
    printing: float
    database: float
    whole_machine: float
    twice: int
    differing: Sequence[str]

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


@dataclass(frozen=True)
class Round:
    """A batch by one machine, then by two, and what two processes gained right after that share nothing."""

    one: Run
    two: Run
    bare: float

    @property
    def gain(self) -> float:
        """How many times as fast two were."""
        return self.two.rate / self.one.rate

    @property
    def gain_of_cpu(self) -> float:
        """The same, had each machine had its core to itself."""
        return 2 * self.one.printing / self.two.printing


def main(rounds: int = ROUNDS, products: int = PRODUCTS) -> None:
    """Measure and print."""
    size = BatchSize(products, PIECES, IN_PART, "auto")
    with ExitStack() as stack:
        folder, network = stack.enter_context(scratch_folder()), joined_network(stack)
        listens = f"listen_addresses={network.address}" if network else "listen_addresses="
        database = stack.enter_context(started_postgresql(stack.enter_context(scratch_folder()), *CAREFUL, listens))
        bare = stack.enter_context(bare_rendering(folder, IN_PART))
        print(f"{products * PIECES:,} stamps in parts of {IN_PART:,}, {rounds} rounds, on {os.cpu_count()} cores")
        measure(folder / "files", size, Shared(database, network, bare, rounds), "a folder")
        if ObjectStore.lacking():
            print(f"no object store: {ObjectStore.lacking()}")
            return
        url = stack.enter_context(object_store(folder, network))
        measure(folder / "store", size, Shared(database, network, bare, rounds), "S3", OUTPUT=f"{url}/scale-out")


def joined_network(stack: ExitStack) -> MachineNetwork | None:
    """Return the machines' network; None where the system lets us make none."""
    try:
        return stack.enter_context(machine_network())
    except PermissionError as error:
        print(error)
        return None


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Provide a folder that is taken away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="labelsvc-scale-out-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Shared:
    """What all machines use, and how often they print."""

    database: PostgresqlServer
    network: MachineNetwork | None
    bare: BareRendering
    rounds: int

    def new_database(self) -> str:
        """Return the URL of a new database, as the machines come to it."""
        url = self.database.new_database()
        return self.network.serve(self.database, url) if self.network else url


def measure(folder: Path, size: BatchSize, shared: Shared, output: str, **settings: str) -> None:
    """Print a batch by one machine and by two, in turn, and say what was gained."""
    folder.mkdir()
    url, rounds = shared.new_database(), list[Round]()
    batch = DisturbedBatch(folder, size, DATABASE=url, QUEUE=url, **settings)
    links = [shared.network.link(number) if shared.network else None for number in (1, 2)]
    machines = [PrintMachine.new(batch, f"machine-{number}", link) for number, link in enumerate(links, 1)]
    batch.set_back("held")
    with ExitStack() as stack:
        workers = [stack.enter_context(batch.worker(1, each.before, **each.settings)) for each in machines]
        time.sleep(STARTING_SECONDS)
        for number in range(1, shared.rounds + 1):
            with frozen(workers[1]):
                one = printed(batch, workers[:1], shared.database, f"{output}, round {number}, 1 machine ")
            two = printed(batch, workers, shared.database, f"{output}, round {number}, 2 machines")
            rounds.append(Round(one, two, shared.bare.gain()))
            print(f"    {rounds[-1].gain:.2f} x; bare rendering {rounds[-1].bare:.2f} x", flush=True)
    print_constants(batch, shared.database)
    print_gains(output, rounds)


def print_gains(output: str, rounds: Sequence[Round]) -> None:
    """Print the gain of the middle round and of the best runs, beside the most that the machine gave."""
    gain, bare = (
        statistics.median(values) for values in zip(*((each.gain, each.bare) for each in rounds), strict=True)
    )
    best = max(each.two.rate for each in rounds) / max(each.one.rate for each in rounds)
    cpu = statistics.median(each.gain_of_cpu for each in rounds)
    runs = [run for each in rounds for run in (each.one, each.two)]
    differing = sorted({name for run in runs for name in run.differing})
    print(f"{output}: parts done twice: {sum(run.twice for run in runs)}; differing files: {differing or 'none'}")
    print(f"{output}: two machines {gain:.2f} x (median), {best:.2f} x (best of each), {cpu:.2f} x by CPU alone;")
    print(f"    bare rendering {bare:.2f} x (median): {gain / bare:.0%} of what the machine gives", flush=True)


@contextlib.contextmanager
def frozen(worker: subprocess.Popen[str]) -> Iterator[None]:
    """Let a machine stand still that has nothing to do."""
    signal_all(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        signal_all(worker, signal.SIGCONT)
        time.sleep(FREEZING_SECONDS)


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


def printed(
    batch: DisturbedBatch, workers: Sequence[subprocess.Popen[str]], database: PostgresqlServer, title: str
) -> Run:
    """Let machines print the batch anew, and say how long they took; the clock runs from the first claim."""
    batch.set_back("held")
    groups, server = {worker.pid for worker in workers}, {database.started[-1].pid}
    before = cpu_seconds(groups), cpu_seconds(server), busy_seconds()
    batch.let_state("ordered")
    until(batch.holders, each=0.005)
    began = time.monotonic()
    until(lambda: is_over(batch), seconds=900, each=LOOKED_EACH_SECONDS)
    seconds = time.monotonic() - began
    after = cpu_seconds(groups), cpu_seconds(server), busy_seconds()
    printing, stored, all_used = (end - start for start, end in zip(before, after, strict=True))
    pieces, claims = batch.size.products * batch.size.pieces, batch.claims()
    run = Run(pieces, seconds, printing, stored, all_used, sum(claims) - len(claims), batch.differences())
    print(f"{title} {run}", flush=True)
    return run


def is_over(batch: DisturbedBatch) -> bool:
    """Return whether nobody prints the batch any more, by the least that can be asked."""
    query = select(batches.c.state).where(batches.c.name == batch.name)
    with batch.office.services.database.reading() as connection:
        return connection.scalar(query) not in ("ordered", "running")


@contextlib.contextmanager
def object_store(folder: Path, network: MachineNetwork | None) -> Iterator[str]:
    """Start an object store; its bucket is where the output of this process's environment is."""
    from labelsvc.storage.files.object_file_system import file_system

    store = ObjectStore(folder / "ceph", address=network.address if network else "127.0.0.1")
    try:
        store.start()
        os.environ.update(store.environment)
        file_system("s3").mkdir(BUCKET)
        yield store.url
    finally:
        store.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
