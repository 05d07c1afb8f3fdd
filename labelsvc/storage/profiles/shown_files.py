"""Pictures and files that are shown to everybody, read by the connection of scans, which nobody waits for for long."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, bindparam, select

from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.driver_connection import DriverConnection
from labelsvc.storage.db.tables.profiles import product_files, profile_files

PictureSize = Literal["page", "large"]
"""``page``: at most 60 kB and 960 px; ``large``: at most 1,600 px."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A picture, or the file of a certificate."""

    content: bytes
    media_type: str


_SHOWN = (
    select(product_files.c.sha256).where(product_files.c.sha256 == bindparam("sha256"), product_files.c.shown).exists()
)


class ShownFiles:
    """What approved profiles name; ``refusing`` turns the driver's errors into StorageRefused."""

    def __init__(self, connection: DriverConnection, refusing: Callable[[], AbstractContextManager[None]]) -> None:
        self._rows, self._refusing = connection.rows, refusing
        content, page = profile_files.c.content, profile_files.c.page_content
        self._file = connection.prepare(_query(content))
        self._pictures = {
            "page": connection.prepare(_query(page)),
            "large": connection.prepare(_query(content, page.is_not(None))),
        }

    def get_picture(self, sha256: str, size: PictureSize) -> KeptFile:
        """Return a picture that is shown to everybody, as a profile that holds names it; NotFound for any other."""
        return self._shown(self._pictures[size], sha256)

    def get_file(self, sha256: str) -> KeptFile:
        """Return the file of a certificate that is shown to everybody; NotFound for any other."""
        return self._shown(self._file, sha256)

    def _shown(self, query: str, sha256: str) -> KeptFile:
        with self._refusing():
            rows = self._rows(query, {"sha256": sha256})
        if not rows or rows[0][0] is None:
            raise NotFound.from_code("profile.no_file", file=sha256[:12])
        return KeptFile(bytes(rows[0][0]), rows[0][1])


def _query(column: Any, *also: Any) -> Select[Any]:
    named = profile_files.c.sha256 == bindparam("sha256")
    return select(column, profile_files.c.media_type).where(named, _SHOWN, *also)
