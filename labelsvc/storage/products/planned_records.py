"""Are records still what an order was planned on? Looked at in the transaction that places it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from labelsvc.domain.errors import PrintRefused, Problem
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_row, recognition_row

PlannedRecord = tuple[int, Product, int, Recognition]
"""A product and its recognition as an order was planned on, each after its row's id."""


def refuse_changed(connection: Connection, planned: Sequence[PlannedRecord]) -> None:
    """Raise PrintRefused if somebody changed a planned record meanwhile, or an undone import took it away.

    Called while nobody else writes, so that what is printed is what stands in the records.
    """
    stored_products = dict(_rows(connection, products, PRODUCT_COLUMNS, {each[0] for each in planned}))
    stored = dict(_rows(connection, recognitions, RECOGNITION_COLUMNS, {each[2] for each in planned}))
    changed = [
        Problem(
            "print.refused",
            {"product": product.name, "producer": product.producer, "why": Problem("print.record_changed")},
        )
        for product_id, product, recognition_id, recognition in planned
        if stored_products.get(product_id) != product_row(product)
        or stored.get(recognition_id) != recognition_row(recognition)
    ]
    if changed:
        raise PrintRefused(*changed)


def _rows(
    connection: Connection, table: Any, names: Sequence[str], ids: Collection[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    query = select(table.c.id, *(table.c[name] for name in names))
    for some in in_lots(sorted(ids)):
        for row_id, *values in connection.execute(query.where(table.c.id.in_(some))):
            yield row_id, dict(zip(names, values, strict=True))
