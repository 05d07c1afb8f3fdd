"""Detects what a records file really is, before anything in it is unpacked.

A file is recognised by its first bytes and its directory, not by its name: a renamed PDF is refused as a PDF. The
unpacked size of a workbook is read from its zip directory; the reading process (workbook_reader) has its own limits,
because a directory may lie.
"""

from __future__ import annotations

import zipfile
from pathlib import PurePath
from typing import BinaryIO, Literal

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.records.ole_file import WORKBOOK_NAMES, OleFile

Container = Literal["workbook", "csv"]

MOST_BYTES = 50_000_000
MOST_BYTES_UNPACKED = 400_000_000
"""200,000 rows of 27 full columns unpack to about half of it."""
MOST_ENTRIES = 10_000
ENDINGS = (".xlsx", ".xls", ".ods", ".csv")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = ("encryptedpackage", "encryptioninfo", *WORKBOOK_NAMES, "worddocument", "powerpoint document")
_FOREIGN = (
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
    (b"SQLite format 3", "SQLite"),
)
_MARKUP = ((b"<!doctype html", "HTML"), (b"<html", "HTML"), (b"<table", "HTML"), (b"<?xml", "XML"), (b"<svg", "SVG"))
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_IN_ZIP = (("word/", "DOCX"), ("ppt/", "PPTX"), ("xl/workbook.bin", "XLSB"), ("META-INF/MANIFEST.MF", "JAR"))


def container_of(file: BinaryIO, name: str) -> Container:
    """Return whether a file is a workbook or a CSV; the file is rewound.

    Raises RecordsUnreadable for every file that is neither, is empty, too large, protected, or unpacks to too much.
    """
    if not name.lower().endswith(ENDINGS):
        raise RecordsUnreadable.from_code("records.ending", file=name, ending=PurePath(name).suffix or "–")
    size = file.seek(0, 2)
    file.seek(0)
    if size > MOST_BYTES:
        raise RecordsUnreadable.from_code("records.too_large", file=name, most=MOST_BYTES // 1_000_000)
    head = file.read(4_096)
    if not head.strip(b"\xef\xbb\xbf \t\r\n,;"):
        rest = file.read(MOST_BYTES)
        if not rest.strip(b" \t\r\n,;"):
            raise RecordsUnreadable.from_code("records.empty_file", file=name)
    container = _by_first_bytes(file, head, name)
    file.seek(0)
    return container


def _by_first_bytes(file: BinaryIO, head: bytes, name: str) -> Container:
    is_csv = name.lower().endswith(".csv")
    foreign = next((kind for magic, kind in _FOREIGN if head.startswith(magic)), None)
    markup = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    foreign = foreign or next((kind for start, kind in _MARKUP if markup.startswith(start)), None)
    if head.startswith(b"PK"):
        foreign = _check_zip(file, name)
    elif head.startswith(_OLE):
        foreign = _check_ole(file, name)
    elif not foreign and not is_csv:
        raise RecordsUnreadable.from_code("records.not_a_workbook", file=name)
    if foreign:
        raise RecordsUnreadable.from_code("records.other_kind", file=name, kind=foreign)
    return "workbook" if head.startswith((b"PK", _OLE)) else "csv"


def _check_zip(file: BinaryIO, name: str) -> str | None:
    """Return the kind of a zip that is not a workbook."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            encrypted = any(entry.flag_bits & 1 for entry in entries)
            manifest, mimetype = (_beginning_of(archive, part, names) for part in ("META-INF/manifest.xml", "mimetype"))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise RecordsUnreadable.from_code("records.broken", file=name) from error
    if foreign := next((kind for part, kind in _IN_ZIP if any(n.startswith(part) for n in names)), None):
        return foreign
    if encrypted or b"encryption-data" in manifest:
        raise RecordsUnreadable.from_code("records.password", file=name)
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED:
        raise RecordsUnreadable.from_code("records.unpacks_too_large", file=name, most=MOST_BYTES_UNPACKED // 1_000_000)
    if "xl/workbook.xml" in names or ("content.xml" in names and mimetype.strip() == _ODS):
        return None
    return "OpenDocument" if "content.xml" in names else "ZIP"


def _beginning_of(archive: zipfile.ZipFile, part: str, names: list[str]) -> bytes:
    if part not in names:
        return b""
    try:
        with archive.open(part) as stream:
            return stream.read(1_000_000)
    except (RuntimeError, zipfile.zlib.error):  # type: ignore[attr-defined]
        return b""


def _check_ole(file: BinaryIO, name: str) -> str | None:
    """Return the kind of an old Office file that is not an .xls; stream names are UTF-16."""
    file.seek(0)
    content = file.read()
    try:
        streams = {entry.name.lower() for entry in OleFile(content).entries}
    except ValueError:  # its likely kind is still reported
        streams = {name for name in _STREAMS if name.encode("utf-16-le") in content.lower()}
    if streams & {"encryptedpackage", "encryptioninfo"}:
        raise RecordsUnreadable.from_code("records.password", file=name)
    if streams & set(WORKBOOK_NAMES):
        return None
    return "DOC" if "worddocument" in streams else "PPT" if "powerpoint document" in streams else "OLE"
