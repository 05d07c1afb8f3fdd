"""The stylesheet, fonts and script of the signed-in pages, named by their content."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from labelsvc.web.style_files import StyleFile, compact_css, hashed_path

_FONTS = ("be-vietnam-pro-regular.woff2", "be-vietnam-pro-semibold.woff2", "be-vietnam-pro-bold.woff2")
_SHEETS, _SCRIPTS = ("desk.css", "studio.css"), ("htmx.min.js", "desk.js", "passkey.js", "interact.min.js")
_FOLDERS = ("studio", "codemirror")
"""Of scripts that name one another by their file names: each folder's address changes with any of its files."""
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class DeskFiles:
    """All files by the names that they have in templates/web/style."""

    files: Mapping[str, StyleFile]

    def path(self, name: str) -> str:
        """Return where a browser finds a file."""
        return self.files[name].path

    def by_name(self) -> Mapping[str, StyleFile]:
        """Return the files by their paths below ``/style/``."""
        return {file.name: file for file in self.files.values()}


def read_desk_files(folder: Path) -> DeskFiles:
    """Read them from templates/web/style."""
    files = {name: _file(name, (folder / name).read_bytes(), "font/woff2") for name in _FONTS}
    for name in _SHEETS:
        css = (folder / name).read_text(encoding="utf-8")
        for font_name in _FONTS:
            css = css.replace(font_name, files[font_name].path)
        files[name] = _file(name, compact_css(css).encode(), _TYPES[".css"], zipped=True)
    for name in _SCRIPTS:
        files[name] = _file(name, (folder / name).read_bytes(), _TYPES[".js"], zipped=True)
    for name in _FOLDERS:
        files |= _folder(folder / name)
    return DeskFiles(files)


def _file(name: str, body: bytes, media_type: str, *, zipped: bool = False) -> StyleFile:
    return StyleFile(hashed_path(name, body), media_type, body, _gzipped(body) if zipped else b"")


def _folder(folder: Path) -> dict[str, StyleFile]:
    """Return the files of a folder, such as ``studio/board.js``."""
    bodies = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in _TYPES}
    digest = sha256(b"".join(bodies.values())).hexdigest()[:10]
    return {
        f"{folder.name}/{name}": StyleFile(
            f"/style/{folder.name}.{digest}/{name}", _TYPES[Path(name).suffix], body, _gzipped(body)
        )
        for name, body in bodies.items()
    }


@lru_cache(maxsize=128)
def _gzipped(body: bytes) -> bytes:
    """Compress a file once, however many applications of this process serve it."""
    return gzip.compress(body, 9, mtime=0)
