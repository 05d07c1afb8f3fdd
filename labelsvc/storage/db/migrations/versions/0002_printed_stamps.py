"""Printed stamps: epochs, batches with their lines and parts, scans."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

RAISE = "UPDATE record_version SET version = version + 1"
FUNCTION = """\
CREATE FUNCTION raise_record_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE record_version SET version = txid_current() WHERE version <> txid_current();
    RETURN NULL;
END $$"""
CHANGES = (
    ("products", "UPDATE"),
    ("products", "DELETE"),
    ("recognitions", "INSERT"),
    ("recognitions", "UPDATE"),
    ("recognitions", "DELETE"),
    ("lines", "UPDATE"),
    ("lines", "DELETE"),
    ("batches", "UPDATE OF trial"),
)


def upgrade() -> None:
    """Make the tables and the triggers."""
    _epochs()
    _sources()
    _batches()
    _lines()
    _parts()
    _scans()
    _alarms()
    _record_version()
    _triggers()


def _epochs() -> None:
    op.create_table(
        "epochs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_flags("issues"),
        sa.Column("next_line", sa.Integer(), server_default="1", nullable=False),
        *_texts("fingerprint"),
        *_flags("of_other_database", "given_up"),
        sa.PrimaryKeyConstraint("id", name="pk_epochs"),
        sa.UniqueConstraint("name", name="uq_epochs_name"),
    )
    op.create_index(
        "ix_epochs_issues",
        "epochs",
        ["issues"],
        unique=True,
        sqlite_where=sa.text("issues"),
        postgresql_where=sa.text("issues"),
    )


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_sources"),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("order_key", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        *_texts("who"),
        sa.Column("state", sa.Text(), server_default="ordered", nullable=False),
        *_texts("reason"),
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("design_sha256", sa.Text(), nullable=False),
        sa.Column("stock", sa.Text(), nullable=False),
        sa.Column("stock_sha256", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        *_flags("trial"),
        *_texts("mark"),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        *_texts("folder"),
        sa.CheckConstraint(
            "state IN ('ordered', 'running', 'ready', 'held', 'failed', 'cancelled')", name=op.f("ck_batches_state")
        ),
        sa.ForeignKeyConstraint(["design_sha256"], ["sources.sha256"], name="fk_batches_design_sha256_sources"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epochs.id"], name="fk_batches_epoch_id_epochs"),
        sa.ForeignKeyConstraint(["stock_sha256"], ["sources.sha256"], name="fk_batches_stock_sha256_sources"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        sa.UniqueConstraint("name", name="uq_batches_name"),
        sa.UniqueConstraint("order_key", name="uq_batches_order_key"),
        sa.UniqueConstraint("year", "number", name="uq_batches_year_number"),
    )


def _lines() -> None:
    op.create_table(
        "lines",
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Integer(), server_default="1", nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        *_flags("specimen"),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.CheckConstraint("first_serial <= last_serial", name=op.f("ck_lines_serials")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_lines_batch_id_batches"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epochs.id"], name="fk_lines_epoch_id_epochs"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_lines_product_id_products"),
        sa.ForeignKeyConstraint(["recognition_id"], ["recognitions.id"], name="fk_lines_recognition_id_recognitions"),
        sa.PrimaryKeyConstraint("epoch_id", "number", name="pk_lines"),
        sa.UniqueConstraint("batch_id", "position", name="uq_lines_batch_id_position"),
    )
    op.create_index("ix_lines_product_id", "lines", ["product_id"], unique=False)
    op.create_index("ix_lines_recognition_id", "lines", ["recognition_id"], unique=False)


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("first_sheet", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("first_piece", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("skip", sa.Integer(), server_default="0", nullable=False),
        *_texts("file", "sha256"),
        sa.Column("bytes", sa.BigInteger(), server_default="0", nullable=False),
        *_texts("reason"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_parts_state")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_parts_batch_id_batches"),
        sa.PrimaryKeyConstraint("batch_id", "number", name="pk_parts"),
    )


def _scans() -> None:
    op.create_table(
        "scans",
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("epoch_id", "line", "serial", name="pk_scans"),
        sqlite_with_rowid=False,
    )


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", "line", "serial", name="pk_alarms"),
        sqlite_with_rowid=False,
    )


def _record_version() -> None:
    op.create_table("record_version", sa.Column("version", sa.BigInteger(), nullable=False))


def _triggers() -> None:
    op.execute("INSERT INTO record_version (version) VALUES (1)")
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(FUNCTION)
    for table, change in CHANGES:
        name = f"record_version_{table}_{change.split()[0].lower()}"
        action = f"BEGIN {RAISE}; END" if sqlite else "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
        op.execute(f"CREATE TRIGGER {name} AFTER {change} ON {table} {action}")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, server_default="", nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean, server_default=sa.text("false"), nullable=False) for name in names]
