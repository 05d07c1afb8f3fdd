"""Brings a database's schema up to this program's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.refusals import refusing
from labelsvc.storage.db.schema import HEAD, bring_up_to_date, current_revision, pending_revisions
from labelsvc.storage.db.tables.product_list import product_list


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """From which revision to which; ``before`` is empty where there were no tables. ``steps``: what lies between."""

    before: str
    after: str
    steps: tuple[str, ...]


def foresee_upgrade(database: Database) -> SchemaChange:
    """Return what an upgrade would do."""
    with database.reading() as connection:
        before = current_revision(connection)
    return SchemaChange(before, HEAD, pending_revisions(before) if before else ())


def upgrade_database(database: Database, output: Path | str, tell: Callable[[str], None]) -> None:
    """Bring the schema up, all of it or nothing; ``tell`` is told each revision that is reached.

    Another process that does the same is waited for. StorageRefused where it takes too long, where the database is of
    a newer version, and where it was moved.
    """
    with refusing(database.engine.url):
        bring_up_to_date(database.engine, output, tell=tell)
        database.tidy(product_list)
