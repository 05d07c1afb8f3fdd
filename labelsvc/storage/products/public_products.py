"""What the public pages show of a product, read by the connection of scans.

The same rows give the same object, so that a page that was drawn from it is found again.
"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, exists, func, literal_column, select

from labelsvc.domain.trace.product_details import OtherProduct, ProductDetails, PublicProduct
from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.storage.db.driver_connection import DriverConnection
from labelsvc.storage.db.profile_tables import product_profiles
from labelsvc.storage.db.tables import products, recognitions
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, RECOGNITION_COLUMNS, product_of, recognition_of

DETAILS_KEPT = 4_096
MOST_OTHERS = 60
"""Products of the same producer that are looked at; a page shows some, and leads to the register for the rest."""

Rows = tuple[tuple[Any, ...], ...]


class DetailsReader:
    """Reads the details of products. Raises the driver's errors."""

    def __init__(self, connection: DriverConnection) -> None:
        self._rows = connection.rows
        self._profile, self._others = map(connection.prepare, (_PROFILE, _OTHERS))

    def read(self, product_id: int, public_id: str | None) -> ProductDetails:
        """Return the details of a product that there is."""
        profile = self._rows(self._profile, {"product": product_id})
        others = self._rows(self._others, {"product": product_id})
        return _details_of(public_id or "", profile[0][0] if profile else "", tuple(map(tuple, others)))


class PublicProducts:
    """Products by their public ids."""

    def __init__(self, connection: DriverConnection) -> None:
        self._rows = connection.rows
        self._product = connection.prepare(_PRODUCT)
        self._details = DetailsReader(connection)

    def find(self, public_id: str) -> PublicProduct | None:
        """Return the product, None if there is none; the driver's errors."""
        rows = tuple(map(tuple, self._rows(self._product, {"public_id": public_id})))
        return _public_of(rows, self._details.read(rows[0][0], public_id)) if rows else None


_VERSIONS = product_profiles.alias("versions")
_ITS_VERSIONS = _VERSIONS.c.product_id == bindparam("product")
_PROFILE: Select[Any] = (
    select(cast(product_profiles.c.profile, Text))
    .where(product_profiles.c.product_id == bindparam("product"))
    .where(product_profiles.c.number == select(func.max(_VERSIONS.c.number)).where(_ITS_VERSIONS).scalar_subquery())
)
"""Of all versions only the one that holds: a profile that was mended forty times has a megabyte of them."""
_SHOWN = products.alias("shown")
_OTHER_IDS = (
    select(products.c.id)
    .join(_SHOWN, (_SHOWN.c.producer_id == products.c.producer_id) & (_SHOWN.c.id != products.c.id))
    .where(_SHOWN.c.id == bindparam("product"), _SHOWN.c.demonstration == products.c.demonstration)
    .where(exists().where(recognitions.c.product_id == products.c.id))
    .order_by(products.c.sort_key, products.c.id)
    .limit(literal_column(str(MOST_OTHERS)))
    .offset(literal_column("0"))  # SQLite's dialect would make a parameter of its own
)
_OTHERS: Select[Any] = (
    select(products.c.public_id, products.c.name, *(recognitions.c[name] for name in RECOGNITION_COLUMNS))
    .join(recognitions, recognitions.c.product_id == products.c.id)
    .where(products.c.id.in_(_OTHER_IDS))
    .order_by(products.c.sort_key, products.c.id, recognitions.c.decision_date)
)
"""No more rows are read than are looked at: a scan reads them too, and waits for nobody's thousand products."""
_PRODUCT: Select[Any] = (
    select(
        products.c.id,
        products.c.demonstration,
        *(products.c[name] for name in PRODUCT_COLUMNS),
        *(recognitions.c[name] for name in RECOGNITION_COLUMNS),
    )
    .join(recognitions, recognitions.c.product_id == products.c.id)
    .where(products.c.public_id == bindparam("public_id"))
    .order_by(recognitions.c.decision_date)
)


@lru_cache(DETAILS_KEPT)
def _details_of(public_id: str, profile: str, others: Rows) -> ProductDetails:
    known = ProductProfile.from_json(json.loads(profile)) if profile else ProductProfile()
    made = groupby(others, key=lambda row: row[:2])
    return ProductDetails(
        public_id,
        known,
        tuple(
            OtherProduct(other, name, tuple(_recognition(row[2:]) for row in rows))
            for (other, name), rows in made
            if other
        ),
    )


@lru_cache(DETAILS_KEPT)
def _public_of(rows: Rows, details: ProductDetails) -> PublicProduct:
    of_recognition = 2 + len(PRODUCT_COLUMNS)
    return PublicProduct(
        product=product_of(dict(zip(PRODUCT_COLUMNS, rows[0][2:of_recognition], strict=True))),
        history=tuple(_recognition(row[of_recognition:]) for row in rows),
        details=details,
        demonstration=bool(rows[0][1]),
    )


def _recognition(row: tuple[Any, ...]) -> Any:
    return recognition_of(dict(zip(RECOGNITION_COLUMNS, row, strict=True)))
