"""The list that is kept for a day is what the records say, whoever writes; its pages are found by indexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, select, text, update

from labelsvc.domain.change_context import ChangeContext, ChangesMade
from labelsvc.domain.collation import collation_key
from labelsvc.domain.history import Standing
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.recognition import Suspension, Withdrawal
from labelsvc.domain.trace.profile import KeyEvent, ProductProfile
from labelsvc.storage.db import late_indexes
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.product_list import listed_day, product_list, unlisted_products
from labelsvc.storage.db.tables.products import DAYS_OF_RECOGNITIONS, products, recognitions
from labelsvc.storage.people.changes import Changes
from labelsvc.storage.products import imports
from labelsvc.storage.products.lists import kept_list, list_queries, list_writing
from labelsvc.storage.products.lists.kept_list import reading_list
from labelsvc.storage.products.lists.list_writing import bring_list_to, worked_out
from labelsvc.storage.products.lists.product_lists import ListedProduct, ProductLists
from labelsvc.storage.products.product_editing import ProductEditing
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.workflows.upkeep.upgrade_database import upgrade_database
from tests.offices.stored_office import NOW, Stores, record

TODAY = date(2026, 11, 24)
DECIDED = date(2025, 12, 30)
CONTEXT = ChangeContext("canbo", NOW, "bổ sung")


def kept_rows(database: Database, day: date) -> list[Any]:
    with reading_list(database, day) as (connection, rows):
        assert rows is product_list
        return sorted(map(tuple, connection.execute(select(product_list))))


def true_rows(database: Database, day: date) -> list[Any]:
    with database.reading() as connection:
        return sorted(map(tuple, connection.execute(worked_out(day))))


def test_the_kept_list_follows_days_forward_and_back(stores: Stores) -> None:
    stores.recognitions.change(1, lambda old: replace(old, suspension=Suspension(TODAY, "thiếu hồ sơ", TODAY)), CONTEXT)
    ends = (DECIDED, date(2026, 5, 1), TODAY, date(2028, 12, 30), date(2029, 5, 1))

    for day in (day + timedelta(days=d) for d in (1, 0, -1, 1, 0) for day in ends):
        assert kept_rows(stores.database, day) == true_rows(stores.database, day)


def test_the_first_import_writes_the_list(database: Database, tmp_path: Path) -> None:
    Stores(database, tmp_path / "home").save(record("Chè sen"))

    with database.reading() as connection:
        listed = connection.execute(select(product_list.c.product_id)).all()
    assert len(listed) == 1


CHANGES: dict[str, Callable[[Stores], object]] = {
    "a product is corrected": lambda s: ProductEditing(s.database).change(
        1, lambda old: replace(old, name="Nhài sen", commune="Ba Vì"), CONTEXT
    ),
    "a recognition ends": lambda s: s.recognitions.change(
        1, lambda old: replace(old, withdrawal=Withdrawal(TODAY, "không đạt", "9/QĐ")), CONTEXT
    ),
    "an import": lambda s: s.save(record("Chè sen", stars=3), record("Nem", producer="HTX Phùng")),
    "a profile": lambda s: Profiles(s.database).change(
        1, lambda _: ProductProfile(events=(KeyEvent("Thu hái", "Ba Vì", TODAY),)), CONTEXT
    ),
    "a row written by hand": lambda s: _by_hand(s, update(recognitions).values(stars=5)),
    "a row removed by hand": lambda s: _by_hand(s, delete(products).where(products.c.id == 3)),
}


def _by_hand(stores: Stores, statement: Any) -> None:
    with stores.database.writing() as connection:
        connection.execute(statement)


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_every_change_shows_in_the_next_list(
    stores: Stores, change: str, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many:
        monkeypatch.setattr(list_writing, "MANY", 0)
        monkeypatch.setattr(late_indexes, "MANY", 0)
    before = kept_rows(stores.database, TODAY)

    CHANGES[change](stores)

    after = kept_rows(stores.database, TODAY)
    assert before != after
    assert after == true_rows(stores.database, TODAY)
    found = ProductLists(stores.database).page(ProductFilter(words="nhai sen"), TODAY).rows
    assert [row.name for row in found] == (["Nhài sen"] if change == "a product is corrected" else [])


def test_the_overview_is_counted_once_until_something_changes(stores: Stores) -> None:
    lists, last = ProductLists(stores.database), date(2029, 5, 1)
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.extend(
            statement.split("\n") if "count(*)" in statement and "unlisted_products" not in statement else ()
        )

    def read(day: date) -> tuple[int, int, dict[int, int], bool]:
        counted.clear()
        overview = lists.overview(day, (0, 400))
        return overview.in_force, overview.expired, dict(overview.ends_within), bool(counted)

    kept_rows(stores.database, TODAY)
    event.listen(stores.database.engine, "before_cursor_execute", note)
    first, again = read(TODAY), read(TODAY)
    stores.recognitions.change(1, lambda old: replace(old, withdrawal=Withdrawal(TODAY, "hỏng", "9/QĐ")), CONTEXT)
    changed, on_last_day, day_after = read(TODAY), read(last), read(last + timedelta(days=1))
    event.remove(stores.database.engine, "before_cursor_execute", note)

    assert (first, again) == ((2, 0, {0: 0, 400: 0}, True), (2, 0, {0: 0, 400: 0}, False))
    assert changed == (1, 0, {0: 0, 400: 0}, True)
    assert (on_last_day, day_after) == ((1, 0, {0: 1, 400: 1}, True), (0, 1, {0: 0, 400: 0}, True))


def test_a_list_is_right_while_another_writer_holds_the_database(stores: Stores, database_url: str) -> None:
    lists, other = ProductLists(stores.database), Database.trusted(database_url)
    kept_rows(stores.database, TODAY)
    stores.recognitions.change(1, lambda old: replace(old, withdrawal=Withdrawal(TODAY, "hỏng", "9/QĐ")), CONTEXT)

    with other.writing():
        page = lists.page(ProductFilter(standings=HOLDING, words="gom"), TODAY)
        counts = lists.overview(TODAY, [4_000])
    other.close()

    assert [row.name for row in page.rows] == ["Gốm"]
    assert (counts.in_force, counts.total, counts.ends_within) == (1, 3, {4_000: 1})


def test_many_rows_are_worked_out_until_the_worker_writes_them(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_list, "FEW", 0)
    lists, after = ProductLists(stores.database), DECIDED.replace(year=2028) + timedelta(days=1)
    lists.keep_for(TODAY)
    expired = ProductFilter(standings=(Standing.EXPIRED,), words="tay ho")

    def read() -> tuple[list[str], int, bool]:
        with reading_list(stores.database, after) as (_, rows):
            kept = rows is product_list
        return [row.name for row in lists.page(expired, after).rows], lists.overview(after).in_force, kept

    first, second = read(), read()
    lists.keep_for(after - timedelta(days=2))  # of a clock that is behind
    lists.keep_for(after)

    assert first == second == (["Chè sen"], 1, False)
    assert read() == (["Chè sen"], 1, True)
    assert kept_rows(stores.database, after) == true_rows(stores.database, after)


def test_an_upgrade_writes_the_list_for_its_first_reader(stores: Stores, database_url: str) -> None:
    _by_hand(stores, update(product_list).values(standing="-"))
    _by_hand(stores, text("UPDATE alembic_version SET version_num = '0038'"))
    for day in DAYS_OF_RECOGNITIONS:
        _by_hand(stores, text(f"DROP INDEX ix_recognitions_{day}"))

    upgraded = Database.trusted(database_url)
    upgrade_database(upgraded, "output", lambda _: None)

    with upgraded.reading() as connection:
        listed = connection.scalar(select(listed_day.c.day))
        rows = sorted(map(tuple, connection.execute(select(product_list))))
        noted = connection.execute(select(unlisted_products)).all()
    upgraded.close()
    assert listed is not None
    assert (rows, noted) == (true_rows(stores.database, listed), [])


@pytest.fixture(params=[0, 10_000], ids=["as many rows", "as few rows"])
def few_or_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search in both ways: that for words which many rows have, and that for words of few."""
    monkeypatch.setattr(list_queries, "MANY", request.param)


