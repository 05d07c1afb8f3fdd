"""Alarms wait until somebody deals with them, and again when it happens again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.scans.alarms import Alarms
from tests.offices.stored_office import NOW, Stores

UNKNOWN = "AAAAAAAA", 12, 3


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


@pytest.fixture
def alarms(stores: Stores) -> Alarms:
    """The alarms of an office in which one unknown record was scanned."""
    stores.scans.scan(*UNKNOWN, NOW)
    return Alarms(stores.database)


def test_a_new_alarm_is_open_and_knows_no_product(alarms: Alarms) -> None:
    [alarm], total = alarms.page()

    assert (total, alarms.count_open(), alarm.is_open) == (1, 1, True)
    assert (alarm.epoch, alarm.line, alarm.serial) == UNKNOWN
    assert (alarm.batch, alarm.product, alarm.product_id) == ("", "", None)


def test_resolved_alarms_stop_waiting_and_name_who_resolved_them(alarms: Alarms) -> None:
    alarms.see(*UNKNOWN, ChangeContext("lan", NOW + timedelta(hours=1), "Đợt in thử của nhà in"))

    [alarm], _ = alarms.page()
    assert (alarms.count_open(), alarm.is_open) == (0, False)
    assert (alarm.seen_by, alarm.note, alarm.seen_at) == ("lan", "Đợt in thử của nhà in", NOW + timedelta(hours=1))


def test_what_happens_again_is_open_again(stores: Stores, alarms: Alarms) -> None:
    alarms.see(*UNKNOWN, ChangeContext("lan", NOW + timedelta(hours=1)))

    stores.scans.scan(*UNKNOWN, NOW + timedelta(hours=2))

    assert alarms.count_open() == 1


def test_open_alarms_come_first_and_the_newest_of_them(stores: Stores, alarms: Alarms) -> None:
    for hours, line in ((1, 13), (2, 14)):
        stores.scans.scan("AAAAAAAA", line, 1, NOW + timedelta(hours=hours))
    alarms.see("AAAAAAAA", 14, 1, ChangeContext("lan", NOW + timedelta(hours=3)))

    rows, _ = alarms.page()
    second, total = alarms.page(page=2, per_page=2)

    assert [alarm.line for alarm in rows] == [13, 12, 14]
    assert ([alarm.line for alarm in second], total) == ([14], 3)


def test_unknown_alarms_cannot_be_dealt_with(alarms: Alarms) -> None:
    with pytest.raises(NotFound, match=r"storage\.no_alarm"):
        alarms.see("AAAAAAAA", 12, 4, ChangeContext("lan", NOW))
