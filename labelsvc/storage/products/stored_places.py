"""Where stored products are made: three columns, for imports that compare them with thousands of rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from labelsvc.domain.places.renewal import RecordPlace
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables import producers, products
from labelsvc.storage.products.product_states import ProductKey


def stored_places(
    connection: Connection, producer_keys: Collection[str], demonstration: bool
) -> dict[ProductKey, RecordPlace]:
    """Return the places of the stored products of some producers, by key."""
    kind = products.c.demonstration.is_(demonstration)
    if connection.scalar(select(products.c.id).where(kind).limit(1)) is None:  # the first import asks about thousands
        return {}
    query = select(
        products.c.name_key, producers.c.name_key, products.c.address, products.c.commune, products.c.district
    ).select_from(products.join(producers))
    found: dict[ProductKey, RecordPlace] = {}
    for names in in_lots(sorted(producer_keys)):
        for name, producer, *place in connection.execute(query.where(producers.c.name_key.in_(names), kind)):
            found[name, producer] = RecordPlace(*place)
    return found


def all_places(connection: Connection) -> list[tuple[int, RecordPlace]]:
    """Return the places of all products with their ids."""
    query = select(products.c.id, products.c.address, products.c.commune, products.c.district).order_by(products.c.id)
    return [(number, RecordPlace(*place)) for number, *place in connection.execute(query)]


def counted_places(connection: Connection) -> list[tuple[RecordPlace, int]]:
    """Return the different places of all products, each with how many are made there."""
    place = products.c.address, products.c.commune, products.c.district
    query = select(*place, func.count()).group_by(products.c.district, products.c.commune, products.c.address)
    return [(RecordPlace(*row[:3]), row[3]) for row in connection.execute(query.order_by(func.min(products.c.id)))]
