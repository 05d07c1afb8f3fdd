"""A SQLite file that is overwritten, cut or replaced while it is used: refused or read rightly, and never told of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.verification.stamp_record import StampRecord
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.engine import make_engine
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.scans.stamp_scans import StampScans
from tests.offices.disturbed_batch import until
from tests.offices.prepared_databases import put_sqlite
from tests.offices.stored_office import NOW, Stores

GARBAGE = Random(1).randbytes(300_000)


def replace(path: Path) -> None:
    other = path.with_suffix(".new")
    other.write_bytes(GARBAGE)
    other.replace(path)


WHOLLY: dict[str, Callable[[Path], object]] = {
    "overwritten": lambda path: path.write_bytes(GARBAGE),
    "emptied": lambda path: path.write_bytes(b""),
    "filled with zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "replaced": replace,
}
IN_PART: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "overwritten from its second page": lambda path: path.write_bytes(path.read_bytes()[:4096] + GARBAGE),
}


class Office:
    """Ten stamps in a file, all of it written, and what a scan of one says."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "labelsvc.db"
        self.stores = Stores(Database.open(put_sqlite(self.path)), folder)
        self.epoch = self.stores.batches.get(self.stores.order(10)).epoch
        self.right = self.record(self.stores.scans)
        assert self.right
        self.stores.scans.queue.write_now()
        with self.stores.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.content = self.path.read_bytes()

    def record(self, scans: StampScans) -> StampRecord | None:
        """Return the record of a stamp, None where it was refused."""
        try:
            record, _ = scans.scan(self.epoch, 1, 7, NOW)
        except StorageRefused:
            return None
        assert record, "it would be told as a stamp without a record"
        return record

    def read(self, database: Database) -> bool:
        """Return whether a page that reads is answered, if not refused."""
        try:
            with database.reading() as connection:
                return bool(connection.scalars(select(products.c.name)).all())
        except StorageRefused:
            return False


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(make_engine, "SWITCHING_SECONDS", 0.2)
    office = Office(tmp_path)
    yield office
    office.path.write_bytes(office.content)
    office.stores.database.close()


@pytest.mark.parametrize("spoil", [*WHOLLY, *IN_PART])
def test_a_spoiled_file_is_refused_and_the_right_one_taken_again(office: Office, spoil: str) -> None:
    (WHOLLY | IN_PART)[spoil](office.path)
    fresh = Database.trusted(f"sqlite:///{office.path}")
    kept = [office.record(office.stores.scans) for _ in range(3)]
    office.read(office.stores.database)
    begun, is_read = office.record(StampScans(fresh)), office.read(fresh)
    office.path.write_bytes(office.content)
    until(lambda: office.record(office.stores.scans), each=0.1)

    assert {*kept, begun} <= {None, office.right}
    if spoil in WHOLLY:
        assert (begun, is_read) == (None, False)
    assert office.read(fresh)
    assert office.read(office.stores.database)
    fresh.close()
