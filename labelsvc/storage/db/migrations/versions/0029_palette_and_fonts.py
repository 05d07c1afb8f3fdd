"""The office's palette and fonts, and with each batch the inks that it is printed with."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

FIRST_LOOKS = (
    '{"palette": [{"name": "ink", "screen": "#17231C", "cmyk": [0, 0, 0, 100]}, '
    '{"name": "quiet", "screen": "#5A6A60", "cmyk": [0, 0, 0, 68]}, '
    '{"name": "line", "screen": "#B9C2BC", "cmyk": [0, 0, 0, 25]}, '
    '{"name": "white", "screen": "#FFFFFF", "cmyk": [0, 0, 0, 0]}, '
    '{"name": "green", "screen": "#0B5A3A", "cmyk": [90, 32, 84, 40]}, '
    '{"name": "gold", "screen": "#E0A100", "cmyk": [8, 38, 100, 2], "spot": "GOLD"}, '
    '{"name": "pale_gold", "screen": "#F4D58A", "cmyk": [2, 14, 55, 0]}, '
    '{"name": "cream", "screen": "#FCF3DC", "cmyk": [1, 4, 16, 0]}, '
    '{"name": "dark_gold", "screen": "#6B5200", "cmyk": [30, 45, 100, 45]}, '
    '{"name": "mist", "screen": "#E6EFEA", "cmyk": [9, 2, 8, 0]}], "fonts": []}'
)
"""What every batch until now was printed with."""


def upgrade() -> None:
    """Make the tables; batches of before keep the inks of the palette that was shipped with them."""
    _make_tables()
    op.add_column("batches", sa.Column("looks_sha256", sa.Text(), server_default="", nullable=False))
    connection = op.get_bind()
    batches = sa.table("batches", sa.column("looks_sha256", sa.Text()))
    if connection.scalar(sa.select(sa.func.count()).select_from(batches)):
        content = FIRST_LOOKS.encode()
        digest = sha256(content).hexdigest()
        sources = sa.table("sources", sa.column("sha256", sa.Text()), sa.column("content", sa.LargeBinary()))
        connection.execute(sa.insert(sources).values(sha256=digest, content=content))
        connection.execute(sa.update(batches).values(looks_sha256=digest))


def _make_tables() -> None:
    op.create_table(
        "palettes",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["source_sha256"], ["sources.sha256"], name=op.f("fk_palettes_source_sha256_sources")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_palettes")),
    )
    op.create_table(
        "fonts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("italic", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="in_use", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("font_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["file_sha256"], ["sources.sha256"], name=op.f("fk_fonts_file_sha256_sources")),
        sa.ForeignKeyConstraint(["font_sha256"], ["sources.sha256"], name=op.f("fk_fonts_font_sha256_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fonts")),
        sa.UniqueConstraint(
            "family", "weight", "italic", "version", name=op.f("uq_fonts_family_weight_italic_version")
        ),
    )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
