"""Claims of parts and batches: holders, tokens, heartbeats and tries."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the columns: nobody holds anything yet."""
    for table, counts in (("batches", ("token", "beats")), ("parts", ("token", "beats", "tries", "losses"))):
        op.add_column(table, sa.Column("holder", sa.Text(), server_default="", nullable=False))
        for name in counts:
            op.add_column(table, sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("parts", sa.Column("line", sa.Integer(), nullable=True))
    op.add_column("parts", sa.Column("refused", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(op.f("ix_parts_state"), "parts", ["state"])


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
