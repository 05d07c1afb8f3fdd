"""The stylesheet and its font, named by what is in them, so that a browser keeps them for ever."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_FONT = "be-vietnam-pro-bold.woff2"
_SHEET = "verification.css"


@dataclass(frozen=True, slots=True)
class StyleFile:
    """One file as it goes over the wire; ``gzipped`` is empty if compressing saves nothing."""

    path: str
    media_type: str
    body: bytes
    gzipped: bytes = b""


@dataclass(frozen=True, slots=True)
class StyleFiles:
    """The stylesheet and the font that it names."""

    sheet: StyleFile
    font: StyleFile

    def by_name(self) -> Mapping[str, StyleFile]:
        """Return the files by the last segment of their paths."""
        return {file.path.rpartition("/")[2]: file for file in (self.sheet, self.font)}


def read_style(folder: Path) -> StyleFiles:
    """Read the style of the public pages from templates/web/style."""
    woff2 = (folder / _FONT).read_bytes()
    font = StyleFile(hashed_path(_FONT, woff2), "font/woff2", woff2)
    source = (folder / _SHEET).read_text(encoding="utf-8").replace(_FONT, font.path)
    css = compact_css(source).encode()
    return StyleFiles(
        StyleFile(hashed_path(_SHEET, css), "text/css; charset=utf-8", css, gzip.compress(css, 9, mtime=0)), font
    )


def hashed_path(name: str, body: bytes) -> str:
    """Return the path of a file, which changes with its contents."""
    stem, _, ending = name.rpartition(".")
    return f"/style/{stem}.{sha256(body).hexdigest()[:10]}.{ending}"


def compact_css(css: str) -> str:
    """Drop comments and the spaces that only people need."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", re.sub(r"\s+", " ", bare)).replace(";}", "}").strip()
