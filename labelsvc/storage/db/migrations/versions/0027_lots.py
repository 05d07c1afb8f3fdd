"""Lots: number, day of making and last day of the goods under a range of serials."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Make the table with its triggers: rows are only ever added, and a scan sees them at once."""
    op.create_table(
        "lots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("first_serial", sa.Integer(), nullable=False),
        sa.Column("last_serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("use_by", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name=op.f("ck_lots_serials")),
        sa.ForeignKeyConstraint(
            ["epoch_id", "line"], ["lines.epoch_id", "lines.number"], name=op.f("fk_lots_epoch_id_line_lines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lots")),
    )
    op.create_index(op.f("ix_lots_epoch_id_line"), "lots", ["epoch_id", "line"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER record_version_lots_insert AFTER INSERT ON lots "
            "BEGIN UPDATE record_version SET version = version + 1; END"
        )
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER only_growing_lots_{change} BEFORE {change.upper()} ON lots "
                "BEGIN SELECT RAISE(ABORT, 'lots only grows'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER record_version_lots_insert AFTER INSERT ON lots "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
        )
        op.execute(
            "CREATE TRIGGER only_growing_lots BEFORE UPDATE OR DELETE OR TRUNCATE ON lots "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
