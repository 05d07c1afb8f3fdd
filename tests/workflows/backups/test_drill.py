"""The drill: an office that prints and is scanned is backed up, lost, and restored."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labelsvc.domain.errors import BackupRefused, KeyRefused
from labelsvc.domain.label_code import StampIdentity
from labelsvc.services import Services
from labelsvc.storage.backups import sqlite_copy
from labelsvc.storage.backups.age_header import Lock, Unlock, read_identities, read_recipient
from labelsvc.storage.backups.backup_archive import SMALL_FILES
from labelsvc.web.public.app import public_app
from labelsvc.workflows.backups.check_backup import CheckedBackup, check_backup
from labelsvc.workflows.backups.make_backup import BackupChoice, MadeBackup, make_backup
from labelsvc.workflows.backups.restore_backup import restore_backup
from tests.offices.prepared_databases import empty_postgresql
from tests.offices.print_worker import ordered
from tests.offices.printing_office import PrintingOffice, manifest
from tests.offices.stored_office import record
from tests.samples.age_keys import PUBLIC, SECRET
from tests.samples.generator import make_records

if TYPE_CHECKING:
    from tests.conftest import PostgresqlServer

sqlite_alone = pytest.mark.parametrize("office_at", ["sqlite"], indirect=True)
LOCK, UNLOCK = Lock(recipients=(read_recipient(PUBLIC),)), Unlock(identities=read_identities(SECRET))


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)])
def office_at(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], PrintingOffice]:
    """What begins an office in a place that has nothing in it; all of them print into one output."""

    def begin(place: str) -> PrintingOffice:
        (tmp_path / place).mkdir()
        settings = {"OUTPUT": str(tmp_path / "output")}
        if request.param == "sqlite":
            settings["DATABASE"] = f"sqlite:///{tmp_path / place / 'home' / 'labelsvc.db'}"
        elif place == "first":
            settings["DATABASE"] = request.getfixturevalue("postgresql_url")
            empty_postgresql(settings["DATABASE"])
        else:
            server: PostgresqlServer = request.getfixturevalue("postgresql_server")
            settings["DATABASE"] = server.new_database()
        return PrintingOffice(tmp_path / place, settings=settings)

    return begin


def backed_up(office: PrintingOffice, path: Path, progress: Callable[[str, int, int], object] = silent) -> MadeBackup:
    places = office.services.office_places()
    with closing(places.database):
        return make_backup(places, path, LOCK, office.now, progress, BackupChoice(output_files=True))


def restored(office: PrintingOffice, path: Path) -> CheckedBackup:
    """Restore into an office that has nothing, as its new machine does."""
    places = office.services.office_places()
    with closing(places.database):
        found = restore_backup(places, path, UNLOCK, silent)
    office.services = Services(office.services.settings)
    return found


def code_of(office: PrintingOffice, batch: str, serial: int = 1) -> str:
    line = office.services.batches.lines(batch)[0].line
    return office.services.epochs.key(office.services.batches.get(batch).epoch).seal(StampIdentity(line.number, serial))


def folder_of(office: PrintingOffice, batch: str) -> Path:
    return Path(office.services.batches.get(batch).folder)


def page(office: PrintingOffice, code: str) -> tuple[int, str]:
    """Scan a code: the page's status and text."""
    answer = public_app(office.services, lambda: office.now).test_client().get(f"/{code}")
    return answer.status_code, answer.get_data(as_text=True)


@contextmanager
def busy(office: PrintingOffice, code: str) -> Iterator[Callable[[], None]]:
    """Let others import records and scan stamps until the block ends; gives what waits until more was written."""
    written, stop, more = 0, threading.Event(), threading.Condition()

    def write() -> None:
        nonlocal written
        with closing(Services(office.services.settings)) as services:
            stamp = services.verifying_keys.open(code)
            assert stamp.stamp is not None
            while not stop.is_set():
                services.scans.scan(stamp.epoch, stamp.stamp.line, stamp.stamp.serial, office.now)
                row = record(name=f"Món {written}")
                services.imports.save([row], who="thu", source="a.xlsx", now=office.now, demonstration=False)
                with more:
                    written += 1
                    more.notify()
                stop.wait(0.1)

    def wait_for_more() -> None:
        with more:
            before = written
            assert more.wait_for(lambda: written > before, timeout=20)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        wait_for_more()
        yield wait_for_more
    finally:
        stop.set()
        thread.join()


