"""Files that somebody uploaded and has not decided on yet: whole, by a random name, its owner's alone, for a day.

They are rows, as the decision may come to another web machine; the folder holds those that this machine has opened.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import IO

from sqlalchemy import delete, insert, select

from labelsvc.domain.errors import NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.waiting import uploads
from labelsvc.storage.files.private_file import make_private_folder, open_private, write_private
from labelsvc.storage.files.whole_file import output_refusals
from labelsvc.storage.shared_clock import shared_moment

KEPT = timedelta(days=1)
LONGEST_NAME = 120
_ABOUT = "about.json"
_NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Uploads:
    """Uploads that wait; ``folder`` is this machine's."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder, self._database = folder, database

    def keep(self, files: Sequence[tuple[str, IO[bytes]]], owner: int, now: datetime) -> str:
        """Keep files and return what they are found by; uploads older than a day go."""
        self._clear(now)
        name = token_urlsafe(18)
        facts = {"name": name, "owner": owner, "at": now}
        with self._database.writing() as connection:
            for number, (shown, stream) in enumerate(files):
                row = facts | {"number": number, "shown": _bare(shown), "content": stream.read()}
                connection.execute(insert(uploads).values(row))
        return name

    def find(self, name: str, owner: int) -> list[tuple[str, Path]]:
        """Return the names and places of kept files; NotFound if there are none of this owner."""
        folder = self._folder / name
        if not _NAME.fullmatch(name) or not ((folder / _ABOUT).is_file() or self._unpack(name)):
            raise NotFound.from_code("importing.gone")
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about["owner"] != owner:
            raise NotFound.from_code("importing.gone")
        return [(shown, folder / str(number)) for number, shown in enumerate(about["names"])]

    def drop(self, name: str) -> None:
        """Remove kept files; what other machines have opened of them goes with its day."""
        if _NAME.fullmatch(name):
            shutil.rmtree(self._folder / name, ignore_errors=True)
            with self._database.writing() as connection:
                connection.execute(delete(uploads).where(uploads.c.name == name))

    def _unpack(self, name: str) -> bool:
        """Put an upload's files into this machine's folder, all at once; False if there are none."""
        with self._database.reading() as connection:
            rows = connection.execute(select(uploads).where(uploads.c.name == name).order_by(uploads.c.number)).all()
        if not rows:
            return False
        folder = self._folder / f".{name}.{token_hex(4)}"
        about = {"owner": rows[0].owner, "at": rows[0].at.isoformat(), "names": [row.shown for row in rows]}
        with output_refusals(folder):
            make_private_folder(folder)
            for row in rows:
                with open_private(folder / str(row.number), "wb") as file:
                    file.write(row.content)
            write_private(folder / _ABOUT, json.dumps(about), replace=True)
            try:
                folder.rename(self._folder / name)
            except OSError:
                shutil.rmtree(folder, ignore_errors=True)
                if not (self._folder / name / _ABOUT).is_file():  # else somebody opened it as well
                    raise
        return True

    def _clear(self, now: datetime) -> None:
        with self._database.writing(asked_for=False) as connection:
            oldest = min(now, shared_moment(connection, now)) - KEPT  # a clock that runs ahead clears nobody's away
            connection.execute(delete(uploads).where(uploads.c.at < oldest))
        for folder in self._folder.glob("*") if self._folder.is_dir() else ():
            with suppress(FileNotFoundError):  # another process clears as well
                if folder.stat().st_mtime < oldest.timestamp():
                    shutil.rmtree(folder, ignore_errors=True)


def _bare(shown: str) -> str:
    """Return a file's own name, whatever path a browser put before it; it is shown, and never opened."""
    bare = re.split(r"[/\\]", shown)[-1]
    return "".join(c for c in bare if c.isprintable())[-LONGEST_NAME:] or "?"
