"""Rows of an import that tell only what is stored: most rows of a list that is sent again.

They are found before anything else is compared, and of what is stored nothing stays in memory but ids: what is stored
of 200,000 products takes 700 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables.products import producers, products, recognitions
from labelsvc.storage.products.product_states import (
    STORED_PRODUCTS,
    STORED_RECOGNITIONS,
    ImportedRow,
    ImportOutcome,
    ProductKey,
)
from labelsvc.storage.products.rows import (
    COLUMNS_OF_FIELD,
    PRODUCT_COLUMNS,
    RECOGNITION_COLUMNS,
    product_row,
    recognition_row,
)

Stored = Sequence[Any]
"""The values of a row of the database, by the places of its columns in PRODUCT_COLUMNS or RECOGNITION_COLUMNS."""
History = Mapping[date, tuple[int, Stored]]
"""The recognitions of a product with their ids, by the days of their decisions."""
_DAY = RECOGNITION_COLUMNS.index("decision_date")


def find_unchanged(
    connection: Connection, rows: Sequence[ImportedRow], keys: Sequence[ProductKey], demonstration: bool
) -> dict[int, ImportOutcome]:
    """Return what becomes of rows, by their place, of products of which no row tells anything that is not stored.

    ``keys``: those of the rows' products.
    """
    places: dict[ProductKey, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    found: dict[int, ImportOutcome] = {}
    for names in in_lots(sorted({producer for _, producer in places})):
        of_producers = STORED_PRODUCTS.where(
            producers.c.name_key.in_(names), products.c.demonstration.is_(demonstration)
        )
        alike: dict[int, tuple[list[int], Stored]] = {}
        for product_id, name, producer, *stored in connection.execute(of_producers):
            told = places.get((name, producer))
            if told and all(_tells_stored_product(rows[place], stored) for place in told):
                alike[product_id] = told, stored
        for product_id, history in _histories(connection, sorted(alike)):
            told, product = alike[product_id]
            outcomes = [_outcome(rows[place], product_id, product, history) for place in told]
            if all(outcomes):
                found.update((place, each) for place, each in zip(told, outcomes, strict=True) if each)
    return found


def _histories(connection: Connection, product_ids: Sequence[int]) -> Iterator[tuple[int, History]]:
    for ids in in_lots(product_ids):
        histories: dict[int, dict[date, tuple[int, Stored]]] = {}
        of_products = STORED_RECOGNITIONS.where(recognitions.c.product_id.in_(ids))
        for product_id, recognition_id, *stored in connection.execute(of_products):
            histories.setdefault(product_id, {})[stored[_DAY]] = recognition_id, stored
        yield from histories.items()


def _tells_stored_product(row: ImportedRow, stored: Stored) -> bool:
    return _tells(product_row(row.product), stored, _columns(row.given, PRODUCT_COLUMNS))


def _outcome(row: ImportedRow, product_id: int, product: Stored, history: History) -> ImportOutcome | None:
    """Return what becomes of a row that tells what is stored of a product; None if its recognition is not stored so."""
    recognition_id, recognition = history.get(row.recognition.decision_date, (0, ()))
    if not recognition_id:
        return None
    if not _tells(recognition_row(row.recognition), recognition, _columns(row.given, RECOGNITION_COLUMNS)):
        return None
    blank = _columns(row.blank, PRODUCT_COLUMNS), _columns(row.blank, RECOGNITION_COLUMNS)
    kept = [*_filled(product, blank[0]), *_filled(recognition, blank[1])]
    return ImportOutcome("unchanged", product_id, recognition_id, kept=tuple(dict.fromkeys(kept)))


def _tells(told: Mapping[str, Any], stored: Stored, columns: Sequence[tuple[str, str, int]]) -> bool:
    """Return whether what is told of some columns is what is stored."""
    return all(told[column] == stored[place] for _, column, place in columns)


def _filled(stored: Stored, columns: Sequence[tuple[str, str, int]]) -> list[str]:
    """Return the fields of some columns that have stored values."""
    return [name for name, _, place in columns if stored[place]]


@lru_cache(64)
def _columns(names: frozenset[str], columns: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """Return fields with their columns, and the places of these among ``columns``; fields of other tables are none."""
    places = {column: place for place, column in enumerate(columns)}
    return tuple(
        (name, column, places[column])
        for name in names
        for column in COLUMNS_OF_FIELD.get(name, (name,))
        if column in places
    )
