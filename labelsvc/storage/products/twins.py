"""Likely duplicates: two spellings of a name, or one GTIN on two names. Asked about, never merged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import Product, name_key
from labelsvc.domain.twin_names import twin_product_key
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables.products import products

NameKey = tuple[str, str]
_COLUMNS = (products.c.name, products.c.producer, products.c.twin_key, products.c.gtin, products.c.ocop_code)


@dataclass(slots=True)
class Twins:
    """Names and GTINs that are taken, by stored products and by rows of the same file that came before."""

    by_name: dict[str, NameKey] = field(default_factory=dict)
    by_gtin: dict[str, NameKey] = field(default_factory=dict)

    def add(self, name: str, producer: str, gtin: str) -> None:
        """Take a product's name and GTIN, where nobody has them yet."""
        self.by_name.setdefault(twin_product_key(name, producer), (name, producer))
        if gtin:
            self.by_gtin.setdefault(gtin, (name, producer))

    def problems(self, product: Product, stored: Mapping[str, Any]) -> list[Problem]:
        """Return the questions about a product: the other spelling, and whose GTIN it has.

        ``stored``: the product's columns as far as it is there; what it has already is not asked about.
        """
        asked = []
        other = None if stored else self.by_name.get(twin_product_key(product.name, product.producer))
        if other and _key(other) != product.key:
            facts = {"field": "name", "value": product.name, "producer": product.producer}
            asked.append(Problem("product.twin", facts | {"other": other[0], "other_producer": other[1]}))
        holder = self.by_gtin.get(product.gtin) if product.gtin != stored.get("gtin", "") else None
        if holder and _key(holder) != product.key and not asked:
            facts = {"field": "gtin", "value": product.gtin, "other": holder[0], "other_producer": holder[1]}
            asked.append(Problem("product.gtin_taken", facts))
        return asked


def stored_twins(connection: Connection, asked: Collection[Product], demonstration: bool) -> Twins:
    """Return the stored products that may be twins of those that are asked about."""
    stored = select(products.c.id).where(products.c.demonstration.is_(demonstration)).limit(1)
    if connection.scalar(stored) is None:  # the first import asks about thousands
        return Twins()
    keys = {twin_product_key(product.name, product.producer) for product in asked}
    twins = Twins()
    for row in _found(connection, "twin_key", keys, demonstration):
        twins.add(row.name, row.producer, row.gtin)
    for row in _found(connection, "gtin", {product.gtin for product in asked if product.gtin}, demonstration):
        twins.by_gtin[row.gtin] = (row.name, row.producer)
    return twins


def _found(connection: Connection, column: str, values: Iterable[str], demonstration: bool) -> Iterable[Any]:
    for some in in_lots(sorted(values)):
        query = select(*_COLUMNS).where(products.c[column].in_(some), products.c.demonstration.is_(demonstration))
        yield from connection.execute(query.order_by(products.c.id))


def _key(names: NameKey) -> NameKey:
    return name_key(names[0]), name_key(names[1])
