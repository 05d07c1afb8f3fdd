"""Moves an office's database to another engine or place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labelsvc.storage.db.database import Database
from labelsvc.storage.db.engine.make_engine import read_url
from labelsvc.storage.db.moved_mark import moved_to, refuse_moved, unmark_moved
from labelsvc.storage.db.refusals import place_of
from labelsvc.storage.upkeep.database_copy import MovedContent, move_content


def name_place(url: str) -> str:
    """Return a database as a person knows it, without secrets; StorageRefused where a URL names none."""
    return place_of(read_url(url))


def move_database(old_url: str, new_url: str, begin: Callable[[int], Callable[[int], None]]) -> MovedContent:
    """Move everything to an empty database; see :mod:`labelsvc.storage.upkeep.database_copy`.

    ``begin`` is told how many rows are to be read and written, and returns what is told of each few thousand.
    Raises StorageRefused, and leaves the new one empty; a file that was made for it is gone.
    """
    made = _file_to_be_made(new_url)
    old, new = Database.trusted(old_url), Database.trusted(new_url)
    try:
        with old.reading() as connection:
            refuse_moved(connection)
        return move_content(old, new, begin)
    except BaseException:
        new.close()
        if made:
            made.unlink(missing_ok=True)
        raise
    finally:
        old.close()
        new.close()


def reopen_database(database: Database) -> str:
    """Let a database that was moved be used again; return where it was moved, empty if it was not."""
    with database.writing() as connection:
        if place := moved_to(connection):
            unmark_moved(connection)
    return place


def _file_to_be_made(url: str) -> Path | None:
    """Return the file of a SQLite database that is not there yet."""
    path = Path(url.removeprefix("sqlite:///"))
    return path if url.startswith("sqlite:///") and not path.exists() else None
