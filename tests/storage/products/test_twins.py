"""Products that are most likely one are asked about: both are shown, and no second quota comes of them."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.product_editing import ProductEditing
from labelsvc.storage.products.product_states import ImportedRow
from labelsvc.storage.products.products import Products
from tests.offices.stored_office import NOW

GTIN, OTHER_GTIN = "8936013250014", "4006381333931"
CONTEXT = ChangeContext("thu", NOW)


def row(name: str, producer: str = "HTX Hòa Bình", **facts: str) -> ImportedRow:
    product = Product(name=name, producer=producer, **facts)
    recognition = Recognition(stars=4, decision_date=date(2025, 3, 15))
    return ImportedRow(product, recognition, frozenset({"name", "producer", "gtin", "stars", "decision_date"}))


def save(database: Database, *rows: ImportedRow) -> list[tuple[str, str]]:
    outcomes = Imports(database).save(rows, who="thu", source="a.csv", now=NOW)
    return [(each.kind, each.problems[0].code if each.problems else "") for each in outcomes]


def test_a_second_spelling_is_refused_in_the_same_file_and_later(database: Database) -> None:
    first = save(database, row("Trà hòa tan"), row("Trà hoà tan"))
    later = save(database, row("Trà hoà tan", "HTX Hoà Bình"))

    assert first == [("new", ""), ("refused", "product.twin")]
    assert later == [("refused", "product.twin")]
    assert [stored.product.name for stored in Products(database).all()] == ["Trà hòa tan"]


def test_the_question_shows_both_names(database: Database) -> None:
    outcomes, _ = Imports(database).foresee([row("Mật ong Quý"), row("Mật ong Quí")])

    facts = outcomes[1].problems[0].facts
    assert (facts["value"], facts["other"], facts["field"]) == ("Mật ong Quí", "Mật ong Quý", "name")


def test_one_gtin_on_two_products_is_refused(database: Database) -> None:
    assert save(database, row("Bánh đa nem", gtin=GTIN), row("Khác hẳn", gtin=GTIN)) == [
        ("new", ""),
        ("refused", "product.gtin_taken"),
    ]
    assert save(database, row("Khác hẳn", gtin=GTIN)) == [("refused", "product.gtin_taken")]
    assert save(database, row("Khác hẳn", gtin=OTHER_GTIN)) == [("new", "")]


def test_the_same_rows_again_ask_nothing(database: Database) -> None:
    rows = row("Trà hòa tan", gtin=GTIN), row("Trà sen")
    save(database, *rows)

    assert save(database, *rows) == [("unchanged", ""), ("unchanged", "")]


def test_twins_that_were_stored_earlier_are_still_read_and_changed(database: Database) -> None:
    save(database, row("Trà hòa tan"))
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE products SET twin_key = ''")
    assert save(database, row("Trà hoà tan")) == [("new", "")]

    assert save(database, row("Trà hòa tan", gtin=GTIN), row("Trà hoà tan")) == [("changed", ""), ("unchanged", "")]


def test_the_desk_asks_the_same(database: Database) -> None:
    editing = ProductEditing(database)
    first = editing.add(Product(name="Trà hòa tan", producer="HTX", gtin=GTIN), CONTEXT)
    second = editing.add(Product(name="Trà sen", producer="HTX"), CONTEXT)

    for facts in ({"name": "Trà hoà tan"}, {"name": "Khác", "gtin": GTIN}):
        with pytest.raises(Conflict):
            editing.add(Product(producer="HTX", **facts), CONTEXT)
    with pytest.raises(Conflict):
        editing.change(second, lambda _: Product(name="Trà sen", producer="HTX", gtin=GTIN), CONTEXT)
    assert editing.change(first, lambda _: Product(name="Trà hoà tan", producer="HTX", gtin=GTIN), CONTEXT)
