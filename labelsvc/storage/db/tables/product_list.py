"""What lists of products are read from: a row of each product as it stands on one day, and which rows are out of date.

All of it follows from ``products`` and ``recognitions`` (``storage.products.lists.list_writing``). Triggers note every
change, by whoever makes it, and the next reader, a writer of many or the worker brings the rows up to date.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table, Text

from labelsvc.storage.db.tables.metadata import metadata

product_list = Table(
    "product_list",
    metadata,
    Column("product_id", Integer, primary_key=True, autoincrement=False),
    Column("sort_key", Text, nullable=False),
    Column("producer_sort_key", Text, nullable=False),
    Column("producer_id", Integer, nullable=False),
    Column("district", Text, nullable=False),
    Column("commune", Text, nullable=False),
    Column("product_group", Text),
    Column("demonstration", Boolean, nullable=False),
    Column("trace_lacks_record", Integer),
    Column("trace_lacks_profile", Integer, nullable=False),
    Column("trace_until", Date),
    Column("search", Text, nullable=False),
    Column("recognition_id", Integer),
    Column("standing", Text, nullable=False),
    Column("stars", Integer),
    Column("last_day", Date),
    Column("decided_until", Date),
)
"""Products with their current recognitions on the day of ``listed_day``; the last five columns are of those."""

FILTERED = (
    "standing", "stars", "last_day", "district", "commune", "product_group", "producer_id", "demonstration",
    "trace_lacks_record", "trace_lacks_profile", "trace_until",
)  # fmt: skip
"""Columns that lists are filtered by. They stand in the index of each order, so that a page is found in it alone."""

ORDERS = {
    "name": ("sort_key", "product_id"),
    "producer": ("producer_sort_key", "sort_key", "product_id"),
    "stars": ("stars", "sort_key", "product_id"),
    "last_day": ("last_day", "sort_key", "product_id"),
    "standing": ("standing", "last_day", "product_id"),
}
"""What the list is walked by; ``standing`` to count, the others as people sort it."""
for _name, _columns in ORDERS.items():
    _others = [name for name in FILTERED if name not in _columns]
    Index(f"ix_product_list_by_{_name}", *(product_list.c[name] for name in (*_columns, *_others)))
Index("ix_product_list_producer_id", product_list.c.producer_id, product_list.c.standing)

unlisted_products = Table(
    "unlisted_products",
    metadata,
    Column("product_id", Integer, primary_key=True, autoincrement=False),
)
"""Products whose row of the list is missing or out of date."""

listed_day = Table(
    "listed_day",
    metadata,
    Column("day", Date, nullable=False),
)
"""One row: the day that the list is of; none while nobody asked for it."""

LIST_TABLES = (product_list, unlisted_products, listed_day)
"""What follows from other tables: it is not moved, but written anew."""
