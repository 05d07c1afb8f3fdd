"""Files that somebody uploaded and has not decided on yet: whole, by a random name, its owner's alone, for a day."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import IO

from labelsvc.domain.errors import NotFound
from labelsvc.storage.files.private_file import make_private_folder, open_private, write_private
from labelsvc.storage.files.whole_file import output_refusals

KEPT = timedelta(days=1)
LONGEST_NAME = 120
_ABOUT = "about.json"
_NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Uploads:
    """A folder of uploads that wait."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, files: Sequence[tuple[str, IO[bytes]]], owner: int, now: datetime) -> str:
        """Keep files and return what they are found by; uploads older than a day go."""
        self._clear(now)
        name = token_urlsafe(18)
        folder = self._folder / name
        with output_refusals(folder):
            make_private_folder(folder)
            names = []
            for number, (shown, stream) in enumerate(files):
                with open_private(folder / str(number), "xb") as kept:
                    shutil.copyfileobj(stream, kept)
                names.append(_bare(shown))
            about = {"owner": owner, "at": now.isoformat(), "names": names}
            write_private(folder / _ABOUT, json.dumps(about), replace=False)
        return name

    def find(self, name: str, owner: int) -> list[tuple[str, Path]]:
        """Return the names and places of kept files; NotFound if there are none of this owner."""
        folder = self._folder / name
        if not _NAME.fullmatch(name) or not (folder / _ABOUT).is_file():
            raise NotFound.from_code("importing.gone")
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about["owner"] != owner:
            raise NotFound.from_code("importing.gone")
        return [(shown, folder / str(number)) for number, shown in enumerate(about["names"])]

    def drop(self, name: str) -> None:
        """Remove kept files."""
        if _NAME.fullmatch(name):
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def _clear(self, now: datetime) -> None:
        oldest = (now - KEPT).timestamp()
        for folder in self._folder.glob("*") if self._folder.is_dir() else ():
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _bare(shown: str) -> str:
    """Return a file's own name, whatever path a browser put before it; it is shown, and never opened."""
    bare = re.split(r"[/\\]", shown)[-1]
    return "".join(c for c in bare if c.isprintable())[-LONGEST_NAME:] or "?"
