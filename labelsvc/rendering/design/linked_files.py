"""Pictures and PDF pages of a design, embedded in its source as ``data:`` URIs.

So a batch keeps everything it was printed with; files changed or lost later do not affect reprints.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from hashlib import sha256
from html import unescape
from pathlib import Path

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.rendering.design.source import MOST_BYTES as LARGEST_SOURCE

KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".pdf": "application/pdf",
}
"""Files that a design may name, by their endings."""
_ENDINGS = {kind: ending for ending, kind in reversed(KINDS.items())}
SHORT = 12
"""Digits of a SHA-256 that a short name has; sources from before have all 64."""
_DIGEST = rb"kept:([0-9a-f]{64}|[0-9a-f]{%d})" % SHORT
_KEPT = re.compile(_DIGEST + rb"(?![0-9a-f])")
_KEPT_FILE = re.compile(_DIGEST + rb"(\.(?:png|jpe?g|tiff?|pdf))")
MOST_BYTES = 7_000_000
"""Per file: as base64 it still fits the XML reader's attribute limit (10 MB)."""
_MARKED = rb"""(?:g|rect)\b(?=[^<>]*\bdata-ls\s*=\s*["'](?:%b)["'])"""
"""A placeholder of the open format: it links in ``data-ls-href``, which :data:`_HREF` finds too."""
_NAMED = rb"(?:[\w.-]+:)?(?:%b)\b"
_ARTWORK, _OFFICIAL_TAG, _EITHER = (
    b"(?:%b|%b)" % (_NAMED % kinds, _MARKED % kinds) for kinds in (b"artwork", b"official", b"artwork|official")
)
_LINKING = re.compile(rb"<(?:image\b|%b)[^<>]*>" % _EITHER)
"""A tag that links: XML has no ``<`` in one, so a search ends at the next tag and its time grows with the source."""
_OFFICIAL = re.compile(rb"(<%b)([^<>]*>)" % _OFFICIAL_TAG)
_OPEN_PREFIX = b" data-ls-"
_HREF = re.compile(rb"""(\bhref\s*=\s*)("[^"]*"|'[^']*')""")
_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,([A-Za-z0-9+/=\s]*)")


def embed_files(source: bytes, folder: Path) -> bytes:
    """Return a design's source with the files that it names beside it, in ``folder`` or below, written into it.

    DesignRefused names each file that is missing, too large, of another kind, or outside the folder. Line numbers stay.
    """
    problems: list[Problem] = []

    def embedded(element: re.Match[bytes]) -> bytes:
        line, kinds = source.count(b"\n", 0, element.start()) + 1, kinds_of(element[0])
        return _HREF.sub(lambda href: href[1] + _embedded(href[2], folder, kinds, line, problems), element[0])

    whole = _LINKING.sub(embedded, source)
    if problems:
        raise DesignRefused(*problems)
    return whole


def with_official(source: bytes, content: bytes, kind: str) -> bytes:
    """Return a design's source with official artwork in every empty ``ls:official``.

    DesignRefused if it would become too large: sizes are added up before anything is written.
    """
    uri = b'href="data:%b;base64,%b"' % (kind.encode(), b64encode(content))
    longer = len(uri) + len(_OPEN_PREFIX)
    _check_size(len(source) + longer * sum(not _HREF.search(tag[0]) for tag in _OFFICIAL.finditer(source)))
    return _OFFICIAL.sub(
        lambda tag: tag[0] if _HREF.search(tag[0]) else tag[1] + _prefix(tag[1]) + uri + tag[2], source
    )


def _prefix(tag: bytes) -> bytes:
    """Return what stands before ``href`` in a tag of ``ls:official``, or of a placeholder."""
    return b" " if tag.endswith(b"official") else _OPEN_PREFIX


def has_official_slot(source: bytes) -> bool:
    """Return whether a design has a slot for official artwork."""
    return _OFFICIAL.search(source) is not None


def kinds_of(tag: bytes) -> dict[str, str]:
    """Return the kinds of files that a linking element takes, by their endings: its tag as it is written."""
    artwork, official = (re.match(b"<" + kind, tag) for kind in (_ARTWORK, _OFFICIAL_TAG))
    pdf = "application/pdf"
    return {ending: kind for ending, kind in KINDS.items() if official or (kind == pdf) == bool(artwork)}


def _embedded(quoted: bytes, folder: Path, kinds: Mapping[str, str], line: int, problems: list[Problem]) -> bytes:
    """Return a quoted reference as a ``data:`` URI; unchanged if it names no file, or a refused one."""
    said = unescape(quoted[1:-1].decode("utf-8", "replace"))
    if said.startswith(("data:", "#")) or not said:
        return quoted
    try:
        kind, content = _file(said, folder, kinds)
    except InvalidValue as error:
        problems.append(Problem("design.at", {"line": line, "why": error.problems[0]}))
        return quoted
    return b'"data:%b;base64,%b"' % (kind.encode(), b64encode(content))


