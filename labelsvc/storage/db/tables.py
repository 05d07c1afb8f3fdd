"""The tables. SQLAlchemy Core only: the ORM costs a third more to import and is not needed.

Times are aware and kept in UTC; moments of scans are whole Unix seconds, and of scans only counts are kept.
A change here needs a migration in ``migrations/versions``; a test compares the migrated schema with this one.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from labelsvc.domain.batch import BATCH_STATES, PART_STATES
from labelsvc.domain.product import PRODUCT_TEXTS
from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.output_path import OutputPath
from labelsvc.storage.db.triggers import add_triggers

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _flag(name: str, default: bool = False) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN {values}", name=column)


imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    _text("who"),
    _text("source"),
    Column("undone_at", Moment),
    _text("undone_by"),
)
"""One row for each import; rows that it made refer to it, so that it can be undone as long as nothing was printed."""

producers = Table(
    "producers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    _text("sort_key"),
    Index(None, "sort_key", "id"),
)
"""Who makes products, known again by the normalised name; a product keeps the spelling that it prints."""

products = Table(
    "products",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("producer_id", ForeignKey("producers.id"), nullable=False),
    Column("name_key", Text, nullable=False),
    *(_text(name) for name in PRODUCT_TEXTS),
    Column("product_group", Text),
    _flag("registered_mark"),
    _flag("demonstration"),
    _text("search"),
    Column("import_id", ForeignKey("imports.id")),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    _text("sort_key"),
    _text("producer_sort_key"),
    _text("twin_key"),
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

recognitions = Table(
    "recognitions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("stars", Integer, nullable=False),
    Column("decision_date", Date, nullable=False),
    _text("decision_number"),
    _text("issuer"),
    Column("score", Float),
    _flag("potential_five"),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("extended_until", Date),
    _text("extension_reason"),
    Column("suspended_since", Date),
    Column("suspended_until", Date),
    _text("suspension_reason"),
    _text("suspension_decision"),
    Column("withdrawn_since", Date),
    _text("withdrawal_reason"),
    _text("withdrawal_decision"),
    Column("import_id", ForeignKey("imports.id")),
    Column("added_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("decided_until", Date),
    _flag("extension_by_office"),
    _text("withdrawal_ground"),
    UniqueConstraint("product_id", "decision_date"),
    Index(None, "import_id"),
)
"""``decided_until``: the last day by the decision, extensions apart; kept so that lists can ask for it.
``withdrawal_ground``: a WithdrawalGround's value, empty where nothing is withdrawn.

It follows the rules when they change, see :mod:`labelsvc.storage.rules_followed`.
"""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    _text("who"),
    _text("reason"),
    Column("import_id", ForeignKey("imports.id")),
    Column("subject", Text, nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("field", Text, nullable=False),
    _text("before"),
    _text("after"),
    _text("chain"),
    Index(None, "subject", "subject_id"),
    Index(None, "import_id"),
    Index(None, "who", "id", "subject", "at"),
    Index(None, "subject", "id", "at", "who"),
    Index(None, "at", "id"),
)
"""Field by field: who changed what of which row, when, why, from what to what. Rows are only ever added.

