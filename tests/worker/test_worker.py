"""The worker: a batch ordered on the web is printed in the background, also when the worker is killed in the middle."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from labelsvc.cli.working import kept_running
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.recognition import Withdrawal
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.holders import Holder
from labelsvc.storage.db.tables.batches import parts
from labelsvc.storage.db.tables.product_list import listed_day
from labelsvc.worker.print_queue import PrintQueue
from labelsvc.worker.processes import LOOKED_EVERY_SECONDS, end_with_parent
from labelsvc.workflows.change_recognition import withdraw
from tests.offices.children import children_of
from tests.offices.print_worker import PATIENCE_SECONDS, ordered, waited, worker
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records


@pytest.fixture
def office(tmp_path: Path) -> PrintingOffice:
    return PrintingOffice(tmp_path)


def test_the_worker_writes_the_list_of_a_day_that_began(office: PrintingOffice) -> None:
    office.take(make_records(1, day=office.today))
    database, yesterday = office.services.database, date(2020, 1, 1)
    with database.writing() as connection:
        connection.execute(update(listed_day).values(day=yesterday))

    PrintQueue(office.services).look()

    with database.reading() as connection:
        assert connection.scalar(select(listed_day.c.day)) > yesterday


@pytest.mark.faults
def test_a_batch_survives_the_killing_of_its_worker(office: PrintingOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 2_500)
    name = ordered(office, office.take(make_records(10, day=office.today)), 2_000, proof="symbols")
    children: list[int] = []
    for done, end in ((1, signal.SIGABRT), (3, signal.SIGKILL)):
        with worker(office) as killed:
            waited(office, name, done=done)
            children = children or children_of(killed.pid)
            killed.send_signal(end)
            killed.wait()

    with worker(office):
        batch = waited(office, name)

    assert len(children) >= 3, "two that render, and one that keeps the time"
    assert not [child for child in children if Path(f"/proc/{child}/cmdline").exists()], "they ended with it"
    folder = Path(office.services.settings.output) / name
    lines = (folder / "manifest.csv").read_text(encoding="utf-8").splitlines()
    codes = {line.split(",")[6] for line in lines[1:]}
    assert batch.state == "ready"
    assert len(lines) == 20_001
    assert len(codes) == 20_000
    assert json.loads((folder / "proof.json").read_text(encoding="utf-8"))["symbols_decoded"] == 20_000
    assert not [file for file in folder.iterdir() if file.name.startswith(".")]


def test_a_cancelled_batch_is_not_printed(office: PrintingOffice) -> None:
    name = ordered(office, office.take(make_records(3, day=office.today)), 10)
    office.services.batch_progress.cancel(name, "nhầm", ChangeContext("thu", office.now))
    office.services.queue_runner.run_next()

    assert office.services.batches.get(name).state == "cancelled"
    assert not ((Path(office.services.settings.output) / name) / "labels-001.pdf").exists()


def test_two_orders_at_once_never_exceed_one_quota(office: PrintingOffice) -> None:
    items = office.take(make_records(1, day=office.today))
    outcomes: list[str] = []

    def order() -> None:
        try:
            outcomes.append(ordered(office, items, 1_500))
        except (PrintRefused, AttributeError) as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=order) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(outcome.startswith("20") for outcome in outcomes) == 1


def test_the_command_line_leaves_a_batch_of_the_worker_alone(office: PrintingOffice) -> None:
    name = ordered(office, office.take(make_records(2, day=office.today)), 5)

    with pytest.raises(PrintRefused, match="queued"):
        office.print(name)


def test_a_batch_whose_recognition_ended_while_it_waited_is_held_back(office: PrintingOffice) -> None:
    items = office.take(make_records(2, day=office.today))
    name = ordered(office, items, 10)
    stored, context = items[1].stored, ChangeContext("thu", office.now, "Vi phạm")
    today = office.now.astimezone(VIETNAM).date()
    withdraw(stored, stored.recognitions[0].id, Withdrawal(today, "…", "12/QĐ"), office.services.recognitions, context)

    office.services.queue_runner.run_next()

    held = office.services.batches.get(name)
    assert held.state == "held"
    assert stored.product.name in held.reason
    assert "đã bị thu hồi" in held.reason
    assert not ((Path(office.services.settings.output) / name) / "labels-001.pdf").exists()


def test_a_forked_process_leaves_the_kept_worker_running(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in office.environment.items():
        monkeypatch.setenv(name, value)
    others = set(children_of(os.getpid()))

    with ExitStack() as stack:
        stack.enter_context(kept_running("worker", "--child"))
        kept = set(children_of(os.getpid())) - others
        if (forked := os.fork()) == 0:
            stack.close()
            os._exit(0)
        os.waitpid(forked, 0)
        running = set(children_of(os.getpid())) - others

    assert len(kept) == 1
    assert running == kept


def test_a_worker_that_cannot_be_started_is_started_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.cli.working.BEFORE_ANEW_SECONDS", 0.05)
    others, (soft, hard) = set(children_of(os.getpid())), resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # no pipe for a process that begins
        try:
            stack.enter_context(kept_running("--version"))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        until = time.monotonic() + PATIENCE_SECONDS
        while not set(children_of(os.getpid())) - others:
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.mark.faults
def test_a_small_batch_waits_for_no_part_of_a_large_one(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labelsvc.domain.batch.LEAST_PIECES_IN_PART", 2_000)
    items = office.take(make_records(4, day=office.today))
    large = ordered(office, items[1:], 2_000, proof="symbols")
    with worker(office) as process:
        stopped = stop_when_all_print(office, 2)
        kill_and_see_replaced(process.pid, but=stopped)  # the one for small batches among them
        time.sleep(2 * LOOKED_EVERY_SECONDS)  # in which any other one takes what waits of the large batch
        small = ordered(office, items[:1], 4)
        states = waited(office, small).state, office.services.batches.get(large).state
        left = [part.state for part in office.services.batches.parts(large)]
        for holder in stopped:
            os.kill(holder, signal.SIGCONT)

        assert (*states, waited(office, large).state) == ("ready", "running", "ready")
        assert sorted(left) == ["running", "running", "waiting"], "it prints nothing of a large batch"


def kill_and_see_replaced(parent: int, but: list[int]) -> None:
    """Kill a worker's processes, and wait until it has as many again."""
    killed = set(children_of(parent)) - set(but)
    for each in killed:
        os.kill(each, signal.SIGKILL)
    end = time.monotonic() + PATIENCE_SECONDS
    while len(set(children_of(parent)) - set(but) - killed) < len(killed):
        assert time.monotonic() < end, "they were never replaced"
        time.sleep(0.02)


def stop_when_all_print(office: PrintingOffice, count: int) -> list[int]:
    """Stop so many processes in the midst of parts, once they all print; return them."""
    running = select(parts.c.holder).where(parts.c.state == "running")
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with office.services.database.reading() as connection:
            holders = [Holder.parse(text) for text in connection.scalars(running)]
        if len(holders) == count:
            processes = [holder.pid for holder in holders if holder]
            for process in processes:
                os.kill(process, signal.SIGSTOP)
            return processes
        time.sleep(0.02)
    raise AssertionError(f"{count} parts were never printed at a time")


def test_a_process_whose_parent_died_before_it_began_ends() -> None:
    if (orphan := os.fork()) == 0:
        end_with_parent(signal.SIGKILL, parent=1)
        os._exit(0)

    assert os.waitstatus_to_exitcode(os.waitpid(orphan, 0)[1]) == -signal.SIGKILL
