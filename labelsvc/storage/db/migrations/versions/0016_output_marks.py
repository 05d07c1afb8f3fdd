"""Batches' folders are relative to the output; folders that the database did not know when an epoch began."""

import sqlalchemy as sa
from alembic import context, op

from labelsvc.storage.db.output_path import kept_folder

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Keep folders under the output by their names there, leave others as they are; nothing was strange until now."""
    op.add_column("epochs", sa.Column("strange_folders", sa.JSON(), server_default="[]", nullable=False))
    connection, output = op.get_bind(), context.config.attributes.get("output")
    for batch, folder in connection.execute(sa.text("SELECT id, folder FROM batches WHERE folder <> ''")).all():
        connection.execute(
            sa.text("UPDATE batches SET folder = :folder WHERE id = :batch"),
            {"batch": batch, "folder": kept_folder(folder, output)},
        )


def downgrade() -> None:
    """Tables of accepted data are never dropped."""
    raise NotImplementedError
