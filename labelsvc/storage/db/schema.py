"""Brings a database's tables up to date. Alembic is imported only if there is something to migrate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db.many_rows import allow_many_rows
from labelsvc.storage.db.moved_mark import refuse_moved
from labelsvc.storage.db.tables.all_tables import metadata
from labelsvc.storage.db.tables.keys import ONE_ISSUES
from labelsvc.storage.products.lists.list_writing import bring_list_up_to_date
from labelsvc.storage.rules_followed import follow_rules, follows_rules

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))
"""All revisions, the oldest first: files are named by their numbers."""
HEAD = REVISIONS[-1]

LOCK = 7_203_515_264_881_004
"""PostgreSQL's advisory lock of whoever writes, so that there is one writer at a time as in SQLite."""


TellRevision = Callable[[str], None]
"""Is told each revision when its migration is done."""


def bring_up_to_date(
    engine: Engine, output: Path | str | None = None, *, migrates: bool = True, tell: TellRevision | None = None
) -> None:
    """Create the tables of an empty database, or migrate those of an older version, with all that follows from others.

    Derived days follow the rules, and the list of products is written anew, so that its first reader need not wait.

    Two processes may try at once: the second one waits and finds it done. Raises StorageRefused if the tables are
    those of a newer version or moved to another database, and storage.older where it ``migrates`` nothing.
    """
    with engine.connect() as connection:
        revision = current_revision(connection)
        if revision in REVISIONS:
            refuse_moved(connection)
        if revision == HEAD and follows_rules(connection):
            return
        if revision != HEAD and not migrates and revision in REVISIONS:
            raise StorageRefused.from_code("storage.older", revision=revision, head=HEAD)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        revision = current_revision(connection)
        if not revision:
            create_all(connection)
        elif revision != HEAD:
            _migrate(connection, revision, output, tell)
        follow_rules(connection)
        if revision:
            with allow_many_rows(connection):
                bring_list_up_to_date(connection, datetime.now(UTC))


def pending_revisions(revision: str) -> tuple[str, ...]:
    """Return the revisions whose migrations a database lacks that has tables, the oldest first."""
    return tuple(each for each in REVISIONS if each > revision)


def current_revision(connection: Connection) -> str:
    """Return the revision that the database is at, empty if it has no tables yet."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def create_all(connection: Connection) -> None:
    """Make everything at once as the migrations would (a test compares), without loading them."""
    if connection.dialect.name == "postgresql":
        ONE_ISSUES.dialect_options["postgresql"]["where"] = ONE_ISSUES.dialect_options["sqlite"]["where"]
    metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            "CREATE TABLE alembic_version ( version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num) )"
        )
    )
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def migrate(
    connection: Connection,
    revision: str = "head",
    output: Path | str | None = None,
    tell: TellRevision | None = None,
) -> None:
    """Run the migrations up to a revision in the connection's transaction; ``output``: where batches' folders stand."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes |= {"connection": connection, "output": output, "tell": tell}
    command.upgrade(config, revision)


def _migrate(connection: Connection, revision: str, output: Path | str | None, tell: TellRevision | None) -> None:
    from alembic.util import CommandError

    try:
        migrate(connection, output=output, tell=tell)
    except CommandError as error:
        raise StorageRefused.from_code("storage.newer", revision=revision) from error
