"""The shortest, the usual and the longest name of each product group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from labelsvc.domain.product import ProductGroup
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products


@dataclass(frozen=True, slots=True)
class NameLengths:
    """Of a group, None for products without one: how many products it has, and the ids of those three."""

    group: ProductGroup | None
    count: int
    shortest: int
    usual: int
    longest: int


def name_lengths(database: Database) -> list[NameLengths]:
    """Return those products of each group that has any; the usual name is the one in the middle."""
    group, length = products.c.product_group, func.length(products.c.name)
    place = func.row_number().over(partition_by=group, order_by=(length, products.c.id)).label("place")
    size = func.count().over(partition_by=group).label("size")
    placed = select(products.c.id, group, place, size).subquery()
    column = placed.c
    wanted = or_(column.place == 1, column.place == column.size, column.place == (column.size + 1) // 2)
    query = select(column.product_group, column.size, column.place, column.id).where(wanted)
    ids: Mapping[tuple[str | None, int], dict[int, int]] = defaultdict(dict)
    with database.reading() as connection:
        for named, count, at, product_id in connection.execute(query.order_by(column.product_group, column.place)):
            ids[named, count][at] = product_id
    return [
        NameLengths(ProductGroup[named] if named else None, count, of[1], of[(count + 1) // 2], of[count])
        for (named, count), of in ids.items()
    ]
