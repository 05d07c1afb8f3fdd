"""A clock ran ahead and was put right: nobody is locked out, and nothing lies in the future."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from labelsvc.domain.account import Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.storage.batches.voids import ReportedLoss
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import sessions
from labelsvc.storage.db.tables.scans import day_salts
from labelsvc.storage.people.sign_ins import LONGEST
from labelsvc.web.clock_watch import ClockWatch
from tests.offices.desk_office import DeskOffice
from tests.offices.stored_office import NOW, Stores

AHEAD = timedelta(days=40)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> DeskOffice:
    return DeskOffice(tmp_path, database_url, now=NOW)


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


def test_one_time_passwords_work_after_the_clock_was_corrected(desk: DeskOffice) -> None:
    account = next(each for each in desk.services.accounts.all() if each.role is Role.CLERK)
    step = int(NOW.timestamp()) // 30
    take = desk.services.accounts.take_step

    assert take(account.id, step + int(AHEAD.total_seconds()) // 30)
    assert take(account.id, step)
    assert [take(account.id, again) for again in (step, step - 1, step - 2)] == [False] * 3
    assert take(account.id, step + 1)
    assert not take(account.id, step - 1), "of the three that hold at once, an earlier one is refused"


def test_a_session_of_the_future_ends_in_its_time(desk: DeskOffice) -> None:
    account = next(each for each in desk.services.accounts.all() if each.role is Role.CLERK)
    sign_ins = desk.services.sign_ins
    token = sign_ins.begin(account.id, "Firefox", NOW + AHEAD)

    assert sign_ins.find(token, NOW)

    with desk.services.database.reading() as connection:
        assert connection.execute(select(sessions.c.seen_at, sessions.c.created_at)).one() == (NOW, NOW)
    assert sign_ins.find(token, NOW + LONGEST + timedelta(minutes=1)) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's own clock is asked there
def test_a_request_lost_in_the_future_can_be_repeated(desk: DeskOffice) -> None:
    account = next(each for each in desk.services.accounts.all() if each.role is Role.CLERK)
    kept = desk.services.idempotent_answers
    kept.begin(account.id, "don-17", "ab" * 32, NOW + AHEAD)

    assert kept.begin(account.id, "don-17", "ab" * 32, NOW) is None
    assert kept.begin(account.id, "don-17", "ab" * 32, NOW) == ("ab" * 32, 0, "")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_machine_that_is_a_year_off_spoils_nothing_of_others(desk: DeskOffice) -> None:
    account = next(each for each in desk.services.accounts.all() if each.role is Role.CLERK)
    kept, sign_ins, uploads = desk.services.idempotent_answers, desk.services.sign_ins, desk.services.uploads
    now, asked = datetime.now(UTC), "ab" * 32
    kept.begin(account.id, "done", asked, now)
    kept.keep(account.id, "done", 201, "{}")
    kept.begin(account.id, "under way", asked, now)
    token, upload = sign_ins.begin(account.id, "Firefox", now), uploads.keep([("a.csv", BytesIO())], account.id, now)

    for days in (-365, 365):
        astray = now + timedelta(days=days)
        kept.begin(account.id, f"of {days}", asked, astray)
        sign_ins.begin(account.id, "Chrome", astray)
        uploads.keep([("b.csv", BytesIO())], account.id, astray)

    assert kept.begin(account.id, "done", asked, now) == (asked, 201, "{}")
    assert kept.begin(account.id, "under way", asked, now) == (asked, 0, "")
    assert sign_ins.find(token, now)
    assert uploads.find(upload, account.id)


def test_no_first_scan_lies_in_the_future(stores: Stores) -> None:
    stores.order(10)
    epoch = stores.epochs.all()[0].name
    stores.scans.scan(epoch, 1, 1, NOW + AHEAD, "máy 1")

    _, looked = stores.scans.look(epoch, 1, 1)
    _, scanned = stores.scans.scan(epoch, 1, 1, NOW, "máy 2")

    assert looked
    assert looked.until(NOW).first == NOW
    assert scanned
    assert (scanned.count, scanned.first) == (2, NOW.replace(microsecond=0))


def test_a_device_counts_again_and_future_salts_are_destroyed(stores: Stores) -> None:
    stores.order(10)
    epoch = stores.epochs.all()[0].name
    stores.scans.scan(epoch, 1, 1, NOW + timedelta(hours=3), "máy 1")
    stores.scans.scan(epoch, 1, 1, NOW + AHEAD, "máy 1")

    _, scanned = stores.scans.scan(epoch, 1, 1, NOW, "máy 1")
    stores.scans.queue.write_now()

    with stores.database.reading() as connection:
        assert len(connection.scalars(select(day_salts.c.day)).all()) == 1
    assert scanned
    assert scanned.count == 3


def test_an_alarm_of_the_future_closes_and_opens_again(desk: DeskOffice) -> None:
    epoch, alarms, scans = desk.services.epochs.all()[0].name, desk.services.alarms, desk.services.scans
    scans.scan(epoch, 4_321, 7, NOW + AHEAD)
    alarms.see(epoch, 4_321, 7, ChangeContext("thu", NOW, "đã gọi"))
    dealt_with = alarms.count_open()

    alarms.see(epoch, 4_321, 7, ChangeContext("thu", NOW + AHEAD, "đã gọi"))
    scans.scan(epoch, 4_321, 7, NOW)

    assert (dealt_with, alarms.count_open()) == (0, 1)


def test_limits_are_forgotten_when_the_clock_is_put_back() -> None:
    wall, steady = iter([1_000.0, 1_010.0, 91_010.0, 1_030.0, 1_040.0, 1_039.0]), iter([0.0, 10, 20, 30, 40, 50])
    watch = ClockWatch(lambda: next(wall), lambda: next(steady))

    assert [watch.was_put_back() for _ in range(5)] == [False, False, True, False, True]


def test_a_token_that_was_used_in_the_future_is_used_now(desk: DeskOffice) -> None:
    account = next(each for each in desk.services.accounts.all() if each.role is Role.CLERK)
    sign_ins = desk.services.sign_ins
    token = sign_ins.make_token(account.id, "thử", ["products:read"], NOW)
    sign_ins.find_token(token, NOW + AHEAD)

    sign_ins.find_token(token, NOW)

    assert sign_ins.tokens_of(account.id)[0].used_at == NOW


def test_alarms_and_voids_of_the_future_are_shown_as_of_now(desk: DeskOffice) -> None:
    services, later = desk.services, ChangeContext("thu", NOW + AHEAD)
    stores = Stores(services.database, services.home)
    name = stores.order(10)
    epoch = services.epochs.keys()[0]
    services.voids.add(ReportedLoss(name, [SerialRange(1, 3, 3)], "mất", "lost"), later)
    services.scans.scan(epoch.name, 4_321, 7, later.now)
    clerk = desk.client(Role.CLERK)

    pages = [clerk.get(path).text for path in ("/office/alarms", f"/office/batches/{name}")]
    verdict = services.verifier.verify(epoch.seal(StampIdentity(1, 3)), NOW, is_scan=False)

    assert not [page for page in pages if "03/01/2027" in page]
    assert all("24/11/2026" in page for page in pages)
    assert verdict.void.day == date(2026, 11, 24)