``chain``: over the row and the one before it (:mod:`labelsvc.storage.people.audit_chain`)."""

ONE_ISSUES = Index("ix_epochs_issues", "issues", unique=True, sqlite_where=text("issues"))
"""Partial; ``schema`` says the same to PostgreSQL, whose dialect is slow to load where nobody uses it."""

epochs = Table(
    "epochs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    _flag("issues"),
    Column("next_line", Integer, nullable=False, server_default="1"),
    _text("fingerprint"),
    _flag("of_other_database"),
    _flag("given_up"),
    Column("strange_folders", JSON, nullable=False, server_default="[]"),
    _flag("leaked"),
    ONE_ISSUES,
)
"""At most one issues. ``fingerprint``: of the database that it belongs to; empty if it only verifies.
``strange_folders``: of batches in the output that the database did not know when the epoch began. ``leaked``: others
have its key, so what it sealed is to be asked about at the office.
"""

sources = Table(
    "sources",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Designs and stocks as they were used, once by their hash: a batch can be rendered again after its design changed."""

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("order_key", Text, unique=True),
    Column("ordered_at", Moment, nullable=False),
    _text("who"),
    Column("state", Text, nullable=False, server_default="ordered"),
    _text("reason"),
    Column("epoch_id", ForeignKey("epochs.id"), nullable=False),
    Column("design", Text, nullable=False),
    Column("design_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("stock", Text, nullable=False),
    Column("stock_sha256", ForeignKey("sources.sha256"), nullable=False),
    _text("looks_sha256"),
    Column("host", Text, nullable=False),
    _flag("trial"),
    _text("mark"),
    Column("options", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("folder", OutputPath, nullable=False, server_default=""),
    _flag("queued"),
    Column("producer_id", Integer),
    Column("cleared_at", Moment),
    _text("holder"),
    _count("token"),
    _count("beats"),
    _count("tries"),
    _count("losses"),
    UniqueConstraint("year", "number"),
    Index(None, "state"),
    Index(None, "producer_id"),
    _one_of("state", BATCH_STATES),
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
    _flag("specimen"),
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
    Column("skip", Integer, nullable=False, server_default="0"),
    _text("file"),
    _text("sha256"),
    Column("bytes", BigInteger, nullable=False, server_default="0"),
    _text("reason"),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    _text("holder"),
    _count("token"),
    _count("beats"),
    _count("tries"),
    _count("losses"),
    Column("line", Integer),
    _flag("refused"),
    PrimaryKeyConstraint("batch_id", "number"),
    Index(None, "state"),
    _one_of("state", PART_STATES),
)
"""``holder``: who renders it, by a claim of number ``token``, whose heart has beaten ``beats`` times.

``tries``: claims that ended without a result by a fault of the part, ``losses``: with its whole worker. ``line``: which
line of the batch was being drawn when it was last told. ``refused``: it failed because it must not be printed so.
"""

reprints = Table(
    "reprints",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    _text("who"),
    Column("reason", Text, nullable=False),
    _text("sheets"),
    Column("pieces", JSON, nullable=False),
    Column("count", Integer, nullable=False),
    _text("file"),
    _text("sha256"),
    UniqueConstraint("batch_id", "number"),
)
"""Pieces reprinted because they were declared destroyed: who, when, why, which. Rows are only ever added.

``pieces``: [line, first serial, last serial] each; ``sheets`` as they were asked for, empty if serials were.
"""

voids = Table(
    "voids",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("last_serial", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    _text("who"),
    Column("reason", Text, nullable=False),
    Column("replaced_by", ForeignKey("batches.id"), nullable=True),
    Column("kind", Text, nullable=False, server_default="lost"),
    ForeignKeyConstraint(["epoch_id", "line"], ["lines.epoch_id", "lines.number"]),
    Index(None, "epoch_id", "line"),
    Index(None, "replaced_by"),
    CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name="serials"),
)
"""Serials that are void because they were reported lost or destroyed (``kind``). Rows are only ever added.

``replaced_by``: the batch with others in their place, NULL where none were printed.
"""

scans = Table(
    "scans",
    metadata,
    Column("epoch_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    _count("day"),
    _count("devices"),
    _count("most_devices"),
    _count("most_day"),
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
    _text("seen_by"),
    _text("note"),
    PrimaryKeyConstraint("epoch", "line", "serial"),
    sqlite_with_rowid=False,
)
"""What the office should look at: codes with a right tag that name no line or serial of this database, and stamps
that many devices scanned in a day. ``count``: scans of the former, such days of the latter. Somebody dealt with it at
``seen_at`` (0: nobody did); when it happens again after that it is open again.
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

add_triggers(metadata)
