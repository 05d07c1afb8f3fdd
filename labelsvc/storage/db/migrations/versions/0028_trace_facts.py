"""How many of the facts that a trace code must lead to each product lacks, kept so that lists can ask for it."""

import sqlalchemy as sa
from alembic import op

from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, lacks_in_record, trace_columns

revision = "0028"
down_revision = "0027"

AT_ONCE = 5_000


def upgrade() -> None:
    """Add the columns and fill them."""
    op.add_column("products", sa.Column("trace_lacks_record", sa.Integer(), nullable=True))
    op.add_column("products", sa.Column("trace_lacks_profile", sa.Integer(), server_default="3", nullable=False))
    op.add_column("products", sa.Column("trace_until", sa.Date(), nullable=True))
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("products")}
    names = ("id", "trace_lacks_record", "trace_lacks_profile", *(name for name in PRODUCT_COLUMNS if name in known))
    products = sa.table("products", *map(sa.column, names), sa.column("trace_until", sa.Date()))
    _count_in_records(op.get_bind(), products)
    _count_in_profiles(op.get_bind(), products)
    counted = ["trace_lacks_record", "trace_lacks_profile", "trace_until"]
    op.create_index("ix_products_trace_lacks_record_trace_lacks_profile_trace_until", "products", counted, unique=False)


def _count_in_records(connection: sa.Connection, products: sa.TableClause) -> None:
    rows = connection.execute(sa.select(products)).mappings().all()
    update = sa.update(products).where(products.c.id == sa.bindparam("row"))
    for first in range(0, len(rows), AT_ONCE):
        lot = rows[first : first + AT_ONCE]
        counts = [{"row": row["id"], "lacks": lacks_in_record(row)} for row in lot]
        connection.execute(update.values(trace_lacks_record=sa.bindparam("lacks")), counts)


def _count_in_profiles(connection: sa.Connection, products: sa.TableClause) -> None:
    kept = sa.table("product_profiles", *map(sa.column, ("product_id", "number")), sa.column("profile", sa.JSON()))
    for row in connection.execute(sa.select(kept).order_by(kept.c.number)).all():
        facts = trace_columns(ProductProfile.from_json(row.profile))
        connection.execute(sa.update(products).where(products.c.id == row.product_id).values(facts))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
