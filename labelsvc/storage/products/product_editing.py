"""Products entered by hand: created, or changed field by field with who, when and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.collation import collation_key
from labelsvc.domain.errors import Conflict, NotFound
from labelsvc.domain.product import Product, name_key
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import producers, products
from labelsvc.storage.people.audit import FieldDifference, differences_between, record_differences
from labelsvc.storage.products.public_ids import new_public_id
from labelsvc.storage.products.recognitions import add_recognition
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, derived, product_of, product_row
from labelsvc.storage.products.twins import stored_twins


class ProductEditing:
    """Writes products that people type in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        product: Product,
        context: ChangeContext,
        *,
        first: Recognition | None = None,
        demonstration: bool = False,
    ) -> int:
        """Store a new product, with its first recognition where one is told, all or nothing; return its id.

        InvalidValue if there is one of this name and producer.
        """
        row = product_row(product)
        with self._database.writing() as connection:
            facts = row | _keys(connection, product) | derived(row) | {"demonstration": demonstration}
            facts["public_id"] = new_public_id()
            _refuse_same(connection, facts, 0)
            _ask_of_twins(connection, product, {}, demonstration)
            stamped = facts | {"added_at": context.now, "changed_at": context.now}
            product_id = int(connection.execute(insert(products).values(stamped).returning(products.c.id)).scalar_one())
            record_differences(
                connection, context, [("product", product_id, [FieldDifference("product", "", product.name)])]
            )
            if first:
                add_recognition(connection, product_id, first, context)
        return product_id

    def change(
        self, product_id: int, changed: Callable[[Product], Product], context: ChangeContext
    ) -> tuple[FieldDifference, ...]:
        """Store what a product becomes; returns what changed. NotFound, or InvalidValue if another has its name.

        ``changed`` is given what it is now, in the transaction that stores what it returns.
        """
        with self._database.writing() as connection:
            return change_product(connection, product_id, changed, context)


def change_product(
    connection: Connection, product_id: int, changed: Callable[[Product], Product], context: ChangeContext
) -> tuple[FieldDifference, ...]:
    """Store what a product becomes, within a transaction: see :meth:`ProductEditing.change`."""
    columns = [products.c[name] for name in (*PRODUCT_COLUMNS, "demonstration")]
    stored = connection.execute(select(*columns).where(products.c.id == product_id)).mappings().first()
    if stored is None:
        raise NotFound.from_code("storage.no_product", id=product_id)
    product = changed(product_of(stored))
    row = product_row(product)
    differences = differences_between(dict(stored), row)
    if differences:
        facts = row | _keys(connection, product) | derived(row) | {"changed_at": context.now}
        _refuse_same(connection, facts | {"demonstration": stored["demonstration"]}, product_id)
        _ask_of_twins(connection, product, dict(stored), stored["demonstration"])
        connection.execute(update(products).where(products.c.id == product_id).values(facts))
        record_differences(connection, context, [("product", product_id, differences)])
    return differences


def _keys(connection: Connection, product: Product) -> dict[str, Any]:
    key = name_key(product.producer)
    known = connection.scalar(select(producers.c.id).where(producers.c.name_key == key))
    if known is None:
        facts = {"name": product.producer, "name_key": key, "sort_key": collation_key(product.producer)}
        known = connection.execute(insert(producers).values(facts).returning(producers.c.id)).scalar_one()
    return {"name_key": name_key(product.name), "producer_id": known}


def _ask_of_twins(connection: Connection, product: Product, stored: Mapping[str, Any], demonstration: bool) -> None:
    if asked := stored_twins(connection, [product], demonstration).problems(product, stored):
        raise Conflict(*asked)


def _refuse_same(connection: Connection, facts: dict[str, Any], own_id: int) -> None:
    same = [products.c[name] == facts[name] for name in ("name_key", "producer_id", "demonstration")]
    if connection.scalar(select(products.c.id).where(*same, products.c.id != own_id)) is not None:
        raise Conflict.from_code("product.exists", field="name", value=facts["name"], producer=facts["producer"])
