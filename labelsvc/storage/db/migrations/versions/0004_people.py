"""People: accounts, sessions, tokens, exceptions, stamp orders, uploaded designs; batches that a worker prints."""

from calendar import monthrange
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

VALID_MONTHS = 36
"""All recognitions until then held for 36 months, or to a day of their own."""


def upgrade() -> None:
    """Make the tables, the columns and the triggers."""
    _secrets()
    _accounts()
    _designs()
    _invitations()
    _answers()
    _api_tokens()
    _sessions()
    _stamp_orders()
    _exceptions()
    _columns()
    _last_days()
    _exceptions_only_grow()


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("totp_secret", sa.Text(), server_default="", nullable=False),
        sa.Column("totp_last", sa.Integer(), server_default="0", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_accounts_producer_id_producers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_index(op.f("ix_accounts_producer_id"), "accounts", ["producer_id"], unique=False)


def _designs() -> None:
    op.create_table(
        "designs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["source_sha256"], ["sources.sha256"], name=op.f("fk_designs_source_sha256_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designs")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_designs_name_version")),
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=True),
        sa.Column("invited_by", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_invitations_producer_id_producers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_answers_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("account_id", "idempotency_key", name=op.f("uq_answers_account_id_idempotency_key")),
    )


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    op.create_index(op.f("ix_api_tokens_account_id"), "api_tokens", ["account_id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)


def _stamp_orders() -> None:
    op.create_table(
        "stamp_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("producer_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text(), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_stamp_orders_batch_id_batches")),
        sa.ForeignKeyConstraint(["producer_id"], ["producers.id"], name=op.f("fk_stamp_orders_producer_id_producers")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stamp_orders_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_orders")),
    )
    op.create_index(op.f("ix_stamp_orders_producer_id"), "stamp_orders", ["producer_id"], unique=False)
    op.create_index(op.f("ix_stamp_orders_state"), "stamp_orders", ["state"], unique=False)


def _exceptions() -> None:
    op.create_table(
        "exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recognition_id", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recognition_id"], ["recognitions.id"], name=op.f("fk_exceptions_recognition_id_recognitions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exceptions")),
    )
    op.create_index(op.f("ix_exceptions_recognition_id"), "exceptions", ["recognition_id"], unique=False)


def _columns() -> None:
    op.add_column("batches", sa.Column("queued", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("batches", sa.Column("producer_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_batches_producer_id"), "batches", ["producer_id"], unique=False)
    op.create_index(op.f("ix_batches_state"), "batches", ["state"], unique=False)
    op.add_column("imports", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("imports", sa.Column("undone_by", sa.Text(), server_default="", nullable=False))
    op.add_column("recognitions", sa.Column("decided_until", sa.Date(), nullable=True))


def _last_days() -> None:
    """Write each recognition's last day by its decision."""
    bind = op.get_bind()
    table = sa.table(
        "recognitions",
        sa.column("id", sa.Integer),
        sa.column("decision_date", sa.Date),
        sa.column("valid_until", sa.Date),
        sa.column("decided_until", sa.Date),
    )
    rows = bind.execute(sa.select(table.c.id, table.c.decision_date, table.c.valid_until)).all()
    if rows:
        change = sa.update(table).where(table.c.id == sa.bindparam("row_id"))
        bind.execute(change, [{"row_id": row.id, "decided_until": row.valid_until or _later(row[1])} for row in rows])


def _later(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + VALID_MONTHS, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _exceptions_only_grow() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER only_growing_exceptions_{change.lower()} BEFORE {change} ON exceptions "
                "BEGIN SELECT RAISE(ABORT, 'exceptions only grows'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER only_growing_exceptions BEFORE UPDATE OR DELETE OR TRUNCATE ON exceptions "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
