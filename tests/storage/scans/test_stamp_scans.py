"""Scans: the record behind a stamp, always fresh, and a count, nothing else."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.recognition import Withdrawal
from labelsvc.domain.verification.judging import judge
from labelsvc.domain.verification.stamp_record import ScanHistory
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.storage.db.database import Database
from labelsvc.storage.scans import scan_queue
from labelsvc.storage.scans.alarms import Alarms
from labelsvc.storage.scans.device_marks import day_number
from tests.conftest import PostgresqlServer
from tests.offices.stored_office import NOW, Stores, record

LATER = NOW + timedelta(days=3, seconds=7)


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


@pytest.fixture
def epoch(stores: Stores) -> str:
    """The epoch of a batch with one line: number 1, serials 1 to 10."""
    stores.save(record(brand="Cũ"))
    return stores.batches.get(stores.order(10)).epoch


def test_a_scan_gives_the_record_of_its_line(stores: Stores, epoch: str) -> None:
    printed, scans = stores.scans.scan(epoch, 1, 10, NOW)

    assert printed is not None
    assert (printed.product, printed.recognition) == (record(brand="Cũ").product, record().recognition)
    assert (printed.history, printed.quantity, printed.counted) == ((record().recognition,), 10, True)
    assert (printed.trial, printed.specimen) == (False, True)  # its host is an example
    assert scans == ScanHistory(1, NOW)


def test_a_trial_is_one_whatever_other_batches_its_epoch_has(stores: Stores, epoch: str) -> None:
    stores.order(10, trial=True)

    found = [stores.scans.look(epoch, line, 1)[0] for line in (1, 2)]

    assert [record and record.trial for record in found] == [False, True]


def test_scans_per_stamp_are_separate_and_the_first_time_stays(stores: Stores, epoch: str) -> None:
    for now in (NOW, LATER):
        stores.scans.scan(epoch, 1, 7, now)

    assert stores.scans.scan(epoch, 1, 7, LATER)[1] == ScanHistory(3, NOW)
    assert stores.scans.scan(epoch, 1, 8, LATER)[1] == ScanHistory(1, LATER)


def test_a_look_gives_the_same_and_counts_nothing(stores: Stores, epoch: str) -> None:
    before = stores.scans.look(epoch, 1, 7)
    scanned = stores.scans.scan(epoch, 1, 7, NOW)

    after = [stores.scans.look(epoch, 1, 7) for _ in range(2)]

    assert before == (scanned[0], ScanHistory(0, None))
    assert after == [scanned, scanned]


def test_the_record_of_an_unchanged_line_is_the_same_object(stores: Stores, epoch: str) -> None:
    records = [stores.scans.scan(epoch, 1, serial, NOW)[0] for serial in (1, 2)]
    other = record(name="Một sản phẩm khác", producer="Một chủ thể khác")
    stores.save(other)  # the record version changes, the line's rows do not

    records += [stores.scans.scan(epoch, 1, 3, NOW)[0], stores.scans.look(epoch, 1, 3)[0]]

    assert len({id(each) for each in records}) == 1


def test_a_withdrawal_shows_at_the_next_scan(stores: Stores, epoch: str) -> None:
    stores.scans.scan(epoch, 1, 1, NOW)
    stored = stores.products.all()[0].recognitions[0]
    withdrawn = replace(stored.recognition, withdrawal=Withdrawal(date(2026, 11, 1), "Vi phạm"))

    Stores(stores.database, stores.home).recognitions.change(stored.id, lambda _: withdrawn, ChangeContext("lan", NOW))

    found = stores.scans.scan(epoch, 1, 1, NOW)[0]
    assert found is not None
    assert found.recognition == withdrawn
    assert found.history == (withdrawn,)


@pytest.mark.parametrize(
    ("statement", "shows"),
    [
        ("UPDATE products SET brand = 'Mới'", lambda found: found.product.brand == "Mới"),
        ("UPDATE recognitions SET withdrawn_since = '2026-01-01'", lambda found: found.recognition.withdrawal),
        ("UPDATE batches SET trial = true", lambda found: found.trial),
        ("UPDATE lines SET specimen = true", lambda found: found.specimen),
        ("UPDATE lines SET quantity = 5, last_serial = 5", lambda found: found.quantity == 5),
        ("DELETE FROM lines", lambda found: found is None),
    ],
)
def test_manual_changes_show_at_the_next_scan(stores: Stores, epoch: str, statement: str, shows: object) -> None:
    stores.scans.scan(epoch, 1, 1, NOW)

    with stores.database.writing() as connection:
        connection.execute(text(statement))

    assert shows(stores.scans.scan(epoch, 1, 1, NOW)[0])


def test_a_renewal_shows_at_the_next_scan_beside_the_printed_recognition(stores: Stores, epoch: str) -> None:
    stores.scans.scan(epoch, 1, 1, NOW)

    stores.save(record(stars=5, decision_date=date(2026, 11, 20)))

    found = stores.scans.scan(epoch, 1, 1, NOW)[0]
    assert found is not None
    assert found.recognition == record().recognition
    assert [recognition.stars for recognition in found.history] == [4, 5]


def test_stamps_keep_their_printed_stars_when_records_are_corrected(stores: Stores, epoch: str) -> None:
    stores.save(record(stars=3))

    found = stores.scans.scan(epoch, 1, 1, NOW)[0]

    assert found is not None
    assert found.recognition.stars == 4
    assert [recognition.stars for recognition in found.history] == [3]
    assert judge(StampIdentity(1, 1), found, None, NOW.date()).case is VerdictCase.LOWERED


@pytest.mark.parametrize(("line", "serial"), [(2, 1), (1, 11), (1, 0), (0, 1), ((1 << 28) - 1, (1 << 20) - 1)])
def test_a_line_or_serial_that_was_not_issued_raises_an_alarm(
    stores: Stores, epoch: str, line: int, serial: int
) -> None:
    looked = stores.scans.look(epoch, line, serial)
    answers = [stores.scans.scan(epoch, line, serial, now) for now in (NOW, LATER)]

    assert looked == (None, None)
    assert answers == [(None, ScanHistory(1, NOW)), (None, ScanHistory(2, NOW))]
    assert stores.scans.look(epoch, line, serial) == (None, ScanHistory(2, NOW))
    [alarm] = Alarms(stores.database).page()[0]
    assert (alarm.epoch, alarm.line, alarm.serial, alarm.kind) == (epoch, line, serial, "unknown_record")
    assert (alarm.first, alarm.last, alarm.count) == (NOW, LATER, 2)


def test_the_line_of_another_epoch_is_another_line(stores: Stores, epoch: str) -> None:
    assert stores.scans.scan("AAAAAAAA", 1, 1, NOW) == (None, ScanHistory(1, NOW))
    assert [alarm.epoch for alarm in Alarms(stores.database).page()[0]] == ["AAAAAAAA"]
    assert stores.scans.look(epoch, 1, 1)[1] == ScanHistory(0, None)


def test_all_pieces_of_an_uncounted_line_share_serial_0(stores: Stores) -> None:
    epoch = stores.batches.get(stores.order(10, counted=False, trial=True, specimen=True)).epoch

    found, scans = stores.scans.scan(epoch, 1, 0, NOW)

    assert found is not None
    assert (found.counted, found.quantity, found.trial, found.specimen) == (False, 10, True, True)
    assert scans == ScanHistory(1, NOW)
    assert stores.scans.scan(epoch, 1, 1, NOW)[0] is None


def test_scans_leave_only_counts_and_the_first_moment(stores: Stores, epoch: str) -> None:
    for now, device in ((NOW, "203.0.113.7 Chrome"), (LATER, "203.0.113.7 Chrome"), (LATER, "203.0.113.8 Safari")):
        stores.scans.scan(epoch, 1, 7, now, device)
    stores.scans.queue.write_now()

    with stores.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM scans")).mappings().all()

    today = day_number(LATER)
    assert [dict(row) for row in rows] == [
        {"epoch_id": 1, "line": 1, "serial": 7, "first_at": int(NOW.timestamp()), "count": 3}
        | {"day": today, "devices": 2, "most_devices": 2, "most_day": today}
    ]


def test_scans_from_many_threads_are_all_counted(stores: Stores, epoch: str) -> None:
    def scan_often() -> None:
        for _ in range(25):
            stores.scans.scan(epoch, 1, 7, NOW)

    threads = [threading.Thread(target=scan_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stores.scans.look(epoch, 1, 7)[1] == ScanHistory(100, NOW)


@pytest.fixture
def sqlite_stores(tmp_path: Path) -> Stores:
    return Stores(Database.open(f"sqlite:///{tmp_path}/labelsvc.db"), tmp_path)


def test_scans_while_another_writes_wait_once_and_are_all_counted_later(sqlite_stores: Stores) -> None:
    epoch = sqlite_stores.batches.get(sqlite_stores.order(10)).epoch
    sqlite_stores.scans.scan(epoch, 1, 7, NOW)

    with sqlite_stores.database.writing():
        begun = time.monotonic()
        answers = [sqlite_stores.scans.scan(epoch, 1, 7, LATER, f"phone {number % 100}") for number in range(300)]
        seconds = time.monotonic() - begun
    first, last = answers[0], answers[-1]
    assert sqlite_stores.scans.queue.write_now()

    assert seconds < 4  # it was 600: two for each
    assert first[0] is not None
    assert (first[1], last[1]) == (
        ScanHistory(2, NOW, 1, LATER.date()),
        ScanHistory(101, NOW, 100, LATER.date()),
    )  # a device counts once within the hour
    found = sqlite_stores.scans.look(epoch, 1, 7)[1]
    assert found
    assert (found.count, found.most_devices) == (101, 100)


def test_kept_scans_are_written_by_themselves_and_direct_ones_follow(sqlite_stores: Stores) -> None:
    epoch = sqlite_stores.batches.get(sqlite_stores.order(10)).epoch
    with sqlite_stores.database.writing():
        assert sqlite_stores.scans.scan(epoch, 1, 7, NOW)[1] == ScanHistory(1, NOW)
        assert sqlite_stores.scans.scan(epoch, 1, 99, NOW) == (None, None)

    until = time.monotonic() + 20
    while sqlite_stores.scans.queue and time.monotonic() < until:
        time.sleep(0.02)

    assert sqlite_stores.scans.scan(epoch, 1, 7, LATER)[1] == ScanHistory(2, NOW)
    assert [alarm.serial for alarm in Alarms(sqlite_stores.database).page()[0]] == [99]


def test_scans_that_wait_are_counted_before_the_process_ends(sqlite_stores: Stores) -> None:
    epoch = sqlite_stores.batches.get(sqlite_stores.order(10)).epoch
    with sqlite_stores.database.writing():
        sqlite_stores.scans.scan(epoch, 1, 7, NOW)

    sqlite_stores.scans.close()

    assert Stores(sqlite_stores.database, sqlite_stores.home).scans.look(epoch, 1, 7)[1] == ScanHistory(1, NOW)


def test_no_more_scans_are_kept_than_a_process_has_room_for(
    sqlite_stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_queue, "MOST_KEPT", 3)
    epoch = sqlite_stores.batches.get(sqlite_stores.order(10)).epoch

    with sqlite_stores.database.writing():
        answers = [sqlite_stores.scans.scan(epoch, 1, 7, NOW) for _ in range(5)]
    sqlite_stores.scans.close()

    assert all(record for record, _ in answers)
    assert sqlite_stores.scans.look(epoch, 1, 7)[1] == ScanHistory(3, NOW)


def test_many_phones_at_once_take_few_connections(postgresql_server: PostgresqlServer, tmp_path: Path) -> None:
    stores = Stores(Database.open(postgresql_server.new_database(), connections=4), tmp_path)
    name = PostgresqlServer.name_in(stores.database.engine.url.render_as_string(hide_password=False))
    epoch = stores.batches.get(stores.order(10)).epoch

    with ThreadPoolExecutor(64) as phones:
        answers = list(phones.map(lambda number: stores.scans.scan(epoch, 1, 7, NOW, f"phone {number}"), range(256)))
        opened = postgresql_server.run(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'")

    assert all(record for record, _ in answers)
    assert stores.scans.look(epoch, 1, 7)[1].count == 256
    assert int(opened) <= 4
    stores.scans.close()


def test_a_scan_is_counted_during_a_long_import_in_postgresql(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    stores = Stores(Database.open(postgresql_server.new_database()), tmp_path)
    epoch = stores.batches.get(stores.order(10)).epoch

    with stores.database.writing() as connection:
        connection.execute(text("UPDATE products SET brand = 'Mới'"))
        scans = stores.scans.scan(epoch, 1, 7, NOW)[1]

    assert scans == ScanHistory(1, NOW)


def test_a_connection_that_the_server_closed_is_opened_anew(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    stores = Stores(Database.open(postgresql_server.new_database()), tmp_path)
    epoch = stores.batches.get(stores.order(10)).epoch
    stores.scans.scan(epoch, 1, 7, NOW)

    postgresql_server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    assert stores.scans.scan(epoch, 1, 7, LATER)[1] == ScanHistory(2, NOW)
    assert stores.batches.last() is not None


def test_a_fault_of_the_program_is_not_hidden(tmp_path: Path) -> None:
    stores = Stores(Database.open(f"sqlite:///{tmp_path}/labelsvc.db"), tmp_path)
    with stores.database.writing() as connection:
        connection.execute(text("ALTER TABLE scans RENAME COLUMN count TO number"))

    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        stores.scans.scan("AAAAAAAA", 1, 1, NOW)
