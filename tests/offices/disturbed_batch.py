"""One batch that real processes print again and again, each time disturbed, and each time to the very same bytes.

The batch is ordered once and printed undisturbed once. :meth:`DisturbedBatch.set_back` lets it wait as on the day that
it was ordered, in the same database: a copy would begin a new epoch, and print other codes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from unittest import mock

from sqlalchemy import select, update

from labelsvc.domain.batch import BatchState
from labelsvc.domain.print_options import PrintOptions, Proof
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.batch_records import BatchPart, BatchSummary
from labelsvc.storage.batches.holders import Holder
from labelsvc.storage.db.tables.batches import batches, parts
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.workflows.batches.allowance import Allowance
from labelsvc.workflows.batches.order_batch import place_order, plan_batch
from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms
from tests.offices.children import children_of
from tests.offices.command_line import PROGRAM
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records

PATIENCE_SECONDS = 40


@dataclass(frozen=True)
class BatchSize:
    """How many products, pieces of each, and pieces in a part; ``proof`` as the order says it."""

    products: int = 8
    pieces: int = 2_000
    in_part: int = 1_000
    proof: Proof = "symbols"


USUAL = BatchSize()


class DisturbedBatch:
    """A batch of 16 parts in an office of its own; ``settings`` by their short names (``DATABASE``, ``OUTPUT``)."""

    def __init__(self, folder: Path, size: BatchSize = USUAL, **settings: str) -> None:
        self.size = size
        self.office = PrintingOffice(folder, settings=settings)
        self.name = order_for_worker(self.office, size)
        self._ordered = self._rows()
        with self.worker():
            self.wait_for_end()
        self.undisturbed = self.files()

    @property
    def output(self) -> Path:
        return Path(self.office.services.settings.output)

    @property
    def folder(self) -> Path:
        return self.output / self.name

    @property
    def stored(self) -> StoredFolder:
        """Where its files are, on a disk or in an object store."""
        return self.office.services.output().batch(self.name)

    def files(self) -> dict[str, bytes]:
        """Return every visible file of the batch."""
        folder = self.stored
        return {name: folder.read(name) for name in folder.files() if not name.startswith(".")}

    def set_back(self, state: BatchState = "ordered") -> None:
        """Let the batch wait as it did when it was ordered, and nothing of it be printed.

        No process is at work, or it is ``held``, and processes wait for it.
        """
        for table, rows in zip((batches, parts), self._ordered, strict=True):
            for row in rows:
                key = [column == row[column.name] for column in table.primary_key]
                values = row | ({"state": state} if table is batches else {})
                with self.office.services.database.writing() as connection:
                    connection.execute(update(table).where(*key).values(values))
        for name in self.stored.files():
            self.stored.discard(name)
        rmtree(self.folder, ignore_errors=True)

    def let_state(self, state: BatchState) -> None:
        """Let the batch be in a state, whatever it was in; no step of the program does that."""
        with self.office.services.database.writing() as connection:
            connection.execute(update(batches).where(batches.c.name == self.name).values(state=state))

    @contextmanager
    def process(
        self, *words: str, before: Sequence[str] = (), settings: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """Run a command of ours in a process group of its own, which is killed at the end if it is still there.

        ``before``: a program that starts it; ``settings``: variables that it gets besides the office's.
        """
        environment = os.environ | self.office.environment | dict(settings or {})
        with (self.office.folder / "said").open("a+") as said:
            started = subprocess.Popen(
                [*before, *PROGRAM, *words],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                start_new_session=True,
            )
            with started:
                try:
                    yield started
                finally:
                    with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                        signal_all(started, signal.SIGTERM)
                        started.wait(PATIENCE_SECONDS)
                    kill_all(started)

    @contextmanager
    def worker(
        self, processes: int = 2, before: Sequence[str] = (), **settings: str
    ) -> Iterator[subprocess.Popen[str]]:
        """Run ``labelsvc worker``; see :meth:`process`."""
        with self.process("worker", "--processes", str(processes), before=before, settings=settings) as started:
            yield started

    def summary(self) -> BatchSummary:
        found = self.office.services.batch_lists.find(self.name)
        assert found
        return found

    def parts(self) -> Sequence[BatchPart]:
        return self.office.services.batches.parts(self.name)

    def all_idle(self) -> bool:
        """Tell whether no part is being rendered."""
        return all(part.state != "running" for part in self.parts())

    def claims(self) -> list[int]:
        """Return how often each part was claimed."""
        with self.office.services.database.reading() as connection:
            return list(connection.scalars(select(parts.c.token).order_by(parts.c.number)))

    def holders(self) -> dict[int, Holder]:
        """Return which process renders which part."""
        query = select(parts.c.number, parts.c.holder).where(parts.c.state == "running")
        with self.office.services.database.reading() as connection:
            return {number: holder for number, text in connection.execute(query) if (holder := Holder.parse(text))}

    def drawn(self) -> set[int]:
        """Return the parts of which a product is being drawn."""
        query = select(parts.c.number).where(parts.c.state == "running", parts.c.line.is_not(None))
        with self.office.services.database.reading() as connection:
            return set(connection.scalars(query))

    def wait_for_parts(self, done: int) -> None:
        """Wait until so many parts are done."""
        until(lambda: self.summary().parts_done >= done or not self.summary().unfinished)

    def wait_for_end(self) -> None:
        """Wait until the batch is ready, or stopped."""
        patience = PATIENCE_SECONDS + self.size.products * self.size.pieces / 500
        until(lambda: not self.summary().unfinished, patience)

    def waits(self) -> list[str]:
        """Return why the batch waits for its output."""
        return [wait.problem.code for wait in self.office.services.claims.waits.all(datetime.now(UTC))]

    def tries_in_vain(self) -> set[int]:
        """Return how often parts were tried in vain, by their own fault or not."""
        with self.office.services.database.reading() as connection:
            return set(connection.scalars(select(parts.c.tries + parts.c.losses)))

    def differences(self) -> list[str]:
        """Return the state where it is not ready, and the names of files that are not as in the undisturbed run."""
        batch, printed = self.summary(), self.files()
        names = printed.keys() | self.undisturbed.keys()
        differing = sorted(name for name in names if printed.get(name) != self.undisturbed.get(name))
        left = sorted(path.name for path in self.folder.glob(".*"))
        return [*([] if batch.state == "ready" else [f"{batch.state}: {batch.reason}"]), *differing, *left]

    def _rows(self) -> list[list[dict[str, object]]]:
        """Return all that the database keeps of the batch's progress."""
        with self.office.services.database.reading() as connection:
            return [[dict(row) for row in connection.execute(select(table)).mappings()] for table in (batches, parts)]


