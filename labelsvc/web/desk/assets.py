"""The stylesheet, fonts and script of the signed-in pages, named by their content."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labelsvc.web.style_files import StyleFile, compact_css, hashed_path

_FONTS = ("be-vietnam-pro-regular.woff2", "be-vietnam-pro-semibold.woff2", "be-vietnam-pro-bold.woff2")
_SHEET, _SCRIPTS = "desk.css", ("htmx.min.js", "desk.js", "passkey.js")


@dataclass(frozen=True, slots=True)
class DeskFiles:
    """All files by the names that they have in templates/web/style."""

    files: Mapping[str, StyleFile]

    def path(self, name: str) -> str:
        """Return where a browser finds a file."""
        return self.files[name].path

    def by_name(self) -> Mapping[str, StyleFile]:
        """Return the files by the last segment of their paths."""
        return {file.name: file for file in self.files.values()}


def read_desk_files(folder: Path) -> DeskFiles:
    """Read them from templates/web/style."""
    files = {name: _file(name, (folder / name).read_bytes(), "font/woff2") for name in _FONTS}
    css = (folder / _SHEET).read_text(encoding="utf-8")
    for name, font in files.items():
        css = css.replace(name, font.path)
    files[_SHEET] = _file(_SHEET, compact_css(css).encode(), "text/css; charset=utf-8", zipped=True)
    for name in _SCRIPTS:
        files[name] = _file(name, (folder / name).read_bytes(), "text/javascript; charset=utf-8", zipped=True)
    return DeskFiles(files)


def _file(name: str, body: bytes, media_type: str, *, zipped: bool = False) -> StyleFile:
    return StyleFile(hashed_path(name, body), media_type, body, gzip.compress(body, 9, mtime=0) if zipped else b"")
