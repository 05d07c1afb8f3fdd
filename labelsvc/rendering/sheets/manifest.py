"""manifest.csv: one row per piece, in page order; safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection).
"""

from __future__ import annotations

from collections.abc import Sequence

from labelsvc.domain.layout import Position
from labelsvc.formula_guard import guarded
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
    page: tuple[int, int],
    places: Sequence[str],
    runs: Sequence[tuple[str, str]],
    serials: Sequence[int],
    codes: Sequence[str],
    urls: Sequence[str],
) -> bytes:
    """Return the rows of a page: ``page`` is part and page, from 1; the others hold one entry a piece.

    ``runs``: what stands between place and serial, and what ends a row: ``line,`` and :func:`end_cells`.
    """
    head = "{},{},".format(*page)
    return "".join(
        [
            f"{head}{place}{line}{serial},{code},{url}{end}"
            for place, (line, end), serial, code, url in zip(places, runs, serials, codes, urls, strict=True)
        ]
    ).encode()
