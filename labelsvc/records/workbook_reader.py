"""Reads a workbook in its own process (see workbook.py): the file comes in, JSON lines go out.

A workbook may be built to fill the memory or to end the process that reads it (two cells in opposite corners make
calamine ask for 500 GB, and Rust aborts). So this process has its memory and its time limited, and whoever started it
sees nothing worse than an answer that does not end.

Lines: ``{"sheet": name, "hidden": bool, "merged": [[first row, first column, last row, last column], …], "hidden_rows":
[…], "hidden_columns": […]}``, then one ``[row, cells]`` for each row that is not empty, then the next sheet; last
``{"end": true}`` or ``{"refused": "password" | "broken" | "rows" | "memory"}``. Rows and columns count from 0. A day is
text beginning with DAY; a cell that has no value is text beginning with FAULT, then the formula or the error; a number
that is shown in another form is text beginning with FORM, then the number, a NUL and what is shown, if that is known.
"""

from __future__ import annotations

import datetime
import json
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, TextIO
from zipfile import BadZipFile, ZipFile

from labelsvc.limited_process import limit_memory, limit_seconds
from labelsvc.records.sheet_details import Details, SheetDetails

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

DAY, FAULT, FORM = "\x00d", "\x00f", "\x00n"
MOST_ROWS = 200_000
LONGEST_CELL = 32_767
"""Characters: no spreadsheet writes more, and every column accepts less, so that a cut text is refused."""
MEMORY = 1 << 30
"""Bytes of address space. 200,000 rows of 18 columns take 270 MB."""
SECONDS = 60


def main() -> None:
    """Read the workbook on standard input."""
    limit_memory(MEMORY)
    limit_seconds(SECONDS)
    from lxml.etree import LxmlError
    from python_calamine import CalamineError, PasswordError

    from labelsvc.records.xls_details import PasswordNeeded

    out = open(1, "w", encoding="utf-8", errors="surrogatepass", closefd=False)  # noqa: SIM115
    try:
        rows = write_sheets(sys.stdin.buffer.read(), out)
        answer: dict[str, object] = {"end": True} if rows <= MOST_ROWS else {"refused": "rows"}
    except (PasswordError, PasswordNeeded):
        answer = {"refused": "password"}
    except (CalamineError, LxmlError, BadZipFile, zlib.error, OSError, ValueError, KeyError, EOFError):
        answer = {"refused": "broken"}
    except MemoryError:
        answer = {"refused": "memory"}
    print(json.dumps(answer), file=out, flush=True)


def write_sheets(content: bytes, out: TextIO) -> int:
    """Write all sheets; return the rows written, or more than MOST_ROWS as soon as the limit is exceeded."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    count = 0
    details, content = _details_of(content)
    with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
        for index, about in enumerate(workbook.sheets_metadata):
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            hidden = about.visible is not SheetVisibleEnum.Visible
            sheet = workbook.get_sheet_by_index(index)
            if sheet.height > MOST_ROWS and sum(any(row) for row in sheet.iter_rows()) > MOST_ROWS:
                return MOST_ROWS + 1
            detail = details.get(about.name) or SheetDetails()
            print(_heading_line(about.name, hidden, sheet, detail), file=out)
            for line in () if hidden else lines_of(sheet, detail):
                count += 1
                if count > MOST_ROWS:
                    return count
                print(line, file=out)
    return count


def _details_of(content: bytes) -> tuple[Details, bytes]:
    """Return the details of all sheets, and the content as calamine reads it."""
    if not content.startswith(b"PK"):
        from labelsvc.records.xls_details import with_known_stream, xls_details

        return xls_details(content), with_known_stream(content)
    from labelsvc.records.ods_details import ods_details
    from labelsvc.records.xlsx_details import xlsx_details

    with ZipFile(BytesIO(content)) as archive:
        return (ods_details if "content.xml" in archive.namelist() else xlsx_details)(archive), content


def _heading_line(name: str, hidden: bool, sheet: CalamineSheet, detail: SheetDetails) -> str:
    merged = detail.merged
    if merged is None:
        merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    about = {"sheet": name, "hidden": hidden, "merged": merged}
    hidden_parts = {"hidden_rows": sorted(detail.hidden_rows), "hidden_columns": sorted(detail.hidden_columns)}
    return json.dumps(about | hidden_parts)


def lines_of(sheet: CalamineSheet, detail: SheetDetails) -> Iterator[str]:
    """Yield the non-empty rows as JSON. Calamine leaves out the empty columns before the first."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    faulty: dict[int, dict[int, str]] = {}
    for (row, column), text in detail.faults.items():
        faulty.setdefault(row, {})[column] = FAULT + text
    forms: dict[int, dict[int, str | None]] = {}
    for (row, column), form in detail.shown.items():
        forms.setdefault(row, {})[column] = form
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=marked).encode
    last = -1
    for number, values in enumerate(sheet.iter_rows()):
        last = number
        cells: list[Any] = left + values
        for column, form in forms.pop(number, {}).items():
            if column < len(cells) and isinstance(cells[column], int | float):
                cells[column] = f"{FORM}{cells[column]!r}" + ("" if form is None else f"\x00{form}")
        for column, text in faulty.pop(number, {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = text
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        line = encode([number, cells])
        if len(line) > LONGEST_CELL:
            line = encode([number, [cell[:LONGEST_CELL] if isinstance(cell, str) else cell for cell in cells]])
        yield line
    for number, texts in sorted(faulty.items()):
        if number > last:
            yield encode([number, [texts.get(column, "") for column in range(max(texts) + 1)]])


def marked(value: object) -> str:
    """Return a day as marked text, and a time of the clock or a duration as plain text."""
    if isinstance(value, datetime.datetime):
        return DAY + value.date().isoformat()
    return DAY + value.isoformat() if isinstance(value, datetime.date) else str(value)
