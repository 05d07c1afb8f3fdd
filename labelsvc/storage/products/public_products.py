"""What the public pages show of a product, read by the connection of scans.

The same rows give the same object, so that a page that was drawn from it is found again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, exists, func, literal_column, select

from labelsvc.domain.trace.product_details import OtherProduct, ProductDetails, PublicProduct
from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.storage.db.driver_connection import DriverConnection
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.db.tables.profiles import product_profiles
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of

DETAILS_KEPT = 4_096
PRODUCERS_KEPT = 1_024
"""Producers whose products are remembered; the pages of all of them name the same others."""
MOST_OTHERS = 60
"""Products of the same producer that are looked at; a page shows some, and leads to the register for the rest."""

Rows = tuple[tuple[Any, ...], ...]
MadeProducts = tuple[tuple[int, OtherProduct], ...]
"""What a producer makes, by name, each product with its id."""


@dataclass(frozen=True, slots=True)
class ProductIds:
    """What a product's details are found by."""

    id: int
    public_id: str | None
    producer_id: int
    demonstration: bool


class DetailsReader:
    """Reads the details of products. Raises the driver's errors."""

    def __init__(self, connection: DriverConnection) -> None:
        self._rows = connection.rows
        self._profile, self._made = map(connection.prepare, (_PROFILE, _MADE))
        self._made_at = lru_cache(PRODUCERS_KEPT)(self._made_by)

    def read(self, product: ProductIds, version: int | None = None) -> ProductDetails:
        """Return the details of a product that there is; ``version``: the record version that they are of, if known."""
        profile = self._rows(self._profile, {"product": product.id})
        producer = product.producer_id, product.demonstration
        made = self._made_by(*producer) if version is None else self._made_at(*producer, version)
        others = tuple(other for number, other in made if number != product.id)[:MOST_OTHERS]
        shown = tuple(other for other in others if other.public_id)
        return _details_of(product.public_id or "", profile[0][0] if profile else "", shown)

    def _made_by(self, producer_id: int, demonstration: bool, _version: int = 0) -> MadeProducts:
        rows = self._rows(self._made, {"producer": producer_id, "demonstration": demonstration})
        return _made_of(tuple(map(tuple, rows)))


class PublicProducts:
    """Products by their public ids."""

    def __init__(self, connection: DriverConnection) -> None:
        self._rows = connection.rows
        self._product = connection.prepare(_PRODUCT)
        self._details = DetailsReader(connection)

    def find(self, public_id: str) -> PublicProduct | None:
        """Return the product, None if there is none; the driver's errors."""
        rows = tuple(map(tuple, self._rows(self._product, {"public_id": public_id})))
        if not rows:
            return None
        number, producer_id, demonstration, *_ = rows[0]
        return _public_of(rows, self._details.read(ProductIds(number, public_id, producer_id, demonstration)))


_VERSIONS = product_profiles.alias("versions")
_ITS_VERSIONS = _VERSIONS.c.product_id == bindparam("product")
_PROFILE: Select[Any] = (
    select(cast(product_profiles.c.profile, Text))
    .where(product_profiles.c.product_id == bindparam("product"))
    .where(product_profiles.c.number == select(func.max(_VERSIONS.c.number)).where(_ITS_VERSIONS).scalar_subquery())
)
"""Of all versions only the one that holds: a profile that was mended forty times has a megabyte of them."""
_MADE_IDS = (
    select(products.c.id)
    .where(products.c.producer_id == bindparam("producer"), products.c.demonstration == bindparam("demonstration"))
    .where(exists().where(recognitions.c.product_id == products.c.id))
    .order_by(products.c.sort_key, products.c.id)
    .limit(literal_column(str(MOST_OTHERS + 1)))  # the product itself may be one of them
    .offset(literal_column("0"))  # SQLite's dialect would make a parameter of its own
)
_MADE: Select[Any] = (
    select(
        products.c.id, products.c.public_id, products.c.name, *(recognitions.c[name] for name in RECOGNITION_COLUMNS)
    )
    .join(recognitions, recognitions.c.product_id == products.c.id)
    .where(products.c.id.in_(_MADE_IDS))
    .order_by(products.c.sort_key, products.c.id, recognitions.c.decision_date)
)
"""No more rows are read than are looked at: a scan reads them too, and waits for nobody's thousand products."""
_PRODUCT: Select[Any] = (
    select(
        products.c.id,
        products.c.producer_id,
        products.c.demonstration,
        *(products.c[name] for name in PRODUCT_COLUMNS),
        *(recognitions.c[name] for name in RECOGNITION_COLUMNS),
    )
    .join(recognitions, recognitions.c.product_id == products.c.id)
    .where(products.c.public_id == bindparam("public_id"))
    .order_by(recognitions.c.decision_date)
)


@lru_cache(PRODUCERS_KEPT)
def _made_of(rows: Rows) -> MadeProducts:
    return tuple(
        (number, OtherProduct(public_id or "", name, tuple(_recognition(row[3:]) for row in of_product)))
        for (number, public_id, name), of_product in groupby(rows, key=lambda row: row[:3])
    )


@lru_cache(DETAILS_KEPT)
def _details_of(public_id: str, profile: str, others: tuple[OtherProduct, ...]) -> ProductDetails:
    known = ProductProfile.from_json(json.loads(profile)) if profile else ProductProfile()
    return ProductDetails(public_id, known, others)


@lru_cache(DETAILS_KEPT)
def _public_of(rows: Rows, details: ProductDetails) -> PublicProduct:
    of_recognition = 3 + len(PRODUCT_COLUMNS)
    return PublicProduct(
        product=product_of(dict(zip(PRODUCT_COLUMNS, rows[0][3:of_recognition], strict=True))),
        history=tuple(_recognition(row[of_recognition:]) for row in rows),
        details=details,
        demonstration=bool(rows[0][2]),
    )


def _recognition(row: tuple[Any, ...]) -> Any:
    return recognition_of(dict(zip(RECOGNITION_COLUMNS, row, strict=True)))
