"""The demonstration prints in any year: its decisions are dated relative to the day of its import."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from labelsvc.domain.permission import may_print
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.products import Products
from labelsvc.workflows.demonstration_records import SAMPLE_DAY, demonstration_records
from labelsvc.workflows.import_products import ImportOptions, import_products
from tests import CHECKOUT

SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.open(f"sqlite:///{tmp_path / 'labelsvc.db'}")


def take(database: Database, day: date, file: Path = SAMPLE) -> Counter[str]:
    report = import_products(
        [(file.name, file)],
        Imports(database),
        who="thu",
        now=datetime(day.year, day.month, day.day, 5, tzinfo=UTC),
        today=day,
        options=ImportOptions(SAMPLE),
    )
    return Counter(taken.kind for taken in report.taken)


def printable(database: Database, day: date) -> int:
    return sum(may_print(stored.history, day).granted for stored in Products(database).all())


@pytest.mark.parametrize("day", [SAMPLE_DAY, date(2027, 1, 15), date(2029, 6, 1), date(2040, 2, 29)])
def test_as_many_products_print_on_whatever_day_the_sample_is_imported(day: date, database: Database) -> None:
    take(database, day)

    assert printable(database, day) == 29


def test_the_same_file_changes_nothing_on_a_later_day(database: Database) -> None:
    first = take(database, date(2028, 7, 1))
    again = take(database, date(2028, 7, 20))

    assert (first, again) == ({"new": 40}, {"unchanged": 40})


def test_a_home_that_has_the_files_own_days_keeps_them(database: Database) -> None:
    take(database, SAMPLE_DAY)

    assert take(database, SAMPLE_DAY + timedelta(days=400)) == {"unchanged": 40}


def test_a_sample_that_changed_is_read_anew(database: Database, tmp_path: Path) -> None:
    sample, imports = tmp_path / "mau.csv", Imports(database)
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    told = []
    for rows, moment in ((3, 1), (5, 2)):
        sample.write_bytes(b"".join(lines[: rows + 1]))
        os.utime(sample, (moment, moment))
        told.append(len(demonstration_records(sample, imports, SAMPLE_DAY).decisions))

    assert told == [3, 5]


def test_an_export_with_this_homes_days_is_still_demonstration_data(database: Database, tmp_path: Path) -> None:
    day = SAMPLE_DAY + timedelta(days=900)
    take(database, day)
    exported = tmp_path / "xuat.csv"
    with (
        SAMPLE.open(encoding="utf-8-sig", newline="") as lines,
        exported.open("w", encoding="utf-8", newline="") as out,
    ):
        rows = list(csv.DictReader(lines))
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        for row in rows:
            decided = datetime.strptime(row["Ngày quyết định"], "%d/%m/%Y") + timedelta(days=900)
            writer.writerow(row | {"Ngày quyết định": f"{decided:%d/%m/%Y}"})

    assert take(database, day, exported) == {"unchanged": 40}
    assert all(stored.demonstration for stored in Products(database).all())
