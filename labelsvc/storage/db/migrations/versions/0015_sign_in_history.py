"""What was refused at the sign-in, known networks, and tokens that wait for their owner's word."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables, add the column."""
    op.create_table(
        "sign_in_refusals",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("passwords", sa.Integer(), server_default="0", nullable=False),
        sa.Column("factors", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wait_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_sign_in_refusals")),
    )
    op.create_table(
        "known_networks",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "subject_id", "network", name=op.f("pk_known_networks")),
    )
    op.add_column("api_tokens", sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
