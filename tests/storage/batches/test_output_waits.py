"""Outputs that refuse files: their batches wait with a growing pause, each machine's for itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from labelsvc.config import LEASE_SECONDS
from labelsvc.domain.errors import Problem
from labelsvc.storage.batches.claims import Claims
from labelsvc.storage.batches.output_waits import FORGOTTEN_AFTER, MOST_PAUSE, OutputWaits, place_of, wait_for
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.waiting import output_waits
from tests.offices.stored_office import NOW, Stores

FULL = Problem("output.full", {"path": "/srv/output", "free": 0.2, "reason": "No space left on device"})
SECOND = timedelta(seconds=1)


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def waiting(stores: Stores) -> datetime:
    """Order two batches, and let the output refuse files; return a moment within its pause."""
    for _ in range(2):
        stores.order(10, queued=True)
    stores.claims.waits.refused("", FULL, NOW)
    return NOW + SECOND


def test_all_batches_of_an_output_pause_but_for_one_trial(stores: Stores) -> None:
    within = waiting(stores)
    idle = stores.claims.next_part(within), stores.claims.something_waits(within)
    due = stores.claims.waits.all(within)[0].retry_at

    trial, other = (stores.claims.next_part(due) for _ in range(2))

    assert idle == (None, False)
    assert trial
    assert (other, stores.claims.something_waits(due)) == (None, False)
    stores.claims.waits.works("")
    assert stores.claims.next_part(due)
    assert stores.claims.waits.all(due) == []


def test_pauses_grow_to_a_minute_and_no_further(stores: Stores) -> None:
    now, pauses = NOW, []
    for _ in range(9):
        stores.claims.waits.refused("", FULL, now)
        (wait,) = stores.claims.waits.all(now)
        pauses.append((wait.retry_at - now) / SECOND)
        now = wait.retry_at

    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert wait.since == NOW


def test_whoever_is_late_in_a_pause_prolongs_nothing(stores: Stores) -> None:
    within = waiting(stores)
    (before,) = stores.claims.waits.all(within)

    for _ in range(5):
        stores.claims.waits.refused("", FULL, within)

    assert stores.claims.waits.all(within) == [before]


@pytest.mark.parametrize("jump", [-timedelta(days=1), timedelta(days=1)])
def test_a_clock_that_jumps_holds_no_batch_up(stores: Stores, jump: timedelta) -> None:
    within = waiting(stores)

    assert stores.claims.next_part(within + jump)


def test_the_end_of_a_batch_pauses_too(stores: Stores) -> None:
    stores.order(10, queued=True)
    claim = stores.claims.next_part(NOW)
    assert claim
    assert stores.progress.part_done(claim, "labels-001.pdf", "ab" * 32, 1, NOW)
    stores.claims.waits.refused("", FULL, NOW)
    within, due = NOW + SECOND, NOW + MOST_PAUSE

    ends = [stores.claims.settled(moment, tried=False) for moment in (within, due, due + SECOND)]

    assert ends == [None, claim.batch, None]


def test_another_output_and_another_machine_go_on(stores: Stores) -> None:
    within = waiting(stores)
    outside = stores.order(10, queued=True)
    stores.batches.set_folder(outside, f"/elsewhere/{outside}")
    elsewhere = Claims(stores.database, LEASE_SECONDS, waits=OutputWaits(stores.database, "another"))

    claim = stores.claims.next_part(within)
    stores.claims.waits.refused("/elsewhere", FULL, within)

    assert claim
    assert claim.batch == outside
    assert stores.claims.next_part(within) is None
    assert elsewhere.next_part(within)
    assert {wait.place for wait in stores.claims.waits.all(within)} == {"", "/elsewhere"}


def test_a_trouble_that_nobody_tried_for_long_begins_anew(stores: Stores) -> None:
    waiting(stores)
    later = NOW + FORGOTTEN_AFTER + MOST_PAUSE

    before = stores.claims.waits.all(later)
    stores.claims.waits.refused("", FULL, later)

    assert before == []
    assert [(wait.since, wait.tries) for wait in stores.claims.waits.all(later)] == [(later, 0)]


@pytest.mark.parametrize(
    ("folder", "output", "place"),
    [
        ("", "/srv/output", ""),
        ("/srv/output/2026-001", "/srv/output", ""),
        ("s3://tem/in/2026-001", "s3://tem/in", ""),
        ("2026-001", "", ""),
        ("/mnt/usb/2026-001", "/srv/output", "/mnt/usb"),
        ("s3://other/2026-001", "/srv/output", "s3://other"),
    ],
)
def test_a_batch_waits_for_the_output_of_its_folder(folder: str, output: str, place: str) -> None:
    assert place_of(folder, output) == place


def test_people_read_since_when_and_why(stores: Stores) -> None:
    within = waiting(stores)
    wait = wait_for("2026-001", "", "/srv/output", stores.claims.waits.all(within))
    assert wait

    told = wait.told(NOW - SECOND)

    assert told.facts["since"] == NOW
    assert wait.told(within).facts["since"] == within  # a batch that was ordered later
    assert told.facts["why"] == Problem("waiting.full", FULL.facts)
    assert wait_for("2026-001", "/mnt/usb/2026-001", "/srv/output", [wait]) is None


def test_what_machines_that_are_gone_noted_goes_with_the_next_note(stores: Stores) -> None:
    for number in range(3):
        OutputWaits(stores.database, f"pod-{number}").refused("", FULL, NOW)

    OutputWaits(stores.database, "pod-3").refused("", FULL, NOW + FORGOTTEN_AFTER + MOST_PAUSE)

    with stores.database.reading() as connection:
        assert list(connection.scalars(select(output_waits.c.machine))) == ["pod-3"]
