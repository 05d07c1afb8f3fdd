"""What goods classes need on a label: product set, class, nutrition, alcohol and so on, each a text of a product."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

TEXTS = (
    "product_set", "goods_class", "nutrition", "nutrition_exemption", "alcohol", "target_users", "dose",
    "technical_data", "production_year", "circulation_number", "craft_village",
)  # fmt: skip


def upgrade() -> None:
    """Add the columns; products so far say nothing in them."""
    for name in TEXTS:
        op.add_column("products", sa.Column(name, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
