"""Cells of a workbook that have no value: errors like #REF!, and formulas whose result was never calculated.

Calamine shows both as empty cells, and an empty quantity or an empty warning would print wrong without a word.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import IO
from xml.etree import ElementTree

from labelsvc.records.xls_faults import xls_faults

Faults = dict[str, dict[tuple[int, int], str]]
"""By sheet, row and column (from 0): the error, or the formula with its equals sign."""

_CHUNK = 4 << 20
_LONGEST = 8 * _CHUNK
"""Bytes of one cell with what follows the last one, a hundred times what a spreadsheet writes."""
_HINT = re.compile(rb't="e"|<f[ >/]')
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>")
_FORMULA = re.compile(rb"<f[^>]*>([^<]*)</f>")
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def faults_of(content: bytes) -> Faults:
    """Return the cells without a value. Raises ValueError, KeyError or OSError where the file is broken."""
    if not content.startswith(b"PK"):
        return xls_faults(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _ods_faults(archive) if "content.xml" in archive.namelist() else _xlsx_faults(archive)
    except (zipfile.BadZipFile, ElementTree.ParseError, zipfile.zlib.error, EOFError) as error:  # type: ignore[attr-defined]
        raise ValueError("broken workbook") from error


def _xlsx_faults(archive: zipfile.ZipFile) -> Faults:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 (expat bounds entities; no network)
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = {each.get("Id"): each.get("Target", "") for each in relations}
    faults = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            part = target.get(sheet.get(_RELATION), "")
            path = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
            if path in archive.namelist():
                with archive.open(path) as stream:
                    faults[sheet.get("name", "")] = dict(_faulty_cells(stream))
    return faults


def _faulty_cells(stream: IO[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        cut = max(rest.rfind(b"<c "), 0)
        yield from _faulty_cells_in(rest[:cut])
        rest = rest[cut:]
        if len(rest) > _LONGEST:
            raise ValueError("a cell without end")
    yield from _faulty_cells_in(rest)


def _faulty_cells_in(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    end = 0 if b't="e"' in xml or b"<f" in xml else len(xml)
    while hint := _HINT.search(xml, end):
        start = xml.rfind(b"<c ", 0, hint.start() + 1)
        end = max(xml.find(b"</c>", hint.start()), hint.end())
        cell = xml[start:end] if start >= 0 else b""
        opening = cell.partition(b">")[0]
        place = _PLACE.search(opening)
        if place and (fault := _fault_of(opening, cell)):
            yield (int(place[2]) - 1, _column(place[1])), fault


def _fault_of(opening: bytes, cell: bytes) -> str:
    value = _VALUE.search(cell)
    if b't="e"' in opening:
        return value[1].decode("utf-8", "replace") if value else "#N/A"
    if value or b't="str"' in opening or b"<f" not in cell:
        return ""
    formula = _FORMULA.search(cell)
    return "=" + (unescape(formula[1].decode("utf-8", "replace")) if formula else "…")


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _ods_faults(archive: zipfile.ZipFile) -> Faults:
    if b"table:formula" not in archive.read("content.xml"):
        return {}
    faults: Faults = {}
    found: dict[tuple[int, int], str] = {}
    row = column = 0
    with archive.open("content.xml") as stream:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314
            match event, element.tag.removeprefix(_TABLE):
                case "start", "table":
                    row, found = 0, faults.setdefault(element.get(f"{_TABLE}name", ""), {})
                case "start", "table-row":
                    column = 0
                case "end", "table-row":
                    row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                    element.clear()
                case "end", "table-cell" | "covered-table-cell":
                    if fault := _ods_fault(element):
                        found[row, column] = fault
                    column += int(element.get(f"{_TABLE}number-columns-repeated", "1"))
    return faults


def _ods_fault(cell: ElementTree.Element) -> str:
    formula = cell.get(f"{_TABLE}formula", "")
    if not formula:
        return ""
    if cell.get(f"{_CALC}value-type") == "error":
        return "".join(cell.itertext()).strip() or "Err:500"
    return "" if cell.get(f"{_OFFICE}value-type") else "=" + formula.partition("=")[2]
