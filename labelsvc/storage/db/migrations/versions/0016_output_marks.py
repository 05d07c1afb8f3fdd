"""Folders in the output that the database did not know when an epoch began."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column; nothing was strange until now."""
    op.add_column("epochs", sa.Column("strange_folders", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
