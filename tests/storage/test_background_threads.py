"""Threads that there is no room for: what they are to do is left for the next time, and is done then."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.batches.heartbeat import beating
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.database_watch import DatabaseWatch
from labelsvc.storage.db.tables.product_list import listed_day
from labelsvc.storage.files.folder_probe import place_answers
from labelsvc.storage.files.object_folder import ObjectFolder
from labelsvc.storage.keys.key_command import KeyCommand
from labelsvc.storage.keys.key_file import write_compact
from labelsvc.storage.products.lists.list_renewal import ListRenewal
from labelsvc.storage.scans.scan_queue import Scan, ScanBatch, ScanQueue
from tests.offices.full_system import no_room_for_threads
from tests.offices.prepared_databases import put_sqlite
from tests.offices.renewed_keys import wait_until_renewed
from tests.offices.stored_office import NOW

PATIENCE_SECONDS = 20
KEY = EpochKey(bytes(32))


def test_scans_are_written_by_the_thread_of_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.storage.scans.scan_queue.WRITTEN_EVERY", 0.01)
    written: list[Scan] = []

    def write(batch: ScanBatch) -> bool:
        written.extend(batch.scans)
        return True

    queue, scans = ScanQueue(write), [Scan("AAAAAAAA", 1, serial, NOW) for serial in (1, 2)]
    with no_room_for_threads():
        queue.keep(scans[0])
    queue.keep(scans[1])

    until = time.monotonic() + PATIENCE_SECONDS
    while len(queue):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert written == scans


def test_a_database_that_nobody_can_try_to_reach_is_not_away() -> None:
    watch = DatabaseWatch(lambda: None)
    with no_room_for_threads():
        watch.begin(OSError())
    watch.refuse(StorageRefused)
    watch.begin(OSError())

    with pytest.raises(StorageRefused):
        watch.refuse(StorageRefused)
    watch.end()


def test_keys_are_asked_for_again() -> None:
    command = KeyCommand(("echo", write_compact([KEY])))
    with no_room_for_threads():
        command.renew()
    command.renew()
    wait_until_renewed()

    assert command.read() == (KEY,)


def test_work_goes_on_without_a_heart_that_beats() -> None:
    done = []
    with no_room_for_threads(), beating(lambda: True, 0.01):
        done.append("a part")

    assert done == ["a part"]


def test_the_list_of_products_is_written_at_the_next_look(tmp_path: Path) -> None:
    with closing(Database.trusted(put_sqlite(tmp_path / "labelsvc.db"))) as database:
        renewal = ListRenewal(database)
        with no_room_for_threads():
            renewal.begin(NOW.date())
        renewal.wait()
        renewal.begin(NOW.date())
        renewal.wait()

        with database.reading() as connection:
            assert connection.scalar(select(listed_day.c.day)) == NOW.date()


def test_a_store_that_nobody_can_ask_is_not_taken_for_silent() -> None:
    with no_room_for_threads():
        assert place_answers(ObjectFolder("memory://labels"), "a.pdf")
