"""Producers' own versions of designs."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "design_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("origin_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("origin_sha256", sa.Text(), nullable=False),
        sa.Column("approved_sha256", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('draft', 'sent', 'approved', 'declined')", name=op.f("ck_design_copies_state")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_design_copies_producer_id_producers")),
        *(
            sa.ForeignKeyConstraint([name], ["sources.sha256"], name=op.f(f"fk_design_copies_{name}_sources"))
            for name in ("source_sha256", "origin_sha256", "approved_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_design_copies")),
    )
    op.create_index(op.f("ix_design_copies_producer_id"), "design_copies", ["producer_id"])
    op.create_index(op.f("ix_design_copies_state"), "design_copies", ["state"])


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
