"""Batches, their lines and their parts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from labelsvc.domain.batch import BATCH_STATES, PART_STATES
from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.output_path import OutputPath
from labelsvc.storage.db.tables.columns import count_column, flag_column, one_of, text_column
from labelsvc.storage.db.tables.metadata import metadata

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("order_key", Text, unique=True),
    Column("ordered_at", Moment, nullable=False),
    text_column("who"),
    Column("state", Text, nullable=False, server_default="ordered"),
    text_column("reason"),
    Column("epoch_id", ForeignKey("epochs.id"), nullable=False),
    Column("design", Text, nullable=False),
    Column("design_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("stock", Text, nullable=False),
    Column("stock_sha256", ForeignKey("sources.sha256"), nullable=False),
    text_column("looks_sha256"),
    Column("host", Text, nullable=False),
    flag_column("trial"),
    text_column("mark"),
    Column("options", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("folder", OutputPath, nullable=False, server_default=""),
    flag_column("queued"),
    Column("producer_id", Integer),
    Column("cleared_at", Moment),
    text_column("holder"),
    count_column("token"),
    count_column("beats"),
    count_column("tries"),
    count_column("losses"),
    UniqueConstraint("year", "number"),
    Index(None, "state"),
    Index(None, "producer_id"),
    one_of("state", BATCH_STATES),
)
"""``queued``: the worker prints it; else who ordered it does. ``producer_id``: whose own download it is.

``looks_sha256``: the source of its palette and fonts, see ``storage.designs.office_looks``. ``holder``, ``token`` and
``beats``: who prints it as a whole, or joins its parts, see ``storage.batches.claims``. ``tries``: how often joining
them gave no result by a fault of the batch, ``losses``: with its whole worker. ``cleared_at``: when its press files
were removed.
"""

lines = Table(
    "lines",
    metadata,
    Column("epoch_id", ForeignKey("epochs.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("recognition_id", ForeignKey("recognitions.id"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("first_serial", Integer, nullable=False, server_default="1"),
    Column("last_serial", Integer, nullable=False),
    Column("stars", Integer, nullable=False),
    flag_column("specimen"),
    Column("snapshot", JSON, nullable=False),
    PrimaryKeyConstraint("epoch_id", "number"),
    UniqueConstraint("batch_id", "position"),
    Index(None, "product_id"),
    Index(None, "recognition_id"),
    CheckConstraint("first_serial <= last_serial", name="serials"),
)
"""One product in one batch; its name on paper is (epoch, number). Serials 0…0 if the pieces are not counted.

``stars`` and ``snapshot``: what is printed on it, whatever the records say later.
"""

parts = Table(
    "parts",
    metadata,
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("first_sheet", Integer, nullable=False),
    Column("sheets", Integer, nullable=False),
    Column("first_piece", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
    count_column("skip"),
    text_column("file"),
    text_column("sha256"),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    text_column("reason"),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    text_column("holder"),
    count_column("token"),
    count_column("beats"),
    count_column("tries"),
    count_column("losses"),
    Column("line", Integer),
    flag_column("refused"),
    PrimaryKeyConstraint("batch_id", "number"),
    Index(None, "state"),
    one_of("state", PART_STATES),
)
"""``holder``: who renders it, by a claim of number ``token``, whose heart has beaten ``beats`` times.

``tries``: claims that ended without a result by a fault of the part, ``losses``: with its whole worker. ``line``: which
line of the batch was being drawn when it was last told. ``refused``: it failed because it must not be printed so.
"""
