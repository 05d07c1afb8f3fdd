"""Vietnamese order: what products and producers are sorted by, as keys beside their names."""

import sqlalchemy as sa
from alembic import op

from labelsvc.domain.collation import collation_key

revision = "0007"
down_revision = "0006"

AT_ONCE = 5_000


def upgrade() -> None:
    """Add the columns, fill them, and index them."""
    for table, columns in (("producers", ("sort_key",)), ("products", ("sort_key", "producer_sort_key"))):
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Text(), server_default="", nullable=False))
    _fill("producers", {"sort_key": "name"})
    _fill("products", {"sort_key": "name", "producer_sort_key": "producer"})
    op.create_index("ix_producers_sort_key_id", "producers", ["sort_key", "id"], unique=False)
    op.create_index("ix_products_sort_key_id", "products", ["sort_key", "id"], unique=False)
    op.create_index(
        "ix_products_producer_sort_key_sort_key_id", "products", ["producer_sort_key", "sort_key", "id"], unique=False
    )


def _fill(name: str, keys: dict[str, str]) -> None:
    columns: list[sa.ColumnClause[object]] = [sa.column(each) for each in ("id", *keys, *keys.values())]
    table = sa.table(name, *columns)
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values({key: sa.bindparam(f"new_{key}") for key in keys})
    )
    rows = op.get_bind().execute(sa.select(table.c.id, *(table.c[each] for each in keys.values()))).all()
    for first in range(0, len(rows), AT_ONCE):
        values = [
            {"row": row[0]} | {f"new_{key}": collation_key(text) for key, text in zip(keys, row[1:], strict=True)}
            for row in rows[first : first + AT_ONCE]
        ]
        op.get_bind().execute(statement, values)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
