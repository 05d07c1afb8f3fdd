"""Tables within the legal fields, such as nutrition: cells of a name and an amount, some beside one another.

A table's text is its cells, with ``;`` between them, each a name, ``|`` and an amount. Rules stand above the first
line, between lines and below the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT, points
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, normalised
from labelsvc.rendering.typesetting.fonts import FontFace

BETWEEN_MM = 2.5
"""The blank between two cells that stand beside one another."""
_MOST_OF_A_CELL = 0.55
_APART_MM = 0.6
"""The blank between a name and its amount."""
_INSET_EM = 0.18
"""Between a rule and the ink of the line above or below it."""


@dataclass(frozen=True, slots=True)
class FittedCell:
    """A name and its amount; ``x_pt`` from the table's left edge, ``baseline_pt`` below its upper edge."""

    name: FittedText
    amount: FittedText
    x_pt: float
    baseline_pt: float


@dataclass(frozen=True, slots=True)
class FittedTable:
    """A table's cells, how far below its upper edge its rules stand, and where amounts begin in a cell."""

    cells: tuple[FittedCell, ...]
    rules_pt: tuple[float, ...]
    amount_left_pt: float

    @property
    def height_pt(self) -> float:
        """From the first rule to the last one."""
        return self.rules_pt[-1]


@dataclass(frozen=True, slots=True)
class TableType:
    """The faces of a table's names and amounts, its size, its width, and how many cells stand side by side."""

    name_face: FontFace
    face: FontFace
    size_pt: float
    width_mm: float
    columns: int

    @property
    def cell_width_mm(self) -> float:
        """The width of a cell."""
        return (self.width_mm - BETWEEN_MM * (self.columns - 1)) / self.columns


def fit_table(text: str, look: TableType, box: Callable[[float], TextBox], field: str) -> FittedTable | Problem:
    """Return a table; ``box`` makes the box of a width in mm. Amounts take what the widest needs, names the rest.

    Problems: design.table_too_narrow, and those of a text that does not fit.
    """
    cells = [cell.partition("|") for cell in filter(str.strip, text.split(";"))]
    amount_mm = _amount_width_mm(look, [amount for _, _, amount in cells])
    name_mm = look.cell_width_mm - amount_mm - _APART_MM
    if min(name_mm, amount_mm) <= 0:
        facts = {"field": field, "width_mm": look.width_mm, "columns": look.columns}
        return Problem("design.table_too_narrow", facts)
    name_box, amount_box = box(name_mm), box(amount_mm)
    pairs: list[tuple[FittedText, FittedText]] = []
    for written, _, held in cells:
        name, amount = fit_text(look.name_face, written, name_box, field), fit_text(look.face, held, amount_box, field)
        if isinstance(name, Problem):
            return name
        if isinstance(amount, Problem):
            return amount
        pairs.append((name, amount))
    return _placed(pairs, look, look.cell_width_mm - amount_mm)


def _amount_width_mm(look: TableType, amounts: Sequence[str]) -> float:
    """Return the width of the widest amount, at most a part of the cell; a letter that is missing is reported later."""
    written = [normalised(amount) for amount in amounts]
    reach = max((look.face.advance(each) for each in written if not look.face.missing(each)), default=0.0)
    needed = (reach * look.size_pt / 1000 + 0.1) * MM_PER_POINT
    return min(max(needed, 1.0), _MOST_OF_A_CELL * look.cell_width_mm)


def _placed(pairs: list[tuple[FittedText, FittedText]], look: TableType, amount_left_mm: float) -> FittedTable:
    inset, width = _INSET_EM * look.size_pt, points(look.cell_width_mm)
    cells: list[FittedCell] = []
    rules = [0.0]
    for line in _lines(pairs, look.columns):
        texts = [text for pair in line for text in pair if text.lines]
        baseline = rules[-1] + inset + max((text.ink_top_pt for text in texts), default=0.0)
        cells += [
            FittedCell(name, amount, at * (width + points(BETWEEN_MM)), baseline)
            for at, (name, amount) in enumerate(line)
        ]
        depth = max((text.ink_height_pt - text.ink_top_pt for text in texts), default=0.0)
        rules.append(baseline + depth + inset)
    return FittedTable(tuple(cells), tuple(rules), points(amount_left_mm))


def _lines(pairs: list[tuple[FittedText, FittedText]], columns: int) -> Iterator[list[tuple[FittedText, FittedText]]]:
    """Yield the cells of each line; a table is read down its first column, then down the next."""
    high = -(-len(pairs) // columns)
    for at in range(high):
        yield pairs[at::high]
