"""Twin names: what products are found by that are most likely one product in two spellings, and GTINs."""

import sqlalchemy as sa
from alembic import op

from labelsvc.domain.twin_names import twin_product_key

revision = "0013"
down_revision = "0012"

AT_ONCE = 5_000


def upgrade() -> None:
    """Add the column, fill it, and index it."""
    op.add_column("products", sa.Column("twin_key", sa.Text(), server_default="", nullable=False))
    products = sa.table("products", *(sa.column(name) for name in ("id", "name", "producer", "twin_key")))
    rows = op.get_bind().execute(sa.select(products.c.id, products.c.name, products.c.producer)).all()
    statement = sa.update(products).where(products.c.id == sa.bindparam("row")).values(twin_key=sa.bindparam("new_key"))
    for first in range(0, len(rows), AT_ONCE):
        keys = [{"row": row[0], "new_key": twin_product_key(row[1], row[2])} for row in rows[first : first + AT_ONCE]]
        op.get_bind().execute(statement, keys)
    op.create_index("ix_products_twin_key", "products", ["twin_key"], unique=False)
    op.create_index("ix_products_gtin", "products", ["gtin"], unique=False)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
