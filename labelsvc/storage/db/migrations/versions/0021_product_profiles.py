"""Product profiles: versions and proposals, pictures and files."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

STATES = ("draft", "proposed", "approved", "answered", "withdrawn")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(table: str, column: str, target: str, target_column: str = "id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{target_column}"], name=name)


def upgrade() -> None:
    """Make the tables, and the triggers that let verdicts be made anew when another profile holds."""
    op.create_table(
        "product_profiles",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        _moment("at"),
        _text("who"),
        _text("reason"),
        sa.Column("import_id", sa.Integer(), nullable=True),
        _key("product_profiles", "product_id", "products"),
        _key("product_profiles", "import_id", "imports"),
        sa.PrimaryKeyConstraint("product_id", "number", name=op.f("pk_product_profiles")),
    )
    op.create_index(op.f("ix_product_profiles_import_id"), "product_profiles", ["import_id"], unique=False)
    op.create_table(
        "profile_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("begun", sa.JSON(), nullable=False),
        _moment("at"),
        _text("who"),
        _text("note"),
        _moment("decided_at", nullable=True),
        _text("decided_by"),
        _text("answer"),
        _key("profile_proposals", "product_id", "products"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_proposals")),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_profile_proposals_state")),
    )
    for column in ("product_id", "state"):
        op.create_index(op.f(f"ix_profile_proposals_{column}"), "profile_proposals", [column], unique=False)
    op.create_table(
        "profile_files",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("page_content", sa.LargeBinary(), nullable=True),
        sa.Column("width_px", sa.Integer(), server_default="0", nullable=False),
        sa.Column("height_px", sa.Integer(), server_default="0", nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_profile_files")),
    )
    op.create_table(
        "product_files",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _moment("at"),
        _text("who"),
        _key("product_files", "product_id", "products"),
        _key("product_files", "sha256", "profile_files", "sha256"),
        sa.PrimaryKeyConstraint("product_id", "sha256", name=op.f("pk_product_files")),
    )
    op.create_index(op.f("ix_product_files_sha256"), "product_files", ["sha256"], unique=False)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    body = (
        "BEGIN UPDATE record_version SET version = version + 1; END"
        if on_sqlite
        else "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
    )
    for change in ("INSERT", "DELETE"):
        name = f"record_version_product_profiles_{change.lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {change} ON product_profiles {body}")


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
