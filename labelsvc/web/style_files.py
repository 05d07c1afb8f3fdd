"""The public pages' stylesheet, named by what is in it, so that a browser keeps it for ever."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_SHEET = "verification.css"


@dataclass(frozen=True, slots=True)
class StyleFile:
    """One file as it goes over the wire; ``gzipped`` is empty if compressing saves nothing."""

    path: str
    media_type: str
    body: bytes
    gzipped: bytes = b""

    @property
    def name(self) -> str:
        """The path below ``/style/``."""
        return self.path.removeprefix("/style/")


def read_style(folder: Path) -> StyleFile:
    """Read the style of the public pages from templates/web/style."""
    css = compact_css((folder / _SHEET).read_text(encoding="utf-8")).encode()
    return StyleFile(hashed_path(_SHEET, css), "text/css; charset=utf-8", css, gzip.compress(css, 9, mtime=0))


def hashed_path(name: str, body: bytes) -> str:
    """Return the path of a file, which changes with its contents."""
    stem, _, ending = name.rpartition(".")
    return f"/style/{stem}.{sha256(body).hexdigest()[:10]}.{ending}"


@lru_cache(maxsize=16)
def compact_css(css: str) -> str:
    """Drop comments and the spaces that only people need; once, however many applications of this process serve it."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", re.sub(r"\s+", " ", bare)).replace(";}", "}").strip()