def order_for_worker(office: PrintingOffice, size: BatchSize) -> str:
    """Order a batch for the worker, cut into small parts; return its name."""
    services, today = office.services, office.now.astimezone(VIETNAM).date()
    items = office.take(make_records(size.products, day=office.today))
    terms = OrderTerms(
        design="tem-25x35",
        stock="330x480",
        host=services.settings.host,
        options=PrintOptions(proof=size.proof),
        quantity=size.pieces,
        queued=True,
        who="web",
    )
    allowance = Allowance.for_items(items, services.quotas, today)
    with mock.patch("labelsvc.domain.batch.LEAST_PIECES_IN_PART", size.in_part):
        checked = check_terms(terms, services.assets)
        plan = plan_batch(items, checked, office.marks, today=today, allowance=allowance)
    services.epochs.ready(office.now)
    return place_order(plan, services.batches, now=office.now, taken=()).batch.name


def until(is_so: Callable[[], object], seconds: float = PATIENCE_SECONDS, each: float = 0.02) -> None:
    """Wait until something is so; fail where it never is."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(each)


def kill_all(process: subprocess.Popen[str]) -> None:
    """Kill everything that a process started in its group, at one moment, as a machine that goes."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)


def signal_all(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal to everything that a process started in its group."""
    os.killpg(process.pid, number)


def has_no_children(pid: int) -> bool:
    return not children_of(pid)
