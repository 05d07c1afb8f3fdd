"""Orders that the worker plans."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "planned_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("batch", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_planned_orders_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_orders")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_planned_orders_account_id"), "planned_orders", ["account_id"], unique=False)
    op.create_index(op.f("ix_planned_orders_state"), "planned_orders", ["state"], unique=False)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
