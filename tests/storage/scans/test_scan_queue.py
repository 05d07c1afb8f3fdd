"""Scans that wait: written in batches, each once, and shown all the time."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.verification.stamp_record import MANY_DEVICES, ScanHistory
from labelsvc.storage.db.database import Database
from labelsvc.storage.scans.alarms import Alarms
from labelsvc.storage.scans.scan_queue import CountsOutdated, Scan, ScanBatch, ScanQueue, StoredCounts
from labelsvc.storage.scans.stamp_scans import StampScans
from tests.offices.stored_office import NOW, Stores, record

DAY = NOW.date()


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


@pytest.fixture
def epoch(stores: Stores) -> str:
    """The epoch of a batch with one line: number 1, serials 1 to 50."""
    stores.save(record())
    return stores.batches.get(stores.order(50)).epoch


def scan_at(now: datetime, device: str = "") -> Scan:
    return Scan("AAAAAAAA", 1, 7, now, device)


def test_counts_stay_the_same_while_a_batch_is_written(stores: Stores, epoch: str) -> None:
    seen = [stores.scans.scan(epoch, 1, 7, NOW, f"phone {number}")[1] for number in range(3)]
    waiting = stores.scans.look(epoch, 1, 7)[1]
    stores.scans.queue.write_now()
    written = stores.scans.look(epoch, 1, 7)[1]
    more = stores.scans.scan(epoch, 1, 7, NOW, "phone 3")[1]

    assert [scans.count for scans in seen if scans] == [1, 2, 3]
    assert waiting == written == ScanHistory(3, NOW, 3, DAY)
    assert more == ScanHistory(4, NOW, 4, DAY)


def test_counts_read_before_a_batch_was_written_are_read_again() -> None:
    batches: list[ScanBatch] = []

    def write(batch: ScanBatch) -> bool:
        batches.append(batch)
        return True

    queue = ScanQueue(write)
    queue.add(scan_at(NOW), StoredCounts())
    queue.write_now()

    with pytest.raises(CountsOutdated):
        queue.add(scan_at(NOW), StoredCounts())

    assert queue.add(scan_at(NOW), StoredCounts(1, int(NOW.timestamp()), batch=1)).count == 2
    queue.close()
    assert [len(batch.scans) for batch in batches] == [1, 1]


def test_scans_are_kept_while_batches_are_written_all_the_time() -> None:
    written = 0

    def write(batch: ScanBatch) -> bool:
        nonlocal written
        written += len(batch.scans)
        return True

    queue, is_over = ScanQueue(write), threading.Event()

    def write_on() -> None:
        while not is_over.is_set():
            queue.write_now()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        for _ in range(2_000):
            queue.keep(scan_at(NOW))
    finally:
        sys.setswitchinterval(interval)
        is_over.set()
        writer.join()
        queue.close()

    assert written == 2_000


def test_a_batch_whose_commit_was_not_confirmed_is_counted_once(stores: Stores, epoch: str) -> None:
    scans = [Scan(epoch, 1, serial, NOW, device) for serial in (7, 8) for device in ("", "phone")]

    for _ in range(2):
        stores.scans._writer.write(scans, batch=1, patience=1.0)

    assert [stores.scans.look(epoch, 1, serial)[1] for serial in (7, 8)] == [ScanHistory(2, NOW, 1, DAY)] * 2


def test_processes_that_write_the_same_stamps_at_once_count_all(stores: Stores, epoch: str) -> None:
    processes = [stores.scans, *(StampScans(stores.database) for _ in range(3))]

    def scan_all(number: int) -> None:
        for serial in sorted(range(1, 51), key=lambda serial: serial * (2 * number + 1) % 53):
            processes[number].scan(epoch, 1, serial, NOW, f"phone {serial % 3} {number % 2}")
        assert processes[number].queue.write_now()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(scan_all, range(4)))

    with stores.database.reading() as connection:
        rows = connection.execute(text("SELECT count, devices, first_at FROM scans")).all()
    assert rows == [(2, 2, int(NOW.timestamp()))] * 50  # two of the four had the same phones
    for process in processes[1:]:
        process.close()


def test_the_twentieth_device_turns_the_page_before_it_is_written(stores: Stores, epoch: str) -> None:
    for number in range(MANY_DEVICES - 1):
        stores.scans.scan(epoch, 1, 7, NOW, f"phone {number}")
    stores.scans.queue.write_now()

    scans = stores.scans.scan(epoch, 1, 7, NOW, "another")[1]

    assert scans
    assert scans.too_many
    stores.scans.close()
    assert [alarm.kind for alarm in Alarms(stores.database).page()[0]] == ["many_devices"]


def test_a_device_does_not_wait_again_within_the_hour(stores: Stores, epoch: str) -> None:
    for seconds in (0, 1, 3_599, 3_600):
        stores.scans.scan(epoch, 1, 7, NOW + timedelta(seconds=seconds), "phone")

    assert stores.scans.look(epoch, 1, 7)[1] == ScanHistory(2, NOW, 1, DAY)
    stores.scans.queue.write_now()
    assert stores.scans.look(epoch, 1, 7)[1] == ScanHistory(2, NOW, 1, DAY)


def test_how_many_wait_is_told_until_none_does() -> None:
    takes = iter([False, True])
    told: list[int] = []
    done = threading.Event()
    queue = ScanQueue(lambda batch: next(takes))

    def tell(waiting: int) -> None:
        told.append(waiting)
        if not waiting:
            done.set()

    queue.tell = tell

    queue.keep(scan_at(NOW))

    assert done.wait(10)
    assert told == [1, 0]


def test_an_alarm_about_a_missing_record_is_stored_before_the_answer(stores: Stores, epoch: str) -> None:
    stores.scans.scan(epoch, 99, 1, NOW, "phone")

    assert len(stores.scans.queue) == 0
    assert [alarm.kind for alarm in Alarms(stores.database).page()[0]] == ["unknown_record"]
