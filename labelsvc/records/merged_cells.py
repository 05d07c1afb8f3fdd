"""Merged cells: a producer's cell merged beside five products applies to all five."""

from __future__ import annotations

from collections.abc import Sequence

from labelsvc.records.columns import COLUMN
from labelsvc.records.headings import Headings
from labelsvc.records.text import CellValue

OWN_KINDS = ("quantity", "gtin", "score")
"""Cells that belong to a single product: merged over several rows they are meaningless."""


class MergedCells:
    """The merged cells of a sheet's records. Calamine gives the value of each in its upper left cell only."""

    def __init__(self, merged: Sequence[tuple[int, int, int, int]], headings: Headings) -> None:
        below = [area for area in merged if area[0] > headings.last_row]
        self._titles = {top for top, left, _, right in below if right > left}
        self._bottoms = {(top, left): bottom for top, left, bottom, _ in below if bottom > top}
        self._columns = sorted({left for _, left in self._bottoms} & set(headings.fields))
        self._fields = headings.fields
        self._open: dict[int, tuple[int, CellValue]] = {}

    def spans_columns(self, row: int) -> bool:
        """Return whether a cell of this row is merged over several columns, as titles are."""
        return row in self._titles

    def fill(self, row: int, cells: list[CellValue]) -> list[str]:
        """Copy values merged from above into the row's cells; call it row by row, downwards.

        Returns the fields that are merged over rows but must not be.
        """
        wrong = []
        for column in self._columns:
            if bottom := self._bottoms.get((row, column)):
                self._open[column] = bottom, cells[column] if column < len(cells) else ""
            bottom, value = self._open.get(column, (0, ""))
            if row <= bottom:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value
                if COLUMN[self._fields[column]].kind in OWN_KINDS:
                    wrong.append(self._fields[column])
        return wrong
