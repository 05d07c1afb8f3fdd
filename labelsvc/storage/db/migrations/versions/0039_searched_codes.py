"""Products are found by their OCOP codes and the numbers of their decisions, too: the kept list is written anew."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Note that every row of the list is out of date."""
    products, unlisted = sa.table("products", sa.column("id")), sa.table("unlisted_products", sa.column("product_id"))
    others = sa.select(products.c.id).where(products.c.id.not_in(sa.select(unlisted.c.product_id)))
    op.execute(sa.insert(unlisted).from_select(["product_id"], others))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
