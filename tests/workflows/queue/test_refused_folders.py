"""A folder of one batch refuses files though its output takes them: that batch waits alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.errors import OutputRefused, Problem
from labelsvc.storage.files.output_folder import MANIFEST
from labelsvc.workflows.queue.run_queued import QueueRunner
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records

STEP, STEPS = timedelta(seconds=5), 12


def without_parts(folder: Path) -> None:
    """Let nobody make the batch's folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("")


def without_end(folder: Path) -> None:
    """Let nobody join the batch's manifest."""
    (folder / MANIFEST).mkdir(parents=True)
    (folder / MANIFEST / "kept").touch()


def work(office: PrintingOffice) -> None:
    """Print for a minute, whose seconds are those of the office."""
    for _ in range(STEPS):
        runner = QueueRunner(
            replace(office.services.batch_services, clock=lambda: office.now), office.services.output()
        )
        while runner.run_next():
            pass
        office.now += STEP


@pytest.mark.parametrize("refuse", [without_parts, without_end])
def test_a_folder_that_refuses_holds_no_other_batch_up(tmp_path: Path, refuse: Callable[[Path], None]) -> None:
    office = PrintingOffice(tmp_path)
    items = office.take(make_records(1, 5, day=office.today))
    refused, other = (office.order(office.plan(items, queued=True)) for _ in range(2))
    refuse(office.services.settings.home.parent / "output" / refused)
    work(office)
    batches = office.services.batches
    states = batches.get(refused).state, batches.get(other).state
    waits = office.services.claims.waits.all(office.now)

    assert states == ("running", "ready")
    assert [wait.place for wait in waits] == [refused]


def test_a_refused_folder_takes_no_trials_of_others(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    items = office.take(make_records(1, 5, day=office.today))
    refused, other = (office.order(office.plan(items, queued=True)) for _ in range(2))
    without_parts(office.services.settings.home.parent / "output" / refused)
    office.services.claims.waits.refused("", Problem("output.full", {"reason": ""}), office.now)

    work(office)

    assert office.services.batches.get(other).state == "ready"
    assert [wait.place for wait in office.services.claims.waits.all(office.now)] == [refused]


def test_a_file_beyond_a_limit_holds_its_own_batch_alone(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    services, output = office.services, office.services.output()
    error = OutputRefused.from_code("output.file_too_large", path="labels-001.pdf", reason="File too large")

    services.queue_runner.trouble.refused(output, error, office.now, "2026-001")

    (wait,) = services.claims.waits.all(office.now)
    assert wait.place == "2026-001"
    assert wait.told(office.now).facts["why"] == Problem("waiting.file_too_large", wait.problem.facts)
