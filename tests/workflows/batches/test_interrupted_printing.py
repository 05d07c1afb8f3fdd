"""A batch is cancelled, or its process dies, between any two steps of printing: it is whole, or nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from labelsvc.config import LEASE_SECONDS
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import PrintRefused
from labelsvc.storage.batches.claims import Claims
from labelsvc.storage.batches.holders import Holder, own_holder
from labelsvc.storage.db.database import Database
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.batches.cancel_batch import cancel_batch, clear_cancelled
from labelsvc.workflows.queue.run_queued import QueueRunner
from labelsvc.workflows.queue.sweep import Sweep
from tests.offices.printing_office import PrintingOffice, files
from tests.samples.generator import make_records

MOST_STEPS = 20
DEAD = str(replace(Holder.parse(own_holder()) or Holder("", 0, 0, 0, 0), start=1))
"""A process of this number that began when the machine did, and is not there any more."""


class Died(BaseException):
    """The process was killed here."""


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


@pytest.fixture
def items(office: PrintingOffice) -> list[OrderItem]:
    return office.take(make_records(1, 2, day=office.now.date()))


@contextmanager
def meeting(
    monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[], None], *, after: bool = False
) -> Iterator[list[int]]:
    """Let something happen before, or right after, the transaction of this number, from 1; gives those that came."""
    seen: list[int] = []
    writing = Database.writing

    @contextmanager
    def watched(self: Database) -> Iterator[Connection]:
        seen.append(len(seen) + 1)
        now = seen[-1] == number
        if now and not after:
            act()
        with writing(self) as connection:
            yield connection
        if now and after:
            act()

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", watched)
        yield seen


def print_by_worker(office: PrintingOffice, name: str) -> None:
    while office.services.queue_runner.run_next():
        pass


def print_here(office: PrintingOffice, name: str) -> None:
    with suppress(PrintRefused):
        office.print(name)


@pytest.mark.parametrize(("printing", "queued"), [(print_by_worker, True), (print_here, False)])
def test_a_cancel_at_any_moment_leaves_a_whole_batch_or_nothing(
    office: PrintingOffice,
    items: list[OrderItem],
    monkeypatch: pytest.MonkeyPatch,
    printing: Callable[[PrintingOffice, str], None],
    queued: bool,
) -> None:
    context, ends = ChangeContext("thu", office.now, "nhầm"), []
    for step in range(1, MOST_STEPS):
        name, outcomes = office.order(office.plan(items, queued=queued, proof="none")), list[bool]()

        def cancel(name: str = name, outcomes: list[bool] = outcomes) -> None:
            outcomes.append(cancel_batch(name, office.services.batch_services, context))

        with meeting(monkeypatch, step, cancel) as seen:
            printing(office, name)
        clear_cancelled(name, office.services.batch_services)
        batch, folder = office.services.batches.get(name), (Path(office.services.settings.output) / name)
        ends.append(batch.state)
        if len(seen) < step:
            break
        assert outcomes == [batch.state == "cancelled"]
        assert folder.exists() is (batch.state == "ready")
        if batch.state == "ready":
            assert {"labels-001.pdf", "manifest.csv", "proof.json", "ticket.pdf"} <= files(folder).keys()
    assert ends[-1] == "ready", "without a cancel it is printed"
    assert ends.count("cancelled") >= 4


def test_the_next_worker_recovers_from_a_death_at_any_moment(
    office: PrintingOffice, items: list[OrderItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, made = office.services.batch_services, []
    runner = office.services.queue_runner
    dying = QueueRunner(
        replace(services, claims=Claims(office.services.database, LEASE_SECONDS, lambda: DEAD)), runner.output
    )
    for step in range(1, MOST_STEPS):
        name = office.order(office.plan(items, queued=True, proof="none"))

        def die() -> None:
            raise Died

        with meeting(monkeypatch, step, die, after=True) as seen, suppress(Died):
            dying.run_next()
        Sweep(services, office.services.lost_claims).run(0.0)
        while runner.run_next():
            pass
        assert office.services.batches.get(name).state == "ready"
        made.append(((Path(office.services.settings.output) / name) / "manifest.csv").read_text(encoding="utf-8"))
        if len(seen) < step:
            break
    assert len(made) >= 4
    assert {len(rows.splitlines()) for rows in made} == {3}


def test_files_of_a_cancelled_batch_go_with_the_next_sweep(office: PrintingOffice, items: list[OrderItem]) -> None:
    name = office.order(office.plan(items, queued=True, proof="none"))
    folder = Path(office.services.settings.output) / name
    folder.mkdir(parents=True)
    for left in ("labels-001.pdf", ".manifest-001.csv", ".proof-001.json", "manifest.csv", "của văn phòng.txt"):
        (folder / left).write_text("còn lại", encoding="utf-8")
    office.services.batches.set_folder(name, str(folder))
    office.services.batch_progress.cancel(name, "nhầm", ChangeContext("thu", office.now))

    office.services.queue_runner.tidy()

    assert [path.name for path in folder.iterdir()] == ["của văn phòng.txt"], "files of other names are not ours"
