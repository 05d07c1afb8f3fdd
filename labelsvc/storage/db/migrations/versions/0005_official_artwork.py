"""Official artwork of the brand kit: every version for ever, one in use at most."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "official_artworks",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="retired", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["source_sha256"], ["sources.sha256"], name=op.f("fk_official_artworks_source_sha256_sources")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_official_artworks")),
    )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