SORTED = [("name", False), ("producer", False), ("stars", False), ("stars", True), ("last_day", False)]
SORTED += [("name", True), ("producer", True), ("last_day", True)]


@pytest.mark.usefixtures("few_or_many")
def test_pages_of_each_order_hold_every_product_once(database: Database, tmp_path: Path) -> None:
    stores, lists = Stores(database, tmp_path / "home"), ProductLists(database)
    facts = [(f"Chè {n % 4}", f"HTX {n % 3}", 3 + n % 3, date(2025, 1 + n % 5, 1)) for n in range(23)]
    stores.save(
        *(
            record(f"{name} {n}", producer=of, stars=stars, decision_date=day)
            for n, (name, of, stars, day) in enumerate(facts)
        )
    )
    ProductEditing(database).add(record("Chè 2 thường").product, CONTEXT)

    for wanted in (ProductFilter(), ProductFilter(words="che"), ProductFilter(words="che 2", stars=4)):
        for sort, down in SORTED:
            whole = lists.page(wanted, TODAY, sort=sort, down=down).rows
            pages = [lists.page(wanted, TODAY, sort=sort, down=down, page=n, per_page=5) for n in range(1, 6)]
            rows = [row for page in pages[: pages[0].pages] for row in page.rows]
            assert rows == list(whole) == _in_order(whole, sort, down)
            assert len({row.id for row in rows}) == pages[0].total == len(rows)


