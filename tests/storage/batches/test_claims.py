"""Claims: whose turn it is, who has what, and what becomes of work whose process is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.config import LEASE_SECONDS
from labelsvc.domain.batch import plan_parts
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.batches.claims import Claims, PartClaim
from labelsvc.storage.batches.holders import Holder, own_holder
from labelsvc.storage.batches.stop_reasons import StopReason
from labelsvc.storage.db.database import Database
from tests.offices.stored_office import NOW, Stores

CONTEXT = ChangeContext("thu", NOW)
ELSEWHERE = str(replace(Holder.parse(own_holder()) or Holder("", 0, 0, 0, 0), machine="another/1"))
DONE = "labels-001.pdf", "ab" * 32, 1, NOW


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def ordered(stores: Stores, who: str, pieces: int, parts: int = 1) -> str:
    cut = plan_parts([pieces], 24)
    if parts > 1:
        cut = tuple(
            replace(cut[0], number=i + 1, first_sheet=i + 1, sheets=1, pieces=pieces // parts) for i in range(parts)
        )
    return stores.order(pieces, parts=cut, queued=True, who=who)


def claimed(stores: Stores) -> list[tuple[str, int]]:
    found = []
    while claim := stores.claims.next_part(NOW):
        found.append((claim.batch, claim.number))
    return found


def claim_next(stores: Stores) -> PartClaim:
    claim = stores.claims.next_part(NOW)
    assert claim
    return claim


def test_small_batches_go_first_and_accounts_take_turns(stores: Stores) -> None:
    big, bigger = ordered(stores, "lan", 8_000, 4), ordered(stores, "lan", 9_000, 2)
    other, small = ordered(stores, "minh", 6_000, 2), ordered(stores, "thu", 10)

    order = claimed(stores)

    assert order == [
        (small, 1),
        *[(big, 1), (other, 1), (big, 2), (other, 2)],
        *[(big, 3), (big, 4), (bigger, 1), (bigger, 2)],
    ]


def test_only_queued_batches_that_are_not_stopped_are_claimed(stores: Stores) -> None:
    stores.order(10)
    cancelled, stopped = (ordered(stores, "thu", 10) for _ in range(2))
    stores.progress.cancel(cancelled, "nhầm", CONTEXT)
    claim_next(stores)
    stores.progress.stop(stopped, "failed", StopReason("hết mực"), NOW)

    assert stores.claims.next_part(NOW) is None
    assert not stores.claims.something_waits(NOW)


def test_whoever_lost_a_claim_changes_nothing(stores: Stores) -> None:
    ordered(stores, "thu", 10)
    lost = claim_next(stores)
    (part,) = stores.lost_claims.held_parts()
    assert stores.lost_claims.take_part(part, by_own_fault=False)
    kept = claim_next(stores)

    late = [
        stores.claims.beat(lost),
        stores.progress.part_done(lost, *DONE),
        stores.progress.part_failed(lost, StopReason(""), NOW),
    ]
    stores.progress.part_left(lost)

    assert late == [False] * 3
    assert (kept.token, kept.tries) == (lost.token + 1, 1)
    assert stores.claims.beat(kept)
    assert stores.progress.part_done(kept, *DONE)


def test_a_heart_that_beats_keeps_its_claim(stores: Stores) -> None:
    name = ordered(stores, "thu", 10)
    claim = claim_next(stores)
    held = stores.claims.batch(name)
    assert held
    (part,), (batch,) = stores.lost_claims.held_parts(), stores.lost_claims.held_batches()

    beats = [stores.claims.beat(claim), stores.claims.beat(held)]

    assert beats == [True, True]
    assert not stores.lost_claims.take_part(part, by_own_fault=False)
    assert not stores.lost_claims.take_batch(batch, by_own_fault=True)


def test_a_cancelled_batch_stops_the_heart_of_its_part(stores: Stores) -> None:
    name = ordered(stores, "thu", 10)
    claim = claim_next(stores)

    stores.progress.cancel(name, "nhầm", CONTEXT)

    assert not stores.claims.beat(claim)
    assert not stores.progress.part_done(claim, *DONE)


def test_a_batch_is_held_by_one_and_left_for_the_next(stores: Stores) -> None:
    name = stores.order(10)

    first, second = stores.claims.batch(name), stores.claims.batch(name, patient=True)
    assert first
    stores.claims.leave(first)

    assert second is None
    assert stores.claims.batch(name)
    assert not stores.claims.beat(first)


def test_a_batch_of_a_dead_process_is_taken_at_once(stores: Stores) -> None:
    name = stores.order(10)
    dead = str(replace(Holder.parse(own_holder()) or Holder("", 0, 0, 0, 0), start=1))
    Claims(stores.database, LEASE_SECONDS, lambda: dead).batch(name)

    assert stores.claims.batch(name)


def test_a_batch_held_elsewhere_is_taken_when_its_heart_stopped(database: Database, stores: Stores) -> None:
    name = stores.order(10)
    Claims(database, LEASE_SECONDS, lambda: ELSEWHERE).batch(name)
    here = Claims(database, lease_seconds=0.2)
    held_elsewhere = here.is_held_elsewhere(name)

    patient = here.batch(name, patient=True)

    assert held_elsewhere is (database.dialect == "postgresql")
    assert not here.is_held_elsewhere(name)

    assert patient
    assert database.dialect == "sqlite" or patient.token == 2


def test_parts_that_were_tried_before_wait_behind_the_others(stores: Stores) -> None:
    name = ordered(stores, "thu", 9_000, 3)
    stores.progress.part_tried(claim_next(stores))

    assert claimed(stores) == [(name, 2), (name, 3), (name, 1)]
