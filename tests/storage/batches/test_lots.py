"""Lots in the database: they only grow, need a reason to be replaced, and show at the next scan."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict
from labelsvc.domain.trace.lot import Lot, LotRange
from labelsvc.storage.batches.lots import Lots, PrintedLine
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.serials import lots as table
from tests.offices.stored_office import NOW, Stores, record

LOT, OTHER = Lot("L01", date(2026, 11, 2), date(2027, 5, 2)), Lot("L02")
ENTERED, REPLACED = ChangeContext("lan", NOW), ChangeContext("lan", NOW, "Ghi nhầm")


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    stores = Stores(database, tmp_path / "home")
    stores.save(record())
    stores.order(100)
    return stores


@pytest.fixture
def epoch(stores: Stores) -> str:
    return stores.epochs.keys()[0].name


def line_of(stores: Stores, epoch: str) -> PrintedLine:
    found = Lots(stores.database).find_line(epoch, 1)
    assert found
    return found


def test_a_line_is_found_by_what_codes_name(stores: Stores, epoch: str) -> None:
    line = line_of(stores, epoch)

    assert (line.first_serial, line.last_serial, line.product_id) == (1, 100, stores.products.all()[0].id)
    assert Lots(stores.database).find_line(epoch, 2) is None
    assert Lots(stores.database).find_line("AAAAAAAA", 1) is None


def test_a_lot_shows_at_the_next_scan_of_its_stamps_alone(stores: Stores, epoch: str) -> None:
    before = stores.scans.scan(epoch, 1, 20, NOW)[0]

    Lots(stores.database).add(line_of(stores, epoch), LotRange(10, 20, LOT), ENTERED)

    after = stores.scans.scan(epoch, 1, 20, NOW)[0]
    assert before is not None
    assert after is not None
    assert (before.lots, after.lots) == ((), (LotRange(10, 20, LOT),))


def test_serials_get_another_lot_only_for_a_reason(stores: Stores, epoch: str) -> None:
    kept, line = Lots(stores.database), line_of(stores, epoch)
    kept.add(line, LotRange(10, 20, LOT), ENTERED)

    with pytest.raises(Conflict) as refused:
        kept.add(line, LotRange(20, 30, OTHER), ENTERED)
    kept.add(line, LotRange(20, 30, OTHER), REPLACED)
    kept.add(line, LotRange(31, 40, OTHER), ENTERED)

    found = kept.of_product(line.product_id)
    assert refused.value.problems[0].facts["lots"] == "10-20 L01 2026-11-02/2027-05-02"
    assert [(each.entry.first, each.replaced, each.reason) for each in found] == [
        (31, False, ""),
        (20, False, "Ghi nhầm"),
        (10, True, ""),
    ]


def test_a_line_has_so_many_entries_and_no_more(stores: Stores, epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelsvc.storage.batches.lots.MOST_OF_LINE", 2)
    kept, line = Lots(stores.database), line_of(stores, epoch)
    kept.add(line, LotRange(10, 20, LOT), ENTERED)
    kept.add(line, LotRange(10, 20, OTHER), REPLACED)

    with pytest.raises(Conflict) as refused:
        kept.add(line, LotRange(30, 40, OTHER), ENTERED)

    assert refused.value.problems[0].code == "lot.too_many"


def test_every_entry_is_in_the_log_of_changes(stores: Stores, epoch: str) -> None:
    Lots(stores.database).add(line_of(stores, epoch), LotRange(10, 20, LOT), ENTERED)

    with stores.database.reading() as connection:
        rows = connection.execute(text("SELECT who, field, after FROM audit WHERE field = 'lot'")).all()
    assert [tuple(row) for row in rows] == [("lan", "lot", "1:10-20 L01 2026-11-02/2027-05-02")]


@pytest.mark.parametrize("change", [update(table).values(number="L09"), delete(table)], ids=["update", "delete"])
def test_nobody_changes_or_removes_an_entry(stores: Stores, epoch: str, change: object) -> None:
    Lots(stores.database).add(line_of(stores, epoch), LotRange(10, 20, LOT), ENTERED)

    with pytest.raises(Exception, match="lots only grows"), stores.database.writing() as connection:
        connection.execute(change)
