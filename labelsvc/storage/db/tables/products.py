"""Products as they were imported and recognised, and what is known of all of them at once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from labelsvc.domain.product import PRODUCT_TEXTS
from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import flag_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("source"),
    Column("undone_at", Moment),
    text_column("undone_by"),
)
"""One row for each import; rows that it made refer to it, so that it can be undone as long as nothing was printed."""

producers = Table(
    "producers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    text_column("sort_key"),
    Index(None, "sort_key", "id"),
)
"""Who makes products, known again by the normalised name; a product keeps the spelling that it prints."""

products = Table(
    "products",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("producer_id", ForeignKey("producers.id"), nullable=False),
    Column("name_key", Text, nullable=False),
    *(text_column(name) for name in PRODUCT_TEXTS),
    Column("product_group", Text),
    flag_column("registered_mark"),
    flag_column("demonstration"),
    text_column("search"),
    Column("import_id", ForeignKey("imports.id")),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    text_column("sort_key"),
    text_column("producer_sort_key"),
    text_column("twin_key"),
    Column("public_id", Text),
    Column("trace_lacks_record", Integer),
    Column("trace_lacks_profile", Integer, nullable=False, server_default="3"),
    Column("trace_until", Date),
    UniqueConstraint("name_key", "producer_id", "demonstration"),
    Index(None, "producer_id"),
    Index(None, "import_id"),
    Index(None, "sort_key", "id"),
    Index(None, "producer_sort_key", "sort_key", "id"),
    Index(None, "twin_key"),
    Index(None, "gtin"),
    Index(None, "public_id", unique=True),
    Index(None, "trace_lacks_record", "trace_lacks_profile", "trace_until"),
    Index(None, "district", "commune", "address"),
)
"""``search``: name, brand, producer and places without diacritics. ``sort_key``, ``producer_sort_key``: what name and
producer are sorted by, as Vietnamese is (``domain.collation``). ``twin_key``: what two spellings of one product
have in common (``domain.twin_names``). ``trace_lacks_record``, ``trace_lacks_profile``: how many of the nine facts that
a trace code must lead to are lacking (``domain.trace.trace_facts``), the former NULL of services, which are not traced;
``trace_until``: from the day after it its standards are lacking too. ``import_id``: the import that made the row.
``public_id``: what the address of its page ends with (``domain.trace.public_id``)."""

DAYS_OF_RECOGNITIONS = (
    "decision_date", "valid_from", "decided_until", "extended_until", "suspended_since", "suspended_until",
    "withdrawn_since",
)  # fmt: skip
"""Columns on whose days a product's standing may change; each has an index, by which those of a new day are found."""

recognitions = Table(
    "recognitions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("stars", Integer, nullable=False),
    Column("decision_date", Date, nullable=False),
    text_column("decision_number"),
    text_column("issuer"),
    Column("score", Float),
    flag_column("potential_five"),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("extended_until", Date),
    text_column("extension_reason"),
    Column("suspended_since", Date),
    Column("suspended_until", Date),
    text_column("suspension_reason"),
    text_column("suspension_decision"),
    Column("withdrawn_since", Date),
    text_column("withdrawal_reason"),
    text_column("withdrawal_decision"),
    Column("import_id", ForeignKey("imports.id")),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("decided_until", Date),
    flag_column("extension_by_office"),
    text_column("withdrawal_ground"),
    UniqueConstraint("product_id", "decision_date"),
    Index(None, "import_id"),
    *(Index(None, day) for day in DAYS_OF_RECOGNITIONS),
)
"""``decided_until``: the last day by the decision, extensions apart; kept so that lists can ask for it.
``withdrawal_ground``: a WithdrawalGround's value, empty where nothing is withdrawn.

It follows the rules when they change, see :mod:`labelsvc.storage.rules_followed`.
"""

record_version = Table(
    "record_version",
    metadata,
    Column("version", BigInteger, nullable=False),
)
"""One row with a number that changes whenever data behind a verdict changes; maintained by triggers."""

rules_followed = Table(
    "rules_followed",
    metadata,
    Column("terms", Text, nullable=False),
)
"""One row: the rules' terms that ``decided_until`` was written by, see :mod:`labelsvc.storage.rules_followed`."""
