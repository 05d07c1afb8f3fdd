"""Where stored products are made: three columns, for imports that compare them with thousands of rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select, text

from labelsvc.domain.places.renewal import RecordPlace
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables.products import producers, products
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
    """Return the different places of all products, each with how many are made there, in the order of the index."""
    place = products.c.address, products.c.commune, products.c.district
    indexed = products.c.district, products.c.commune, products.c.address
    counted = select(*place, func.count()).group_by(*indexed).order_by(*indexed)
    return [(RecordPlace(*row[:3]), row[3]) for row in connection.execute(counted)]


def places_of_products(connection: Connection, producer_id: int | None = None) -> list[tuple[str, str]]:
    """Return the different pairs of district and commune that all products have, or those of a producer."""
    if producer_id is None:
        return [(row[0], row[1]) for row in connection.execute(_EVERYWHERE)]
    pairs = select(products.c.district, products.c.commune).where(products.c.producer_id == producer_id).distinct()
    return [(row[0], row[1]) for row in connection.execute(pairs)]


_EVERYWHERE = text("""\
WITH RECURSIVE districts (name) AS (
    SELECT min(district) FROM products
    UNION ALL
    SELECT (SELECT min(district) FROM products WHERE district > districts.name) FROM districts WHERE name IS NOT NULL
), places (district, commune) AS (
    SELECT name, (SELECT min(commune) FROM products WHERE district = districts.name)
    FROM districts WHERE name IS NOT NULL
    UNION ALL
    SELECT district, (SELECT min(p.commune) FROM products p WHERE p.district = places.district
        AND p.commune > places.commune)
    FROM places WHERE commune IS NOT NULL
)
SELECT district, commune FROM places WHERE commune IS NOT NULL""")
"""From pair to pair through the index: there are some hundred, however many products there are."""
