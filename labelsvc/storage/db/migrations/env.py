"""Alembic's environment: runs on the connection, and in the transaction, that labelsvc hands over."""

from alembic import context

from labelsvc.storage.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