def _in_order(rows: Sequence[ListedProduct], sort: str, down: bool) -> list[ListedProduct]:
    """Return rows as people expect them: what lacks stars, or a last day, is last up and down, the same go by name."""
    by_name = sorted(rows, key=lambda row: collation_key(row.name))
    has = sorted((row for row in by_name if getattr(row, sort)), key=lambda row: getattr(row, sort), reverse=down)
    return has + [row for row in by_name if not getattr(row, sort)]


def _page(sort: str) -> Callable[[Database], object]:
    return lambda database: ProductLists(database).page(ProductFilter(), TODAY, sort=sort)


def _count(**asked: Any) -> Callable[[Database], object]:
    return lambda database: ProductLists(database).count(ProductFilter(**asked), TODAY)


LISTS: dict[str, tuple[str, Callable[[Database], object]]] = {
    "by name": ("ix_product_list_by_name", _page("name")),
    "by producer": ("ix_product_list_by_producer", _page("producer")),
    "by stars": ("ix_product_list_by_stars", _page("stars")),
    "by last day": ("ix_product_list_by_last_day", _page("last_day")),
    "holding": ("ix_product_list_by_standing", _count(standings=HOLDING)),
    "words": ("product_words|ix_product_list_words", _count(words="che")),
    "GTIN": ("ix_products_gtin", _count(words="8938505974194")),
    "places": ("ix_products_district_commune_address", lambda d: ProductLists(d).places()),
    "audit by person": ("ix_audit_", lambda d: Changes(d).page(made=ChangesMade("thu", None, None))),
    "audit by subject": ("ix_audit_subject_", lambda d: Changes(d).page(subject="product")),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_found_by_an_index(stores: Stores, name: str) -> None:
    indexes, read = LISTS[name]
    with stores.database.writing() as connection:
        bring_list_to(connection, TODAY)
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(stores.database.engine, "before_cursor_execute", note)
    read(stores.database)
    event.remove(stores.database.engine, "before_cursor_execute", note)

    explain = "EXPLAIN QUERY PLAN " if stores.database.dialect == "sqlite" else "EXPLAIN "
    with stores.database.reading() as connection:
        if stores.database.dialect == "postgresql":  # of three rows the server reads all otherwise
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            connection.execute(text("SET LOCAL enable_sort = off"))
        selects = [each for each in asked if each[0].lstrip().startswith(("SELECT", "WITH"))]
        plans = str([connection.exec_driver_sql(explain + each, given).all() for each, given in selects])
    assert any(index in plans for index in indexes.split("|")), plans


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_near_pages_of_a_common_word_are_not_sorted(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_queries, "MANY", 0)
    stores.save(*(record(f"Mật ong {number}") for number in range(6)))
    kept_rows(stores.database, TODAY)
    while_read: list[Any] = []

    def note(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        if "LIKE" in statement and "ORDER BY" in statement:
            while_read.append(cursor.connection.execute("SHOW enable_sort").fetchone()[0])

    event.listen(stores.database.engine, "before_cursor_execute", note)
    with stores.database.reading_together(), stores.database.reading() as connection:
        found = ProductLists(stores.database).page(ProductFilter(words="mat"), TODAY, per_page=2)
        afterwards = connection.scalar(text("SHOW enable_sort"))
    event.remove(stores.database.engine, "before_cursor_execute", note)

    assert ([row.name for row in found.rows], found.total) == (["Mật ong 0", "Mật ong 1"], 6)
    assert (while_read, afterwards) == (["off"], "on")


def rows_known(database: Database) -> int:
    """Return how many rows of the list PostgreSQL's planner knows of; -1 where nobody looked."""
    with database.reading() as connection:
        return int(connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'product_list'")) or 0)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no such pages
def test_many_written_rows_are_known_to_indexes_at_once(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_list, "MANY", 2)
    lists, all_imports = ProductLists(stores.database), imports.Imports(stores.database)

    all_imports.save([record(), record("Trà sen")], who="thu", source="a.csv", now=NOW)
    imported = rows_known(stores.database)
    all_imports.save([record("Mật ong")], who="thu", source="b.csv", now=NOW)
    after_one = rows_known(stores.database)
    lists.keep_for(DECIDED.replace(year=2028) + timedelta(days=1))  # all of them expire

    assert (imported, after_one, rows_known(stores.database)) == (5, 5, 6)
