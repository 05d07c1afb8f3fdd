"""Records files as offices send them, made for a test."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO, StringIO

import pytest

from labelsvc.domain.errors import Problem, RecordsUnreadable
from labelsvc.records.records_file import RecordsFile, read_records
from labelsvc.wording import Wording
from tests import CHECKOUT

TODAY = date(2026, 11, 24)
HEADINGS = ("Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày quyết định")
TEA = ("Trà sen Tây Hồ", "Hợp tác xã Quảng An", "4", "05/03/2025")
BOWL = ("Bát gốm men lam", "Công ty TNHH Bát Tràng", "5", "31/12/2025")
WORDING = CHECKOUT / "templates" / "wording"
VIETNAMESE = Wording(WORDING, "vi")

Rows = Sequence[Sequence[object]]


def read(content: bytes, name: str = "a.csv") -> RecordsFile:
    """Read a file that is sent as a stream."""
    return read_records(BytesIO(content), name, TODAY)


def csv_of(*rows: Sequence[object], separator: str = ",") -> bytes:
    """A CSV in UTF-8 without a mark."""
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue().encode()


def xlsx_of(*sheets: tuple[str, Rows], merged: Sequence[str] = ()) -> bytes:
    """A workbook; ``merged`` cells are of the first sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    return saved(book)


def saved(book: object) -> bytes:
    """What a workbook of openpyxl, xlwt or odfpy saves."""
    stream = BytesIO()
    book.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def xls_of(rows: Rows, title: str = "Gia Lâm") -> bytes:
    """An old workbook of one sheet."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet(title)
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value, day) if isinstance(value, date) else sheet.write(r, c, value)
    return saved(book)


def ods_of(rows: Rows, title: str = "Gia Lâm") -> bytes:
    """A LibreOffice workbook of one sheet."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name=title)
    for row in rows:
        line = TableRow()
        for value in row:
            match value:
                case date():
                    cell = TableCell(valuetype="date", datevalue=value.isoformat())
                case int() | float():
                    cell = TableCell(valuetype="float", value=value)
                case _:
                    cell = TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    return saved(book)


def with_sheet_xml(content: bytes, old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with something else in the XML of its first sheet."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == part:
                assert old in data, data[:2000]
                data = data.replace(old, new)
            target.writestr(entry, data)
    return stream.getvalue()


def whys(problems: Sequence[Problem]) -> list[str]:
    """The codes of what is wrong, without its places."""
    return [why.code if isinstance(why := problem.facts.get("why"), Problem) else problem.code for problem in problems]


def refusals(found: RecordsFile) -> list[list[str]]:
    """The codes of what is wrong with each refused row."""
    return [whys(row.problems) for row in found.refused]


def refused_with(content: bytes, name: str = "a.csv") -> list[str]:
    with pytest.raises(RecordsUnreadable) as refused:
        read(content, name)
    for problem in refused.value.problems:
        assert name in VIETNAMESE.explain(problem)
    return whys(refused.value.problems)
