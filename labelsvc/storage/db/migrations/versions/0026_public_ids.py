"""Public ids: what the addresses of products' pages end with."""

import secrets

import sqlalchemy as sa
from alembic import op

from labelsvc.domain.trace.public_id import RANDOM_BYTES, public_id_of

revision = "0026"
down_revision = "0025"

AT_ONCE = 5_000


def upgrade() -> None:
    """Add the column, draw an id for each product, and index it."""
    op.add_column("products", sa.Column("public_id", sa.Text(), nullable=True))
    products = sa.table("products", sa.column("id"), sa.column("public_id"))
    ids = op.get_bind().scalars(sa.select(products.c.id)).all()
    statement = sa.update(products).where(products.c.id == sa.bindparam("row")).values(public_id=sa.bindparam("drawn"))
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        drawn = [{"row": row, "drawn": public_id_of(secrets.token_bytes(RANDOM_BYTES))} for row in some]
        op.get_bind().execute(statement, drawn)
    op.create_index("ix_products_public_id", "products", ["public_id"], unique=True)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
