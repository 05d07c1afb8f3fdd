"""manifest.csv: one row a piece, in the order of pages; safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection).
"""

from __future__ import annotations

from collections.abc import Sequence

from labelsvc.domain.formula_guard import guarded
from labelsvc.domain.sheet import Position
from labelsvc.pdf.units import number

MANIFEST_HEADER = "part,page,x_mm,y_mm,line,serial,code,url,product,producer,stars"
END_OF_ROW = "\r\n"


def cell(text: str) -> str:
    """Return a text as a cell of a CSV file (RFC 4180), never a formula."""
    text = guarded(text)
    if any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def place_cells(positions: Sequence[Position]) -> list[str]:
    """Return ``x_mm,y_mm,`` of each position, at most two decimals."""
    return [f"{number(position.x_mm)},{number(position.y_mm)}," for position in positions]


def end_cells(product: str, producer: str, stars: int) -> str:
    """Return what ends every row of a line: product, producer, stars."""
    return f",{cell(product)},{cell(producer)},{stars}{END_OF_ROW}"


def page_rows(
    part: int,
    page: int,
    places: Sequence[str],
    lines: Sequence[str],
    ends: Sequence[str],
    serials: Sequence[int],
    codes: Sequence[str],
    urls: Sequence[str],
) -> bytes:
    """Return the rows of a page; ``page`` counts from 1, all sequences hold one entry a piece."""
    head = f"{part},{page},"
    return "".join(
        [
            f"{head}{place}{line}{serial},{code},{url}{end}"
            for place, line, end, serial, code, url in zip(places, lines, ends, serials, codes, urls, strict=True)
        ]
    ).encode()
