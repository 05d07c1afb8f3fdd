"""Stamps that are void without another batch in their place: ``replaced_by`` may be missing, ``kind`` says why.

SQLite cannot take NOT NULL away, so ``voids`` is made anew there, with its indexes and triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

COLUMNS = "id, epoch_id, line, first_serial, last_serial, at, who, reason, replaced_by"
INDEXES = (("ix_voids_epoch_id_line", ["epoch_id", "line"]), ("ix_voids_replaced_by", ["replaced_by"]))


def upgrade() -> None:
    """Let ``replaced_by`` be missing and add ``kind``; all stamps that are void until now were lost."""
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
    else:
        op.alter_column("voids", "replaced_by", nullable=True)
        op.add_column("voids", _kind())


def _make_anew() -> None:
    op.rename_table("voids", "voids_before")
    _voids()
    op.execute(f"INSERT INTO voids ({COLUMNS}) SELECT {COLUMNS} FROM voids_before")  # noqa: S608  names of our own
    op.drop_table("voids_before")
    for name, columns in INDEXES:
        op.create_index(name, "voids", columns, unique=False)
    op.execute(
        "CREATE TRIGGER record_version_voids_insert AFTER INSERT ON voids "
        "BEGIN UPDATE record_version SET version = version + 1; END"
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER only_growing_voids_{change.lower()} BEFORE {change} ON voids "
            "BEGIN SELECT RAISE(ABORT, 'voids only grows'); END"
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
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        _kind(),
        sa.CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name=op.f("ck_voids_serials")),
        sa.ForeignKeyConstraint(
            ["epoch_id", "line"], ["lines.epoch_id", "lines.number"], name="fk_voids_epoch_id_line_lines"
        ),
        sa.ForeignKeyConstraint(["replaced_by"], ["batches.id"], name="fk_voids_replaced_by_batches"),
        sa.PrimaryKeyConstraint("id", name="pk_voids"),
    )


def _kind() -> sa.Column[str]:
    return sa.Column("kind", sa.Text(), server_default="lost", nullable=False)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
