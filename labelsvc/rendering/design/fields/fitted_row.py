"""One row of the legal fields as it is set, and the columns that all rows stand in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from labelsvc.pdf.inks import Ink
from labelsvc.rendering.design.fields.cell_table import FittedTable
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox

BASELINE = 0.78
"""The position of a row's first baseline from its top, as a share of its leading."""


@dataclass(frozen=True, slots=True)
class FittedRow:
    """One row of the legal fields: its label, and its value or, where the record lacks it, room to write or to stamp.

    ``stamped``: the value is stamped later, in a box. ``above_pt`` is the blank that its ink needs above its height: Ẳ
    must not touch the dot of ợ in the row before. ``ink`` is that of a value with a type of its own, which begins at
    the left edge where it is ``wide``, ``drop_pt`` below the label's baseline.
    """

    name: str
    label: FittedText
    value: FittedText
    height_pt: float
    baseline_pt: float
    above_pt: float = 0.0
    stamped: bool = False
    ink: Ink | None = None
    wide: bool = False
    table: FittedTable | None = None
    drop_pt: float = 0.0

    @property
    def texts(self) -> list[FittedText]:
        """The texts that are printed."""
        cells = [text for cell in self.table.cells for text in (cell.name, cell.amount)] if self.table else []
        return [text for text in (self.label, self.value, *cells) if text.lines]


@dataclass(frozen=True, slots=True)
class RowColumns:
    """The size of the rows, and the boxes of their labels and values."""

    size_pt: float
    share: float
    label_width_mm: float
    label: TextBox
    value: TextBox


@lru_cache(4_096)
def row_box(
    width_mm: float, height_mm: float, size_pt: float, leading: float, balanced: bool, apart_mm: float
) -> TextBox:
    """Return a box of one size for a row's text, the same one for the same measures: fits are remembered by box."""
    return TextBox(width_mm, height_mm, size_pt, size_pt, 12, leading, balanced, apart_mm=apart_mm)
