"""Details of the sheets of an .xlsx, read from its XML. Source: ECMA-376 part 1, 18.3 and 18.8; Strict too."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from lxml import etree

from labelsvc.records.number_format import BUILT_IN, changes_form, shown_in
from labelsvc.records.sheet_details import Details, SheetDetails

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_COLUMNS = 16_384
_MOST_STYLES = 30
_CHUNK, _OVERLAP = 1 << 20, 16
_SIGNS = {
    b"": (b"<f", b":f", b'"e"', b"hidden", b"\0"),
    b'="0"': (b'ht="0"', b'width="0"'),
    b"'": (b"'e'", b"ht='0'", b"width='0'", b"'&"),
    b"&": (b'"&',),
    b"!": (b"<!",),
}
"""Without one of these bytes no part has a formula, an error, or a row or column that is hidden or has no size.

They stand under what all of a line have in common, which most lists lack and which is looked for first.
"""
_YES = ("1", "true")


def xlsx_details(archive: zipfile.ZipFile) -> Details:
    """Return the details of every sheet. Raises ValueError, KeyError or etree.LxmlError if the file is broken."""
    names = set(archive.namelist())
    book = read_xml(archive, "xl/workbook.xml")
    targets = {each.get("Id"): each.get("Target", "") for each in read_xml(archive, "xl/_rels/workbook.xml.rels")}
    formats = _formats(read_xml(archive, "xl/styles.xml")) if "xl/styles.xml" in names else {}
    details: Details = {}
    for sheet in book.iter("{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        part = posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/")
        if part in names and _has_details(archive, part, formats):
            with archive.open(part) as stream:
                details[sheet.get("name", "")] = _sheet(stream, formats)
    return details


def _has_details(archive: zipfile.ZipFile, part: str, formats: Mapping[str, str]) -> bool:
    """Return whether the XML reader may find anything in a part: most long lists hold values alone."""
    if formats:
        return True
    with archive.open(part) as stream:
        end = b""
        while chunk := stream.read(_CHUNK):
            chunk = end + chunk
            if any(sign in chunk for common, signs in _SIGNS.items() if common in chunk for sign in signs):
                return True
            end = chunk[-_OVERLAP:]
    return False


def read_xml(archive: zipfile.ZipFile, part: str) -> Any:
    """Return a small part's root; entities are left alone, and a part that declares any is refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(archive.read(part), parser)
    refuse_doctype(root)
    return root


def refuse_doctype(element: Any) -> None:
    """Raise ValueError if a part has a document type: no spreadsheet writes one, attackers do."""
    if element.getroottree().docinfo.doctype:
        raise ValueError("a document type in a workbook")


def elements(stream: IO[bytes], *tags: str) -> Iterator[Any]:
    """Yield the elements of these names when they end, and free each before the next."""
    known = [f"{{*}}{tag}" for tag in tags]
    walk = etree.iterparse(stream, events=("end",), tag=known, resolve_entities=False, no_network=True)
    for number, (_, element) in enumerate(walk):
        if not number:
            refuse_doctype(element)
        yield element
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]


def _formats(styles: Any) -> Mapping[str, str]:
    """Return the number formats that change a number's form, by the style that a cell names."""
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter("{*}numFmt")}
    formats = {}
    for cells in styles.iter("{*}cellXfs"):
        for index, style in enumerate(cells.iter("{*}xf")):
            number = style.get("numFmtId", "0")
            code = codes.get(number) or BUILT_IN.get(int(number), "")
            if code and changes_form(code):
                formats[str(index)] = code
    return formats


def _sheet(stream: IO[bytes], formats: Mapping[str, str]) -> SheetDetails:
    details = SheetDetails()
    number = -1
    cells_of = _telling_cells(formats)
    for element in elements(stream, "row", "col"):
        if element.tag.endswith("}col"):
            if _is_hidden(element, "width"):
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                details.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))
            continue
        number = int(element.get("r", number + 2)) - 1
        if _is_hidden(element, "ht"):
            details.hidden_rows.add(number)
        for cell in cells_of(element):
            _look_at(cell, number, formats, details)
    return details


def _telling_cells(formats: Mapping[str, str]) -> Any:
    """Return what selects a row's cells that may have a fault or a form: in XPath, for most cells have neither."""
    styles = [f'@s="{style}"' for style in formats]
    conditions = ['@t="e"', "*[2]", '*[local-name()="f"]', *(styles if len(styles) <= _MOST_STYLES else ["@s"])]
    return etree.XPath(f"*[{' or '.join(conditions)}]")


def _is_hidden(element: Any, size: str) -> bool:
    return element.get("hidden") in _YES or element.get(size) == "0"


def _look_at(cell: Any, number: int, formats: Mapping[str, str], details: SheetDetails) -> None:
    reference, kind, style = cell.get("r"), cell.get("t"), cell.get("s")
    column = column_of(reference) if reference else _column_by_order(cell)
    if fault := _fault_of(cell, kind):
        details.faults[number, column] = fault
    if style in formats and kind in (None, "n") and (value := cell.findtext("{*}v")):
        details.shown[number, column] = shown_in(formats[style], float(value))


def _column_by_order(cell: Any) -> int:
    """Return the column of a cell without a reference: it stands right of the one before it."""
    column = -1
    for each in cell.getparent():
        reference = each.get("r")
        column = column_of(reference) if reference else column + 1
        if each is cell:
            break
    return column


def _fault_of(cell: Any, kind: str | None) -> str:
    value = cell.findtext("{*}v")
    if kind == "e":
        return value or "#N/A"
    formula = cell.find("{*}f")
    if value or kind == "str" or formula is None:
        return ""
    return "=" + (formula.text or "…")


def column_of(reference: str) -> int:
    """Return the column of a reference like "AB12", from 0. Raises ValueError if it is invalid."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError("no cell reference")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return column - 1
