"""Rows that tell only what is stored are settled first: what becomes of a row does not depend on that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from labelsvc.domain.product import ProductGroup
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.imports import Imports, outcomes_digest
from labelsvc.storage.products.product_states import ImportedRow, ImportOutcome
from labelsvc.storage.products.unchanged_rows import find_unchanged
from tests.offices.stored_office import GIVEN, NOW, record

GTIN, OTHER_GTIN = "8936013250014", "4006381333931"
EVERY = GIVEN | {"group", "registered_mark", "gtin", "storage", "score", "valid_until"}
STORED = record(
    brand="Vị Quê", group=ProductGroup.FOOD, gtin=GTIN, storage="Nơi mát", registered_mark=True, score=80.0, given=EVERY
)
LATER = record(decision_date=date(2026, 11, 2), stars=3)
OTHER = record("Trà hòa tan", gtin=OTHER_GTIN, given=EVERY)


@pytest.fixture
def imports(database: Database) -> Imports:
    imports = Imports(database)
    save(imports, STORED, LATER, OTHER)
    return imports


def save(imports: Imports, *rows: ImportedRow, compared: str = "") -> list[ImportOutcome]:
    return imports.save(rows, who="thu", source="a.csv", now=NOW, compared=compared)


def changed(row: ImportedRow, **facts: object) -> ImportedRow:
    return replace(row, product=replace(row.product, **facts))


ROWS = {
    "all stored": (STORED, LATER, OTHER),
    "other case": (changed(STORED, name="CỦ CẢI SẤY"), LATER),
    "one of two": (STORED, changed(LATER, brand="Khác")),
    "twice": (STORED, STORED, LATER),
    "another score alone": (record(score=85.0, given=GIVEN - {"brand"} | {"score"}), LATER, OTHER),
    "another place alone": (record(commune="Phúc Thọ", given=GIVEN - {"brand"} | {"commune"}), LATER, OTHER),
    "other fact": (changed(STORED, storage="Nơi khô"), LATER, OTHER),
    "a GTIN that is taken": (OTHER, record("Trà mới", gtin=OTHER_GTIN, given=EVERY), STORED),
    "a twin": (STORED, OTHER, record("Trà hoà tan")),
    "not given": (record(storage="không nói"), LATER),
    "a new day": (record(given=GIVEN - {"brand"}), record(decision_date=date(2024, 5, 6))),
    "blank": (replace(record(given=GIVEN - {"brand"}), blank=frozenset({"brand", "group", "score", "origin"})),),
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_saved_rows_become_what_a_preview_says(imports: Imports, rows: tuple[ImportedRow, ...]) -> None:
    foreseen, _ = imports.foresee(rows)

    saved = save(imports, *rows, compared=outcomes_digest(foreseen))

    for before, after in zip(foreseen, saved, strict=True):
        known = replace(after, product_id=before.product_id or None, recognition_id=before.recognition_id or None)
        assert replace(known, kept=tuple(sorted(after.kept))) == replace(before, kept=tuple(sorted(before.kept)))


def test_only_products_of_which_every_row_is_stored_are_settled_first(imports: Imports, database: Database) -> None:
    rows = [STORED, changed(LATER, brand="Khác"), OTHER]

    with database.reading() as connection:
        settled = find_unchanged(connection, rows, [row.product.key for row in rows], demonstration=False)

    assert list(settled) == [2]
