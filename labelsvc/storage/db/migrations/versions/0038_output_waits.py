"""Outputs that refuse files, and how often the end of a batch gave no result."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Make the table and add the columns: nothing waits, nothing was tried."""
    op.create_table(
        "output_waits",
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("machine", "place", name=op.f("pk_output_waits")),
    )
    for name in ("tries", "losses"):
        op.add_column("batches", sa.Column(name, sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
