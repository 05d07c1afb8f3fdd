"""Searches of the list: by words, GTIN, codes and numbers, counted once, whoever writes meanwhile."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.products.lists import list_pages, list_queries
from labelsvc.storage.products.lists.list_queries import ListQuery
from labelsvc.storage.products.lists.list_writing import worked_out
from labelsvc.storage.products.lists.product_lists import ProductLists
from labelsvc.storage.products.product_editing import ProductEditing
from tests.offices.stored_office import GIVEN, NOW, Stores, record

TODAY = date(2026, 11, 24)

CONTEXT = ChangeContext("canbo", NOW, "bổ sung")


def _by_hand(stores: Stores, statement: Any) -> None:
    with stores.database.writing() as connection:
        connection.execute(statement)


@pytest.fixture(params=[0, 10_000], ids=["as many rows", "as few rows"])
def few_or_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search in both ways: that for words which many rows have, and that for words of few."""
    monkeypatch.setattr(list_queries, "MANY", request.param)


def found_by(searches: Iterable[str], database: Database) -> dict[str, list[str]]:
    lists = ProductLists(database)
    return {typed: [row.name for row in lists.page(ProductFilter(words=typed), TODAY).rows] for typed in searches}


def counted_by(searches: Iterable[str], database: Database) -> dict[str, int]:
    """Return how many rows a search has where nothing is kept of them."""
    rows = worked_out(TODAY).subquery()
    with database.reading() as connection:
        return {typed: ListQuery(connection, rows, ProductFilter(words=typed), TODAY).count() for typed in searches}


SEARCHES = {
    "che sen": ["Chè sen Đồng Tháp (hộp 3,5 kg)"],
    "hộp CHÈ": ["Chè sen Đồng Tháp (hộp 3,5 kg)"],
    "đong thap 3": ["Chè sen Đồng Tháp (hộp 3,5 kg)"],
    "dong, th": ["Chè sen Đồng Tháp (hộp 3,5 kg)"],
    "en": [],
    "%": [],
    "'": [],
    '"x" OR NEAR(': [],
    "ocop-17": ["Bún OCOP-17a"],
    "a" * 200: ["A" * 90],
    "htx bun": ["Bún OCOP-17a"],
    "": ["A" * 90, "Bún OCOP-17a", "Chè sen Đồng Tháp (hộp 3,5 kg)"],
}


@pytest.mark.usefixtures("few_or_many")
def test_words_are_found_by_their_beginnings_on_either_database(database: Database, tmp_path: Path) -> None:
    stores = Stores(database, tmp_path / "home")
    stores.save(*(record(name) for name in SEARCHES[""]))

    assert found_by(SEARCHES, database) == SEARCHES
    assert counted_by(SEARCHES, database) == {typed: len(names) for typed, names in SEARCHES.items()}


@pytest.mark.parametrize("rows", [1, 10], ids=["by the index", "among the first"])
def test_the_first_product_is_the_first_of_the_page(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(list_pages, "FIRST_ROWS", rows)
    Stores(database, tmp_path / "home").save(*(record(name) for name in SEARCHES[""]))
    lists = ProductLists(database)

    for typed in SEARCHES:
        wanted = ProductFilter(words=typed)
        shown = lists.page(wanted, TODAY).rows
        assert lists.first(wanted, TODAY) == (shown[0].id if shown else None), typed


GTINS = {
    "8938505974194": ["Chè sen", "Mẫu 8938505974194"],
    "08938505974194": ["Chè sen"],
    "sen 8938505974194": ["Chè sen"],
    "gom 8938505974194": [],
    "0096385074": [],
    "96385074": ["Gốm"],
    "000000096385074": [],
    "00000096385074": ["Gốm"],
    "8938505974": ["Mẫu 8938505974194"],
    "8938505974195": [],
}


@pytest.mark.usefixtures("few_or_many")
def test_a_gtin_finds_its_product_beside_words_that_begin_so(database: Database, tmp_path: Path) -> None:
    stores = Stores(database, tmp_path / "home")
    stores.save(
        record("Chè sen", gtin="8938505974194"),
        record("Gốm", gtin="96385074"),
        record("Mẫu 8938505974194"),
        record("Nem"),
    )

    assert found_by(GTINS, database) == GTINS
    assert counted_by(GTINS, database) == {typed: len(names) for typed, names in GTINS.items()}


CODES = {
    "6519/QĐ-UBND": ["Chè sen", "Gốm"],
    "qđ 6519": ["Chè sen", "Gốm"],
    "12 / qd-ubnd": ["Gốm", "Nem"],
    "gom 12/QĐ": ["Gốm"],
    "OCOP.01-04": ["Chè sen"],
    "ocop 01 04 0012": ["Chè sen"],
    "519/QĐ-UBND": [],
}


@pytest.mark.usefixtures("few_or_many")
def test_codes_and_numbers_of_any_decision_find_their_products(database: Database, tmp_path: Path) -> None:
    stores = Stores(database, tmp_path / "home")
    given = GIVEN | {"ocop_code"}
    stores.save(
        record("Chè sen", given=given, ocop_code="OCOP.01–04/0012", decision_number="6519/QĐ-UBND"),
        record("Gốm", decision_number="6519/QĐ-UBND"),
        record("Gốm", decision_date=date(2026, 5, 1), decision_number="12/QĐ-UBND"),
        record("Nem", decision_number="Số:  12//(QĐ)-UBND <2025>"),
    )

    assert found_by(CODES, database) == CODES
    assert counted_by(CODES, database) == {typed: len(names) for typed, names in CODES.items()}


def test_counts_that_are_kept_follow_what_others_write(stores: Stores, database_url: str) -> None:
    lists, other = ProductLists(stores.database), Database.trusted(database_url)
    writers: tuple[Callable[[], object], ...] = (
        lambda: ProductEditing(other).add(record("Gốm men").product, CONTEXT),
        lambda: ProductEditing(other).change(1, lambda old: replace(old, name="Gốm sen"), CONTEXT),
        lambda: _by_hand(stores, delete(products).where(products.c.id == 3)),
    )

    def counts() -> tuple[int, int]:
        return lists.count(ProductFilter(words="gom"), TODAY), lists.page(ProductFilter(), TODAY, sort="stars").total

    seen = [counts()]
    for write in writers:
        write()
        seen += [counts(), counts()]
    other.close()

    assert seen == [(1, 3), (2, 4), (2, 4), (3, 4), (3, 4), (3, 3), (3, 3)]


def test_a_search_of_many_words_asks_for_few() -> None:
    letters = " ".join(sorted(string.ascii_lowercase * 4))

    twice, many = ProductFilter(words="h ha Hà hà-nội h"), ProductFilter(words=f"Chè {letters} sen")

    assert (twice.asked_words, twice.words_left_out) == (("noi", "ha"), ())
    assert many.asked_words == ("che", "sen", *string.ascii_lowercase[:2], *string.ascii_lowercase[3:9])
    assert many.words_left_out == tuple("".join(string.ascii_lowercase[9:]).replace("s", ""))
