"""Remember by which terms last days were written, so that they follow when the rules change."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table; it is empty until the days are written, which opening the database does."""
    op.create_table("rules_followed", sa.Column("terms", sa.Text(), nullable=False))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
