"""A stamp order remembers the form that it came from, so that a form sent twice is one order."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column; several orders may have none."""
    op.add_column("stamp_orders", sa.Column("request_key", sa.Text(), nullable=True))
    op.create_index(op.f("ix_stamp_orders_request_key"), "stamp_orders", ["request_key"], unique=True)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
