"""Scans, as counts only, and what the office should look at because of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table, Text

from labelsvc.storage.db.tables.columns import count_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

scans = Table(
    "scans",
    metadata,
    Column("epoch_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    count_column("day"),
    count_column("devices"),
    count_column("most_devices"),
    count_column("most_day"),
    PrimaryKeyConstraint("epoch_id", "line", "serial"),
    sqlite_with_rowid=False,
)
"""How often a stamp was scanned and when first. Rows are made from rows of ``lines`` only, so no key checks them.

``devices`` scanned it on ``day``, the last one with a scan (days since 1970 in Vietnam); ``most_devices``: on the day
with the most, ``most_day``.
"""

day_salts = Table(
    "day_salts",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("salt", Text, nullable=False),
)
"""What devices are hashed with on a day; destroyed when it is over, see :mod:`labelsvc.storage.scans.device_marks`."""

device_marks = Table(
    "device_marks",
    metadata,
    Column("mark", BigInteger, nullable=False, autoincrement=False),
    Column("day", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("times", Integer, nullable=False),
    PrimaryKeyConstraint("mark"),
    sqlite_with_rowid=False,
)
"""Devices that scanned a stamp today, as hashes that the day's salt keys: how often each counted, and when last."""

scan_batches = Table(
    "scan_batches",
    metadata,
    Column("writer", Text, nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("writer"),
    sqlite_with_rowid=False,
)
"""Which batch of scans a process wrote last, see :mod:`labelsvc.storage.scans.scan_queue`."""

alarms = Table(
    "alarms",
    metadata,
    Column("epoch", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("kind", Text, nullable=False, server_default="unknown_record"),
    Column("last_at", BigInteger, nullable=False, server_default="0"),
    Column("seen_at", BigInteger, nullable=False, server_default="0"),
    text_column("seen_by"),
    text_column("note"),
    PrimaryKeyConstraint("epoch", "line", "serial"),
    sqlite_with_rowid=False,
)
"""What the office should look at: codes with a right tag that name no line or serial of this database, and stamps
that many devices scanned in a day. ``count``: scans of the former, such days of the latter. Somebody dealt with it at
``seen_at`` (0: nobody did); when it happens again after that it is open again.
"""
