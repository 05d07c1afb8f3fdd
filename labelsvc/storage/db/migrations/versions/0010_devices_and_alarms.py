"""Devices that scanned a stamp in a day, and alarms that the office sees and deals with.

SQLite writes added columns behind the options of a table without row ids, so ``scans`` and ``alarms`` are made anew.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OF_SCANS = ("epoch_id", "line", "serial", "first_at", "count")
OF_ALARMS = ("epoch", "line", "serial", "first_at", "count")


def upgrade() -> None:
    """Make the tables and the columns; an alarm that is known already happened last when it happened first."""
    _day_salts()
    _device_marks()
    if op.get_bind().dialect.name == "sqlite":
        _make_anew("scans", OF_SCANS, _scans)
        _make_anew("alarms", OF_ALARMS, _alarms)
    else:
        for column in _columns_of_scans():
            op.add_column("scans", column)
        for other in _columns_of_alarms():
            op.add_column("alarms", other)
    op.execute("UPDATE alarms SET last_at = first_at")


def _day_salts() -> None:
    op.create_table(
        "day_salts",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_day_salts"),
    )


def _device_marks() -> None:
    op.create_table(
        "device_marks",
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_device_marks"),
        sqlite_with_rowid=False,
    )


def _make_anew(table: str, columns: tuple[str, ...], make: Callable[[], None]) -> None:
    named = ", ".join(columns)
    op.rename_table(table, f"{table}_before")
    make()
    op.execute(f"INSERT INTO {table} ({named}) SELECT {named} FROM {table}_before")  # noqa: S608  names of our own
    op.drop_table(f"{table}_before")


def _scans() -> None:
    op.create_table(
        "scans",
        sa.Column("epoch_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *_columns_of_scans(),
        sa.PrimaryKeyConstraint("epoch_id", "line", "serial", name="pk_scans"),
        sqlite_with_rowid=False,
    )


def _columns_of_scans() -> list[sa.Column[int]]:
    names = ("day", "devices", "most_devices", "most_day")
    return [sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in names]


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *_columns_of_alarms(),
        sa.PrimaryKeyConstraint("epoch", "line", "serial", name="pk_alarms"),
        sqlite_with_rowid=False,
    )


def _columns_of_alarms() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("kind", sa.Text(), server_default="unknown_record", nullable=False),
        sa.Column("last_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_at", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("seen_by", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
    ]


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
