"""What readers of the kept list do while many of its rows are out of date: work out few, never all of a big office."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.history import Standing
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.product_list import listed_day, product_list
from labelsvc.storage.products.lists import kept_list
from labelsvc.storage.products.lists.kept_list import ListOutdated, reading_list
from labelsvc.storage.products.lists.list_writing import bring_list_to, note_day, worked_out
from labelsvc.storage.products.lists.product_lists import ProductLists
from tests.offices.stored_office import NOW, Stores, record

TODAY = NOW.date()
FIRST_ENDS, SECOND_ENDS = date(2028, 12, 30), date(2029, 5, 1)
EXPIRED = ProductFilter(standings=(Standing.EXPIRED,))


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    """Two products, whose stars end on different days, in a list that is kept for today."""
    made = Stores(database, tmp_path / "home")
    made.save(record("Chè sen", decision_date=FIRST_ENDS.replace(year=2025)))
    made.save(record("Gốm", decision_date=SECOND_ENDS.replace(year=2026)))
    with database.writing() as connection:
        bring_list_to(connection, TODAY)
    return made


def rows_read(database: Database, day: date) -> tuple[bool, list[Any]]:
    """Return whether the kept rows are read as they are, and the rows of the day."""
    with reading_list(database, day) as (connection, rows):
        return rows is product_list, sorted(map(tuple, connection.execute(select(rows))))


def true_rows(database: Database, day: date) -> list[Any]:
    with database.reading() as connection:
        return sorted(map(tuple, connection.execute(worked_out(day))))


@pytest.mark.parametrize(
    ("day", "changed"),
    [(FIRST_ENDS, 0), (FIRST_ENDS + timedelta(days=1), 1), (SECOND_ENDS + timedelta(days=1), 2)],
)
def test_a_day_nobody_can_write_works_out_its_changes_alone(
    stores: Stores, database_url: str, monkeypatch: pytest.MonkeyPatch, day: date, changed: int
) -> None:
    other = Database.trusted(database_url)

    with other.writing():
        monkeypatch.setattr(kept_list, "VERY_MANY", changed)
        kept, rows = rows_read(stores.database, day)
        monkeypatch.setattr(kept_list, "VERY_MANY", changed - 1)
        with pytest.raises(ListOutdated):
            rows_read(stores.database, day)
    other.close()

    assert kept is (changed == 0)
    assert rows == true_rows(stores.database, day)


def test_very_many_outdated_rows_are_written_behind_a_refusal(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_list, "FEW", 0)
    monkeypatch.setattr(kept_list, "VERY_MANY", 1)
    lists, day = ProductLists(stores.database), SECOND_ENDS + timedelta(days=1)

    with pytest.raises(ListOutdated):
        lists.page(EXPIRED, day)
    lists.renewal.wait()

    assert [row.name for row in lists.page(EXPIRED, day).rows] == ["Chè sen", "Gốm"]
    assert rows_read(stores.database, day) == (True, true_rows(stores.database, day))


def test_a_list_of_a_clock_far_ahead_is_written_back(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = ProductLists(stores.database)
    lists.keep_for(SECOND_ENDS + timedelta(days=1))
    monkeypatch.setattr(kept_list, "FEW", 0)
    monkeypatch.setattr(kept_list, "VERY_MANY", 1)

    lists.keep_for(TODAY)
    with pytest.raises(ListOutdated):
        lists.page(EXPIRED, TODAY)
    lists.renewal.wait()

    assert lists.page(EXPIRED, TODAY).total == 0
    assert rows_read(stores.database, TODAY) == (True, true_rows(stores.database, TODAY))


def test_a_list_never_written_is_written_behind_a_refusal(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_list, "FEW", 0)
    monkeypatch.setattr(kept_list, "VERY_MANY", 1)
    lists = ProductLists(stores.database)
    with stores.database.writing() as connection:
        connection.execute(product_list.delete())
        connection.execute(listed_day.delete())

    with pytest.raises(ListOutdated):
        lists.count(ProductFilter(), TODAY)
    lists.renewal.wait()

    assert lists.count(ProductFilter(), TODAY) == 2


def test_readers_are_refused_while_another_writer_is_at_work(
    stores: Stores, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_list, "FEW", 0)
    monkeypatch.setattr(kept_list, "VERY_MANY", 0)
    lists, other = ProductLists(stores.database), Database.trusted(database_url)
    stores.recognitions.change(1, lambda old: replace(old, stars=5), ChangeContext("canbo", NOW, "nâng hạng"))

    with other.writing():
        for _ in range(2):
            with pytest.raises(ListOutdated):
                lists.overview(TODAY)
            lists.renewal.wait()
    other.close()
    with pytest.raises(ListOutdated):
        lists.overview(TODAY)
    lists.renewal.wait()

    assert lists.count(ProductFilter(stars=5), TODAY) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_noting_a_day_looks_up_no_list_for_each_product(stores: Stores) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("INSERT INTO unlisted_products"):
            asked.append((statement, parameters))

    event.listen(stores.database.engine, "before_cursor_execute", note)
    with stores.database.writing() as connection:
        note_day(connection, SECOND_ENDS)
        connection.execute(listed_day.delete())
        note_day(connection, TODAY)
        event.remove(stores.database.engine, "before_cursor_execute", note)
        plans = str([connection.exec_driver_sql(f"EXPLAIN {each}", given).all() for each, given in asked])

    assert len(asked) > 1
    assert "Anti Join" in plans
    assert "SubPlan" not in plans
