"""Versions of designs: which older one was restored, and who published them when."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the columns; who published a design until now is in the audit."""
    op.add_column("designs", sa.Column("restored_from", sa.Integer(), nullable=True))
    op.add_column("designs", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("designs", sa.Column("published_by", sa.Text(), server_default="", nullable=False))
    designs = sa.table("designs", *map(sa.column, ("id", "published_at", "published_by")))
    audit = sa.table("audit", *map(sa.column, ("id", "at", "who", "subject", "subject_id", "field", "after")))
    published = sa.select(audit.c.subject_id, audit.c.at, audit.c.who).where(
        audit.c.subject == "design", audit.c.field == "state", audit.c.after == "published"
    )
    for row in op.get_bind().execute(published.order_by(audit.c.id)).all():  # the last one stays
        values = {"published_at": row.at, "published_by": row.who}
        op.get_bind().execute(sa.update(designs).where(designs.c.id == row.subject_id).values(values))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
