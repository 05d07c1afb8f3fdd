"""Rows that an import refused, kept with it as a CSV to be mended and sent again."""

from __future__ import annotations

from pathlib import Path

from labelsvc.domain.errors import NotFound
from labelsvc.storage.files.private_file import make_private_folder, open_private
from labelsvc.storage.files.whole_file import output_refusals


class KeptRefusedRows:
    """A folder of CSV files; the name of each says the import and the number of rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, import_id: int, count: int, content: bytes) -> None:
        """Keep the rows of an import."""
        with output_refusals(self._folder):
            make_private_folder(self._folder)
            with open_private(self._folder / f"{import_id}-{count}.csv", "wb") as kept:
                kept.write(content)

    def count(self, import_id: int) -> int:
        """Return how many rows an import refused; 0 if none are kept."""
        path = self._find(import_id)
        return int(path.stem.partition("-")[2]) if path else 0

    def read(self, import_id: int) -> bytes:
        """Return the rows of an import; NotFound if none are kept."""
        path = self._find(import_id)
        if path is None:
            raise NotFound.from_code("importing.no_refused", id=import_id)
        return path.read_bytes()

    def _find(self, import_id: int) -> Path | None:
        return next(iter(sorted(self._folder.glob(f"{import_id:d}-*.csv"))), None)
