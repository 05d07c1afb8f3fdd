"""Rows that an import refused, kept with it as a CSV to be mended and sent again."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select

from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.waiting import refused_rows


class KeptRefusedRows:
    """A CSV for each import; ``folder`` has those of older versions, whose names say import and number of rows."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder, self._database = folder, database

    def keep(self, import_id: int, count: int, content: bytes) -> None:
        """Keep the rows of an import."""
        with self._database.writing() as connection:
            connection.execute(delete(refused_rows).where(refused_rows.c.import_id == import_id))
            connection.execute(insert(refused_rows).values(import_id=import_id, count=count, content=content))

    def count(self, import_id: int) -> int:
        """Return how many rows an import refused; 0 if none are kept."""
        with self._database.reading() as connection:
            count = connection.scalar(select(refused_rows.c.count).where(refused_rows.c.import_id == import_id))
        path = None if count else self._find(import_id)
        return int(path.stem.partition("-")[2]) if path else count or 0

    def read(self, import_id: int) -> bytes:
        """Return the rows of an import; NotFound if none are kept."""
        with self._database.reading() as connection:
            content = connection.scalar(select(refused_rows.c.content).where(refused_rows.c.import_id == import_id))
        if content is not None:
            return bytes(content)
        path = self._find(import_id)
        if path is None:
            raise NotFound.from_code("importing.no_refused", id=import_id)
        return path.read_bytes()

    def _find(self, import_id: int) -> Path | None:
        return next(iter(sorted(self._folder.glob(f"{import_id:d}-*.csv"))), None)
