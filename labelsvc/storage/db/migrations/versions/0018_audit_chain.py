"""Each row of the audit bears a SHA-256 over itself and the one before (``storage/people/audit_chain``)."""

import sqlalchemy as sa
from alembic import op

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.people.audit_chain import FIELDS, ROWS_AT_ONCE, linked

revision = "0018"
down_revision = "0017"

ROWS = sa.table("audit", sa.column("id"), sa.column("at", Moment), sa.column("chain"), *map(sa.column, FIELDS))


def upgrade() -> None:
    """Add the column and chain the rows there are; for that the triggers that let the audit only grow go and return."""
    op.add_column("audit", sa.Column("chain", sa.Text(), server_default="", nullable=False))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("DROP TRIGGER only_growing_audit_update")
    else:
        op.execute("DROP TRIGGER only_growing_audit ON audit")
    _chain(op.get_bind())
    if on_sqlite:
        op.execute(
            "CREATE TRIGGER only_growing_audit_update BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit only grows'); END"
        )
    else:
        op.execute(
            "CREATE TRIGGER only_growing_audit BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _chain(connection: sa.Connection) -> None:
    change = sa.update(ROWS).where(ROWS.c.id == sa.bindparam("row")).values(chain=sa.bindparam("value"))
    previous, last = "", 0
    while (
        rows := connection.execute(sa.select(ROWS).where(ROWS.c.id > last).order_by(ROWS.c.id).limit(ROWS_AT_ONCE))
        .mappings()
        .all()
    ):
        chained = []
        for row in rows:
            previous, last = linked(previous, row), row["id"]
            chained.append({"row": last, "value": previous})
        connection.execute(change, chained)


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
