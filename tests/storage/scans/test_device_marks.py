"""The same device counts once within the hour, and nothing tells afterwards which one it was."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.verification.stamp_record import MANY_DEVICES, ScanHistory
from labelsvc.storage.db.database import Database
from labelsvc.storage.scans.alarms import Alarms
from labelsvc.storage.scans.device_marks import day_number
from labelsvc.storage.scans.stamp_scans import StampScans
from tests.offices.stored_office import Stores, record

PHONE, OTHER = "203.0.113.7\nMozilla/5.0 (Linux; Android 14)", "203.0.113.8\nMozilla/5.0 (Linux; Android 14)"
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
"""In Vietnam."""


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


@pytest.fixture
def epoch(stores: Stores) -> str:
    """The epoch of a batch with one line: number 1, serials 1 to 10."""
    stores.save(record())
    return stores.batches.get(stores.order(10)).epoch


def counts(stores: Stores, epoch: str, *scans: tuple[datetime, str], serial: int = 7) -> list[int]:
    """Scan a stamp and return how often it was scanned after each time."""
    answers = [stores.scans.scan(epoch, 1, serial, now, device)[1] for now, device in scans]
    return [answer.count if answer else 0 for answer in answers]


def test_a_device_counts_again_after_an_hour_and_not_before(stores: Stores, epoch: str) -> None:
    times = [NOON + timedelta(minutes=minutes) for minutes in (0, 1, 59, 60, 61, 119, 120)]

    assert counts(stores, epoch, *((now, PHONE) for now in times)) == [1, 1, 1, 2, 2, 2, 3]


def test_other_devices_and_other_stamps_count_at_once(stores: Stores, epoch: str) -> None:
    assert counts(stores, epoch, (NOON, PHONE), (NOON, OTHER), (NOON, PHONE)) == [1, 2, 2]
    assert counts(stores, epoch, (NOON, PHONE), serial=8) == [1]


def test_processes_know_of_each_others_devices(stores: Stores, epoch: str) -> None:
    other_process = StampScans(stores.database)
    stores.scans.scan(epoch, 1, 7, NOON, PHONE)
    stores.scans.queue.write_now()

    scans = other_process.scan(epoch, 1, 7, NOON, PHONE)[1]

    assert scans is not None
    assert scans.count == 1


def test_a_device_raises_a_missing_record_alarm_once_an_hour(stores: Stores, epoch: str) -> None:
    answers = [stores.scans.scan(epoch, 99, 1, NOON, device) for device in (PHONE, PHONE, OTHER)]

    assert answers == [(None, ScanHistory(1, NOON)), (None, ScanHistory(1, NOON)), (None, ScanHistory(2, NOON))]
    assert [alarm.count for alarm in Alarms(stores.database).page()[0]] == [2]


def test_devices_are_counted_anew_each_day_and_the_most_is_kept(stores: Stores, epoch: str) -> None:
    for minutes, device in enumerate(("a", "b", "c", "a")):
        stores.scans.scan(epoch, 1, 7, NOON + timedelta(hours=minutes), device)

    scans = stores.scans.scan(epoch, 1, 7, MIDNIGHT, "a")[1]

    assert scans == ScanHistory(5, NOON, 3, NOON.date())


def test_many_devices_in_a_day_raise_one_alarm(stores: Stores, epoch: str) -> None:
    for number in range(MANY_DEVICES + 2):
        stores.scans.scan(epoch, 1, 7, NOON, f"device {number}")

    stores.scans.queue.write_now()
    [alarm] = Alarms(stores.database).page()[0]
    assert (alarm.kind, alarm.count, alarm.most_devices) == ("many_devices", 1, MANY_DEVICES + 2)
    assert (alarm.product, alarm.scans) == ("Củ cải sấy", MANY_DEVICES + 2)


def test_the_next_days_scan_destroys_salt_and_marks(stores: Stores, epoch: str) -> None:
    stores.scans.scan(epoch, 1, 7, MIDNIGHT - timedelta(seconds=1), PHONE)
    stores.scans.queue.write_now()
    before = kept(stores.database)

    scans = stores.scans.scan(epoch, 1, 7, MIDNIGHT, PHONE)[1]

    stores.scans.queue.write_now()
    after = kept(stores.database)
    assert scans is not None
    assert scans.count == 2  # nobody knows any more that it is the same one
    assert [len(rows) for rows in (*before, *after)] == [1, 1, 1, 1]
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_day_without_scans_is_forgotten_too(stores: Stores, epoch: str) -> None:
    stores.scans.scan(epoch, 1, 7, NOON, PHONE)
    stores.scans.queue.write_now()

    stores.scans.forget_devices_before(NOON)
    today = kept(stores.database)
    stores.scans.forget_devices_before(MIDNIGHT)

    assert [len(rows) for rows in today] == [1, 1]
    assert kept(stores.database) == ([], [])


def test_what_is_kept_names_no_device(stores: Stores, epoch: str) -> None:
    for serial in (7, 8):
        stores.scans.scan(epoch, 1, serial, NOON, PHONE)
    stores.scans.queue.write_now()

    salts, marks = kept(stores.database)

    assert [len(salt[1]) for salt in salts] == [64]
    assert len({mark[0] for mark in marks}) == 2, "two stamps of one device have nothing in common"
    assert {mark[1] for mark in marks} == {day_number(NOON)}


def test_a_destroyed_salt_is_nowhere_in_the_file(tmp_path: Path) -> None:
    stores = Stores(Database.open(f"sqlite:///{tmp_path}/labelsvc.db"), tmp_path)
    epoch = stores.batches.get(stores.order(10)).epoch
    stores.scans.scan(epoch, 1, 7, NOON, PHONE)
    stores.scans.queue.write_now()
    salt = kept(stores.database)[0][0][1].encode()  # type: ignore[attr-defined]

    stores.scans.forget_devices_before(MIDNIGHT)

    with stores.database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert salt not in (tmp_path / "labelsvc.db").read_bytes()
    assert os.path.getsize(tmp_path / "labelsvc.db-wal") == 0


def test_threads_with_one_device_count_once(stores: Stores, epoch: str) -> None:
    threads = [threading.Thread(target=stores.scans.scan, args=(epoch, 1, 7, NOON, PHONE)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stores.scans.look(epoch, 1, 7)[1] == ScanHistory(1, NOON, 1, NOON.date())


def kept(database: Database) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Return the rows of salts and of marks."""
    with database.reading() as connection:
        salts, marks = (connection.execute(text(f"SELECT * FROM {table}")) for table in ("day_salts", "device_marks"))
        return [tuple(row) for row in salts], [tuple(row) for row in marks]
