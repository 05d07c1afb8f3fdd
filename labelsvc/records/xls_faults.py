"""Cells of an old .xls without a value: errors, and formulas that were never calculated.

Sources: [MS-CFB] for the container, [MS-XLS] for the records (BoundSheet8 2.4.28, BoolErr 2.4.24, Formula 2.4.127).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_BOF, _EOF, _BOUND_SHEET, _BOOL_ERR, _FORMULA = 0x0809, 0x000A, 0x0085, 0x0205, 0x0006
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_NO_NUMBER, _ERROR, _EMPTY_TEXT = 0xFFFF, 2, 3
_SMALL = 4_096
_LAST_SECTOR = 0xFFFFFFFA

Cells = dict[tuple[int, int], str]


def xls_faults(content: bytes) -> dict[str, Cells]:
    """Return them by sheet, row and column (from 0). What is no readable .xls has none; calamine refuses it."""
    try:
        book = _stream(content, ("Workbook", "Book"))
        faults, calculated = {}, False
        never: dict[str, Cells] = {}
        for name, start in list(_sheets(book)):
            faults[name], never[name], some = _faults_of_sheet(book, start)
            calculated = calculated or some
        if not calculated:  # a program wrote the formulas and nothing ever opened the file
            for name, cells in never.items():
                faults[name] |= cells
        return faults
    except (struct.error, IndexError, ValueError):
        return {}


def _sheets(book: bytes) -> Iterator[tuple[str, int]]:
    for kind, data, _ in _records(book, 0):
        if kind == _BOUND_SHEET:
            start, length, wide = struct.unpack_from("<I2xBB", data)
            name = data[8 : 8 + length * 2].decode("utf-16-le") if wide & 1 else data[8 : 8 + length].decode("latin-1")
            yield name, start


def _faults_of_sheet(book: bytes, start: int) -> tuple[Cells, Cells, bool]:
    """Return a sheet's errors, its formulas with an empty result, and whether any formula has a result."""
    errors: Cells = {}
    empty: Cells = {}
    calculated = False
    for kind, data, depth in _records(book, start):
        if depth != 1 or kind not in (_BOOL_ERR, _FORMULA):
            continue
        place = struct.unpack_from("<HH", data)
        if kind == _BOOL_ERR:
            if data[7]:
                errors[place] = _ERRORS.get(data[6], "#N/A")
            continue
        result, marker = data[6], struct.unpack_from("<H", data, 12)[0]
        if marker == _NO_NUMBER and result == _EMPTY_TEXT:
            empty[place] = "=…"
        else:
            calculated = True
            if marker == _NO_NUMBER and result == _ERROR:
                errors[place] = _ERRORS.get(data[8], "#N/A")
    return errors, empty, calculated


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield the records of one substream with the depth at which they stand: charts lie within sheets."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        yield kind, book[at + 4 : at + 4 + length], depth
        at += 4 + length


def _stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """Return the first stream of one of these names; a file system of 512-byte (or larger) sectors holds it."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    (first_directory,) = struct.unpack_from("<I", content, 48)
    (first_small_table,) = struct.unpack_from("<I", content, 60)
    table = _sector_table(content, size)
    directory = _chain(content, table, first_directory, size)
    root = directory[:128]
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(length - 2, 0)].decode("utf-16-le", "replace") in names:
            start, bytes_long = struct.unpack_from("<II", entry, 116)
            if bytes_long >= _SMALL:
                return _chain(content, table, start, size)[:bytes_long]
            small = _chain(content, table, struct.unpack_from("<I", root, 116)[0], size)
            small_table = _numbers(_chain(content, table, first_small_table, size))
            return _chain(small, small_table, start, 64, header=0)[:bytes_long]
    raise ValueError("no workbook stream")


def _sector_table(content: bytes, size: int) -> tuple[int, ...]:
    """Return which sector follows each sector."""
    listed = list(struct.unpack_from("<109I", content, 76))
    more = struct.unpack_from("<I", content, 68)[0]
    seen: set[int] = set()
    while more < _LAST_SECTOR and more not in seen:
        seen.add(more)
        sector = _numbers(content[(more + 1) * size : (more + 2) * size])
        listed += sector[:-1]
        more = sector[-1]
    return _numbers(b"".join(content[(at + 1) * size : (at + 2) * size] for at in listed if at < _LAST_SECTOR))


def _chain(content: bytes, table: tuple[int, ...], sector: int, size: int, header: int = 1) -> bytes:
    parts: list[bytes] = []
    while sector < _LAST_SECTOR and len(parts) <= len(table):
        parts.append(content[(sector + header) * size : (sector + header + 1) * size])
        sector = table[sector]
    return b"".join(parts)


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
