"""What calamine does not tell: faults in any spelling of XML, forms of numbers, what is hidden, merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.records.ole_file import OleFile
from tests.samples.records_files import BOWL, HEADINGS, TEA, VIETNAMESE, read, refusals, saved, whys, xls_of, xlsx_of

SHEET = "xl/worksheets/sheet1.xml"
STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def rewritten(content: bytes, change: Callable[[str, str], str]) -> bytes:
    """The workbook with every part of XML changed."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.infolist():
            target.writestr(entry.filename, change(entry.filename, source.read(entry).decode()))
    return stream.getvalue()


def with_prefix(part: str, xml: str) -> str:
    if part != SHEET:
        return xml
    return re.sub(r"<(/?)([a-zA-Z]+)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")


def without_references(part: str, xml: str) -> str:
    return re.sub(r' r="[A-Z]*[0-9]+"', "", xml) if part == SHEET else xml


def with_single_quotes(part: str, xml: str) -> str:
    return xml.replace("'", "&#39;").replace('"', "'") if part == SHEET else xml


def strict(part: str, xml: str) -> str:
    for transitional, namespace in STRICT.items():
        xml = xml.replace(transitional, namespace) if not part.startswith("_rels") else xml
    return xml


@pytest.mark.parametrize("change", [with_prefix, without_references, with_single_quotes, strict])
def test_formulas_and_errors_are_refused_in_every_spelling_of_the_xml(change: Callable[[str, str], str]) -> None:
    rows = [(*HEADINGS, "Số lượng", "Nhãn hiệu"), (*TEA, "=1000+500", "Sen"), (*BOWL, 5, "#REF!"), (*TEA, 7, "ok")]

    found = read(rewritten(xlsx_of(("Tờ", rows)), change), "a.xlsx")

    assert refusals(found) == [["records.formula"], ["records.error_cell"]]
    assert len(found.rows) == 1


def test_a_document_type_in_a_sheet_is_refused() -> None:
    content = rewritten(
        xlsx_of(("Tờ", [HEADINGS, TEA])),
        lambda part, xml: f'<!DOCTYPE x [<!ENTITY a "b">]>{xml}' if part == SHEET else xml,
    )

    with pytest.raises(RecordsUnreadable) as refused:
        read(content, "a.xlsx")
    assert whys(refused.value.problems) == ["records.broken"]


