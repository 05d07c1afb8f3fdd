"""The audit refuses rows without a chain: a process of an older version that still runs would break it for good."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Make the trigger."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER chained_audit_insert BEFORE INSERT ON audit WHEN NEW.chain = '' "
            "BEGIN SELECT RAISE(ABORT, 'audit needs a chain: stop the older version'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_unchained() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN\n    RAISE EXCEPTION 'audit needs a chain: stop the older version';\nEND $$"
    )
    op.execute(
        "CREATE TRIGGER chained_audit_insert BEFORE INSERT ON audit "
        "FOR EACH ROW WHEN (NEW.chain = '') EXECUTE FUNCTION refuse_unchained()"
    )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
