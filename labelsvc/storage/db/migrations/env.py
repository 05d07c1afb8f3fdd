"""Alembic's environment: runs on the connection, and in the transaction, that labelsvc hands over."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

from labelsvc.storage.db.tables.all_tables import metadata


def _tell(ctx: MigrationContext, step: MigrationInfo, heads: Collection[Any], run_args: Mapping[str, Any]) -> None:
    """Tell whoever asked for it which revision the database has reached."""
    if tell := context.config.attributes.get("tell"):
        tell(step.up_revision_id)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    on_version_apply=_tell,
)
context.run_migrations()
