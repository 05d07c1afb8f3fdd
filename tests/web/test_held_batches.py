"""The page of a batch that is held: it goes on where a person may say so, and not where it would stop once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.batches.held_batches import hold_unfinished
from tests.offices.desk_office import DeskOffice

AGAIN, IN_VAIN = "In tiếp</button>", "In tiếp sẽ dừng đúng chỗ này"


@pytest.fixture
def desk(tmp_path: Path) -> DeskOffice:
    return DeskOffice(tmp_path)


@pytest.mark.parametrize("begun", [False, True])
def test_a_batch_held_after_a_move_goes_on_from_its_page(desk: DeskOffice, begun: bool) -> None:
    name = ordered(desk)
    if begun:
        refuse_a_label(desk)
    with desk.services.database.writing() as connection:
        hold_unfinished(connection, "máy trước đã in", ChangeContext("hệ thống", desk.now))
    clerk = desk.client(Role.CLERK)

    page = clerk.get(f"/office/batches/{name}").text
    clerk.post(f"/office/batches/{name}/again")
    desk.work()

    assert (AGAIN in page, IN_VAIN in page) == (True, False)
    assert desk.services.batches.get(name).state == "ready"


def test_a_refused_label_keeps_its_batch_from_going_on(desk: DeskOffice) -> None:
    name = ordered(desk)
    refuse_a_label(desk)
    desk.work()

    page = desk.client(Role.CLERK).get(f"/office/batches/{name}").text

    assert desk.services.batches.get(name).state == "held"
    assert (AGAIN in page, IN_VAIN in page) == (False, True)


def ordered(desk: DeskOffice) -> str:
    return desk.office.order(desk.office.plan(desk.take(1), quantity=20, queued=True, who="web"))


def refuse_a_label(desk: DeskOffice) -> None:
    """Let the only part fail as one that must not be printed, in a folder that is there."""
    claim = desk.services.claims.next_part(desk.now)
    assert claim
    desk.services.queue_runner._folder(desk.services.batches.get(claim.batch))
    desk.services.batch_progress.part_failed(claim, "mã đọc sai", desk.now, refused=True)
