"""What calamine does not tell of a sheet: cells without a value, the form of numbers, what is hidden, merged cells.

An empty quantity or an empty warning would print wrong without a word, and so would "79" for "0079/QĐ-UBND".
"""

from __future__ import annotations

from dataclasses import dataclass, field

CellAddress = tuple[int, int]
"""Row and column, from 0."""


@dataclass(slots=True)
class SheetDetails:
    """Of one sheet, rows and columns from 0.

    ``faults``: the error (``#REF!``), or the formula without a result, with its equals sign. ``shown``: the form of a
    number where it is not just its digits; None where the form is not understood. ``merged``: first row, first column,
    last row, last column; None where calamine knows them.
    """

    faults: dict[CellAddress, str] = field(default_factory=dict)
    shown: dict[CellAddress, str | None] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] | None = None


Details = dict[str, SheetDetails]
"""By the sheet's name."""
