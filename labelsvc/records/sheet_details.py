"""Sheet details that calamine lacks: cells without value, number formats, hidden rows and columns, merged cells.

An empty quantity or warning would silently print wrong, and so would "79" for "0079/QĐ-UBND".
"""

from __future__ import annotations

from dataclasses import dataclass, field

CellAddress = tuple[int, int]
"""Row and column, from 0."""


@dataclass(slots=True)
class SheetDetails:
    """Of one sheet, rows and columns from 0.

    ``faults``: the error (``#REF!``), or the formula without a result, with its equals sign. ``shown``: the format of a
    number if it is not just its digits; None if not understood. ``merged``: first row, first column, last row, last
    column; None if calamine knows them.
    """

    faults: dict[CellAddress, str] = field(default_factory=dict)
    shown: dict[CellAddress, str | None] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] | None = None


Details = dict[str, SheetDetails]
"""By the sheet's name."""