def formatted_xlsx(*cells: tuple[object, str]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append((*HEADINGS, "Số quyết định"))
    for number, (value, code) in enumerate(cells, 2):
        sheet.append((f"{TEA[0]} {number}", *TEA[1:], value))
        sheet.cell(number, 5).number_format = code
    return saved(book)


def formatted_xls(*cells: tuple[object, str]) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Tờ")
    rows = [(*HEADINGS, "Số quyết định"), *((f"{TEA[0]} {n}", *TEA[1:], value) for n, (value, _) in enumerate(cells))]
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            style = xlwt.easyxf(num_format_str=cells[r - 1][1]) if r and c == 4 else xlwt.Style.default_style
            sheet.write(r, c, value, style)
    return saved(book)


@pytest.mark.parametrize(("make", "name"), [(formatted_xlsx, "a.xlsx"), (formatted_xls, "a.xls")])
def test_identifiers_keep_the_form_that_the_spreadsheet_shows(make: Callable[..., bytes], name: str) -> None:
    content = make((79, "0000"), (79, '0000"/QĐ-UBND"'), (7, '"OCOP-"000'), (12024, "00-0000"), (1234, "General"))

    numbers = [row.recognition.decision_number for row in read(content, name).rows]

    assert numbers == ["0079", "0079/QĐ-UBND", "OCOP-007", "01-2024", "1234"]


def test_identifiers_that_lost_digits_or_have_an_unknown_form_are_refused() -> None:
    found = read(formatted_xlsx((20250100012345678, "General"), ("2.02501E+16", "@"), (0.5, "# ?/?")), "a.xlsx")

    assert refusals(found) == [["records.digits_lost"], ["records.digits_lost"], ["records.number_format"]]


def test_formats_leave_quantities_stars_and_bar_codes_alone() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append((*HEADINGS, "Số lượng", "GTIN"))
    book.active.append((*TEA[:2], 4, TEA[3], 1500, 36000291452))
    for column, code in (("C", '0" sao"'), ("E", "#,##0"), ("F", "000000000000")):
        book.active[f"{column}2"].number_format = code

    (row,) = read(saved(book), "a.xlsx").rows

    assert (row.recognition.stars, row.quantity, row.product.gtin) == (4, 1_500, "036000291452")


def test_rows_and_columns_that_are_hidden_are_left_out_and_named() -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in ((*HEADINGS, "Số lượng"), (*TEA, 5), (*BOWL, 6), (f"{BOWL[0]} 2", *BOWL[1:], 7)):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.row_dimensions[4].hidden = True
    book.active.column_dimensions["E"].hidden = True

    found = read(saved(book), "a.xlsx")

    assert [row.product.name for row in found.rows] == [TEA[0]]
    assert found.rows[0].quantity is None
    assert whys(found.warnings) == ["records.column_hidden", "records.rows_hidden"]
    assert "E «Số lượng»" in VIETNAMESE.explain(found.warnings[0])
    assert "3–4" in VIETNAMESE.explain(found.warnings[1])


def test_hidden_rows_of_an_xls_are_left_out_and_named() -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Tờ")
    for r, row in enumerate((HEADINGS, TEA, BOWL)):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    sheet.row(2).hidden = True

    found = read(saved(book), "a.xls")

    assert len(found.rows) == 1
    assert whys(found.warnings) == ["records.rows_hidden"]


def ods_table() -> bytes:
    """Two heading rows with merged cells, a brand merged downwards, a filtered row, a number with a form."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="Tờ")

    def add(*cells: tuple[str, int, int] | str | None, **attributes: str) -> None:
        row = TableRow(**attributes)
        for each in cells:
            if each is None:
                row.addElement(CoveredTableCell())
                continue
            text, rows, columns = (each, 1, 1) if isinstance(each, str) else each
            cell = TableCell(valuetype="string", numberrowsspanned=rows, numbercolumnsspanned=columns)
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)

    add(("Tên sản phẩm", 2, 1), ("Chủ thể", 2, 1), ("Hạng sao", 2, 1), ("Quyết định", 1, 2), None, ("Nhãn hiệu", 2, 1))
    add(None, None, None, "Số", "Ngày", None)
    add("Trà sen", "HTX A", "4", "12/QĐ", "05/03/2025", ("Sen Việt", 3, 1))
    add("Trà nhài", "HTX A", "4", "12/QĐ", "05/03/2025", None)
    add("Trà cúc", "HTX A", "4", "12/QĐ", "05/03/2025", None, visibility="filter")
    book.spreadsheet.addElement(table)
    return saved(book)


def test_ods_merged_cells_and_double_headings_read_like_xlsx() -> None:
    found = read(ods_table(), "a.ods")

    assert [(row.product.name, row.product.brand) for row in found.rows] == [
        ("Trà sen", "Sen Việt"),
        ("Trà nhài", "Sen Việt"),
    ]
    assert found.rows[0].recognition.decision_number == "12/QĐ"
    assert whys(found.warnings) == ["records.rows_hidden"]


@pytest.mark.parametrize("name", ["WORKBOOK", "workbook", "BOOK", "Book"])
def test_an_xls_is_known_whatever_the_case_of_its_stream(name: str) -> None:
    content = xls_of([HEADINGS, TEA])
    file = OleFile(content)
    entry = file.find("workbook")
    assert entry is not None

    assert len(read(file.renamed(entry, name), "a.xls").rows) == 1


def test_a_protected_xls_is_called_so() -> None:
    content = bytearray(xls_of([HEADINGS, TEA]))
    interface = content.find(b"\xe1\x00\x02\x00\xb0\x04")
    content[interface : interface + 2] = b"\x2f\x00"

    with pytest.raises(RecordsUnreadable) as refused:
        read(bytes(content), "a.xls")
    assert whys(refused.value.problems) == ["records.password"]
