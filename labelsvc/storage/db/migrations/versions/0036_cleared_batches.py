"""When the press files of a batch were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add the column; all batches have their files until now."""
    op.add_column("batches", sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
