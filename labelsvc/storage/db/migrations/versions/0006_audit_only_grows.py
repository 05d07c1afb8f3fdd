"""The audit only grows: nobody changes or removes what was recorded."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER only_growing_audit_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'audit only grows'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER only_growing_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
