"""Which batch of scans a process wrote last."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "scan_batches",
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("writer", name=op.f("pk_scan_batches")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
