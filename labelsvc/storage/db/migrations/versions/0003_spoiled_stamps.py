"""Spoiled stamps: reprints of destroyed pieces, serials that were reported lost."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

RAISE = "UPDATE record_version SET version = version + 1"
REFUSAL = """\
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows';
END $$"""
ONLY_GROWING = ("reprints", "voids")


def upgrade() -> None:
    """Make the tables and the triggers."""
    _reprints()
    _voids()
    if op.get_bind().dialect.name == "sqlite":
        _triggers_of_sqlite()
    else:
        _triggers_of_postgresql()


def _reprints() -> None:
    op.create_table(
        "reprints",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_texts("who"),
        sa.Column("reason", sa.Text(), nullable=False),
        *_texts("sheets"),
        sa.Column("pieces", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *_texts("file", "sha256"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_reprints_batch_id_batches"),
        sa.PrimaryKeyConstraint("id", name="pk_reprints"),
        sa.UniqueConstraint("batch_id", "number", name="uq_reprints_batch_id_number"),
    )


def _voids() -> None:
    op.create_table(
        "voids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_texts("who"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name=op.f("ck_voids_serials")),
        sa.ForeignKeyConstraint(
            ["epoch_id", "line"], ["lines.epoch_id", "lines.number"], name="fk_voids_epoch_id_line_lines"
        ),
        sa.ForeignKeyConstraint(["replaced_by"], ["batches.id"], name="fk_voids_replaced_by_batches"),
        sa.PrimaryKeyConstraint("id", name="pk_voids"),
    )
    op.create_index("ix_voids_epoch_id_line", "voids", ["epoch_id", "line"], unique=False)
    op.create_index("ix_voids_replaced_by", "voids", ["replaced_by"], unique=False)


def _triggers_of_sqlite() -> None:
    op.execute(f"CREATE TRIGGER record_version_voids_insert AFTER INSERT ON voids BEGIN {RAISE}; END")
    for table in ONLY_GROWING:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER only_growing_{table}_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            )


def _triggers_of_postgresql() -> None:
    op.execute(REFUSAL)
    op.execute(
        "CREATE TRIGGER record_version_voids_insert AFTER INSERT ON voids "
        "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
    )
    for table in ONLY_GROWING:
        op.execute(
            f"CREATE TRIGGER only_growing_{table} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, server_default="", nullable=False) for name in names]
