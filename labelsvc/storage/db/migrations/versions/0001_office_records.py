"""Office records: producers, products, recognitions, imports, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _imports()
    _producers()
    _products()
    _recognitions()
    _audit()


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_texts("who", "source"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )


def _producers() -> None:
    op.create_table(
        "producers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_producers"),
        sa.UniqueConstraint("name_key", name="uq_producers_name_key"),
    )


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        *_texts(
            "name",
            "producer",
            "brand",
            "address",
            "commune",
            "district",
            "net_content",
            "ingredients",
            "storage",
            "shelf_life",
            "directions",
            "warnings",
            "origin",
            "gtin",
            "gln",
            "ocop_code",
        ),
        sa.Column("product_group", sa.Text(), nullable=True),
        *_flags("registered_mark", "demonstration"),
        *_texts("search"),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_products_import_id_imports"),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name="fk_products_producer_id_producers"),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint(
            "name_key", "producer_id", "demonstration", name="uq_products_name_key_producer_id_demonstration"
        ),
    )
    op.create_index("ix_products_import_id", "products", ["import_id"], unique=False)
    op.create_index("ix_products_producer_id", "products", ["producer_id"], unique=False)


def _recognitions() -> None:
    op.create_table(
        "recognitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        *_texts("decision_number", "issuer"),
        sa.Column("score", sa.Float(), nullable=True),
        *_flags("potential_five"),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("extended_until", sa.Date(), nullable=True),
        *_texts("extension_reason"),
        sa.Column("suspended_since", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        *_texts("suspension_reason", "suspension_decision"),
        sa.Column("withdrawn_since", sa.Date(), nullable=True),
        *_texts("withdrawal_reason", "withdrawal_decision"),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_recognitions_import_id_imports"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_recognitions_product_id_products"),
        sa.PrimaryKeyConstraint("id", name="pk_recognitions"),
        sa.UniqueConstraint("product_id", "decision_date", name="uq_recognitions_product_id_decision_date"),
    )
    op.create_index("ix_recognitions_import_id", "recognitions", ["import_id"], unique=False)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_texts("who", "reason"),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        *_texts("before", "after"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_audit_import_id_imports"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_import_id", "audit", ["import_id"], unique=False)
    op.create_index("ix_audit_subject_subject_id", "audit", ["subject", "subject_id"], unique=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, server_default="", nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean, server_default=sa.text("false"), nullable=False) for name in names]
