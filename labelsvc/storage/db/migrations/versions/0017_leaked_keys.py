"""Epochs whose keys others have; a scan asks for the record anew when that is said."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column and its trigger; no key is known to have leaked until now."""
    op.add_column("epochs", sa.Column("leaked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER record_version_epochs_update AFTER UPDATE OF leaked ON epochs "
            "BEGIN UPDATE record_version SET version = version + 1; END"
        )
    else:
        op.execute(
            "CREATE TRIGGER record_version_epochs_update AFTER UPDATE OF leaked ON epochs "
            "FOR EACH STATEMENT EXECUTE FUNCTION raise_record_version()"
        )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