def test_an_office_in_use_is_backed_up_lost_and_restored(
    office_at: Callable[[str], PrintingOffice], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "PAGES_AT_ONCE", 64)
    first = office_at("first")
    printed = first.printed(1, 2).batch.name
    waiting = ordered(first, first.take(make_records(2, day=first.today)), 5)
    code = code_of(first, printed)
    page(first, code)
    begun_with = first.services.products.count()

    with busy(first, code) as wait_for_more:
        made = backed_up(
            first, tmp_path / "b.age", lambda step, _done, _total: wait_for_more() if step == "copy" else None
        )
    backed = made.facts.rows["products"]
    first.services.close()
    shutil.rmtree(first.services.home)
    shutil.rmtree(tmp_path / "output" / printed)
    looked_at = check_backup(tmp_path / "b.age", UNLOCK, silent)
    second = office_at("second")
    restored(second, tmp_path / "b.age")
    epoch = second.services.epochs.ready(second.now)
    with pytest.raises(BackupRefused, match="database_living"):
        restored(second, tmp_path / "b.age")

    assert begun_with < backed == second.services.products.count()
    assert looked_at.audit_holds
    assert second.services.changes.verify(made.facts.audit).whole
    assert (page(second, code)[0], "OCOP" in page(second, code)[1]) == (200, True)
    assert (epoch.started, epoch.held, epoch.name in made.facts.epochs) == ("moved", (waiting,), False)
    assert second.services.batches.get(printed).state == "ready"
    assert len(manifest(folder_of(second, printed))) == 2
    assert sorted(path.name for path in folder_of(second, printed).glob("[!.]*")) == list(SMALL_FILES)
    assert second.services.batches.get(waiting).state == "held"
    again = ordered(second, second.take(make_records(1, day=second.today)), 1)
    assert second.services.batches.get(again).epoch == epoch.name
    assert page(second, code_of(second, again))[0] == 200
    second.services.close()


@sqlite_alone
def test_a_database_that_began_during_a_restore_stays(
    office_at: Callable[[str], PrintingOffice], tmp_path: Path
) -> None:
    first = office_at("first")
    ordered(first, first.take(make_records(1, day=first.today)), 1)
    backed_up(first, tmp_path / "b.age")
    first.services.close()
    second = office_at("second")
    places = second.services.office_places()

    def begin(step: str, _done: int, _total: int) -> None:
        if step == "read":
            Services(second.services.settings).database.close()

    with closing(places.database), pytest.raises(BackupRefused, match="database_living"):
        restore_backup(places, tmp_path / "b.age", UNLOCK, begin)

    with closing(Services(second.services.settings)) as begun:
        assert begun.products.count() == 0


@sqlite_alone
def test_stamps_issued_since_yesterdays_backup_collide_with_nothing(
    office_at: Callable[[str], PrintingOffice], tmp_path: Path
) -> None:
    first = office_at("first")
    first.printed(1, 2)
    backed_up(first, tmp_path / "yesterday.age")
    since = first.printed(2, 2)
    codes = {row["code"] for row in manifest(folder_of(first, since.batch.name))}
    first.services.close()
    shutil.rmtree(first.services.home)
    second = office_at("second")
    restored(second, tmp_path / "yesterday.age")

    epoch = second.services.epochs.ready(second.now)
    new = second.printed(3, 2)

    assert epoch.started
    assert new.batch.name not in (since.batch.name, "")
    assert not codes & {row["code"] for row in manifest(folder_of(second, new.batch.name))}
    status, text = page(second, min(codes))
    assert (status, 'data-colour="red"' in text) == (200, False)
    second.services.close()


@sqlite_alone
def test_an_epoch_that_began_since_the_backup_is_asked_for(
    office_at: Callable[[str], PrintingOffice], tmp_path: Path
) -> None:
    first = office_at("first")
    ordered(first, first.take(make_records(2, day=first.today)), 1)
    backed_up(first, tmp_path / "yesterday.age")
    rotated = first.services.epochs.rotate(first.now)
    ordered(first, first.take(make_records(1, day=first.today)), 1)
    first.services.close()
    second = office_at("second")

    restored(second, tmp_path / "yesterday.age")

    with pytest.raises(KeyRefused, match=rotated.name):
        second.services.epochs.ready(second.now)
    second.services.close()
