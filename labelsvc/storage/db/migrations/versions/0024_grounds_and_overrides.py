"""Which extensions the office decided itself, and on which ground stars were withdrawn.

Extensions of before stay as they are: whether a rule covers them follows from their days. Withdrawals of before keep
their words, under "other".
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the columns."""
    no = sa.text("false")
    op.add_column("recognitions", sa.Column("extension_by_office", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("recognitions", sa.Column("withdrawal_ground", sa.Text(), server_default="", nullable=False))
    known = sa.table("recognitions", sa.column("withdrawn_since"), sa.column("withdrawal_ground"))
    op.execute(sa.update(known).where(known.c.withdrawn_since.is_not(None)).values(withdrawal_ground="other"))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