def _file(said: str, folder: Path, kinds: Mapping[str, str]) -> tuple[str, bytes]:
    kind = kinds.get(Path(said).suffix.lower())
    if kind is None:
        raise InvalidValue.from_code("design.link_kind", value=said, known=sorted(kinds))
    path = _inside(said, folder)
    if path is None:
        raise InvalidValue.from_code("design.link_missing", value=said, folder=folder.name or ".")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InvalidValue.from_code("design.link_large", value=said, size=size, most=MOST_BYTES)
    return kind, path.read_bytes()


def _inside(said: str, folder: Path) -> Path | None:
    """Return the file of that name in or below the folder; None if missing, or if a link leads outside."""
    try:
        path = (folder / said).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):
        return None


def content_of(href: str, kinds: frozenset[str]) -> bytes:
    """Return the content of a ``data:`` URI.

    Raises InvalidValue design.link_outside for anything else, design.link_kind for another kind of file,
    design.link_broken, design.link_large.
    """
    if not href.startswith("data:"):
        raise InvalidValue.from_code("design.link_outside", value=href)
    written = _URI.fullmatch(href)
    known = sorted(ending for ending, kind in KINDS.items() if kind in kinds)
    if written is None or written[1].lower() not in kinds:
        raise InvalidValue.from_code("design.link_kind", value=href[:40], known=known)
    try:
        content = b64decode(written[2])
    except (NotBase64, ValueError):
        raise InvalidValue.from_code("design.link_broken", value=href[:40]) from None
    if len(content) > MOST_BYTES:
        raise InvalidValue.from_code("design.link_large", value=href[:40], size=len(content), most=MOST_BYTES)
    return content


def fold_files(source: bytes) -> tuple[bytes, dict[str, bytes]]:
    """Return a source with short names instead of what it embeds, and these files by SHA-256.

    So people can read it: ``kept:3fa9c1b2d4e5.png``. Files of unknown kinds stay as they are.
    """
    files: dict[str, bytes] = {}

    def folded(href: re.Match[bytes]) -> bytes:
        said = unescape(href[2][1:-1].decode("utf-8", "replace"))
        kind = said[5:].partition(";")[0] if said.startswith("data:") else ""
        if kind not in _ENDINGS:
            return href[0]
        try:
            content = content_of(said, frozenset({kind}))
        except InvalidValue:
            return href[0]
        digest = sha256(content).hexdigest()
        files[digest] = content
        return href[1] + f'"{short_name(digest, _ENDINGS[kind])}"'.encode()

    return _LINKING.sub(lambda element: _HREF.sub(folded, element[0]), source), files


def short_name(digest: str, ending: str) -> str:
    """Return the short name of a kept file: the beginning of its SHA-256, and its extension."""
    return f"kept:{digest[:SHORT]}{ending}"


def rename_links(source: bytes, names: Mapping[str, str]) -> bytes:
    """Return a source in which links to files of these names, in whatever folder, go elsewhere."""

    def renamed(href: re.Match[bytes]) -> bytes:
        said = unescape(href[2][1:-1].decode("utf-8", "replace"))
        found = names.get(said.replace("\\", "/").rpartition("/")[2])
        return href[1] + f'"{found}"'.encode() if found else href[0]

    return _LINKING.sub(lambda element: _HREF.sub(renamed, element[0]), source) if names else source


def kept_names(source: bytes) -> list[str]:
    """Return the SHA-256 of each kept file that a source names, or its beginning, each once."""
    return list(dict.fromkeys(found.decode() for found in _KEPT.findall(source)))


def unfold_files(source: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return a source with kept files embedded again; a name without a file stays, and is refused when it is read.

    DesignRefused if it would become too large: sizes are added up before anything is written.
    """
    check_unfolded_size(source, {digest: len(content) for digest, content in files.items()})

    def unfolded(name: re.Match[bytes]) -> bytes:
        content = files.get(name[1].decode())
        if content is None:
            return name[0]
        return b"data:%b;base64,%b" % (KINDS[name[2].decode()].encode(), b64encode(content))

    return _LINKING.sub(lambda element: _KEPT_FILE.sub(unfolded, element[0]), source)


def check_unfolded_size(source: bytes, sizes: Mapping[str, int]) -> None:
    """Raise DesignRefused if a source with its kept files, of these sizes by SHA-256, would become too large."""
    linking = (name for element in _LINKING.finditer(source) for name in _KEPT_FILE.finditer(element[0]))
    _check_size(len(source) + sum(-(-sizes.get(name[1].decode(), 0) // 3) * 4 for name in linking))


def _check_size(size: int) -> None:
    if size > LARGEST_SOURCE:
        raise DesignRefused.from_code("looks.too_large", most=LARGEST_SOURCE // 1000)
