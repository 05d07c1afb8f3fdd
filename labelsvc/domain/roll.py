"""Rolls: their notation, and the lanes that they are slit into.

The notation is the trade's X×Y×nT×D: label width × label height × labels across × length of the roll.

X and Y are millimetres, n counts the labels across the web (T for "tem"), D is the roll's length in metres ("dài").
T may be left out, D too where it does not matter: ``roll-25x35x4``, ``roll-25x35x4T``, ``roll-40x30x3Tx50``.
The gap between labels is the stock's, not the notation's.

A roll is printed on a web and die-cut afterwards. A page is one repeat of the web: as many rows as its length holds,
with half a gap before the first row and after the last, so that pages printed one after the other join in step.
Its columns are the lanes: the serials of each follow one another, so that a slit roll is one range of them. Where the
roll's length is known, a web is cut into sets of that many pages, and each set's lanes are wound as rolls of their own;
else a part of a batch is a set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.imposition import Imposition, StepAndRepeat
from labelsvc.domain.layout import Layout
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import EyeMark, LabelCells, Stock

_NOTATION = re.compile(r"(\d+(?:\.\d+)?)[x×](\d+(?:\.\d+)?)[x×](\d{1,2})T?(?:[x×](\d+(?:\.\d+)?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RollSize:
    """What a roll's notation says; ``length_m`` is 0 if it says none."""

    width_mm: float
    height_mm: float
    across: int
    length_m: float = 0.0


@dataclass(frozen=True, slots=True)
class RollWeb:
    """What a roll is printed on: the gap between labels, the strip at both edges, the longest repeat of the press.

    ``eye_mark``: the bar beside every row, where there is one.
    """

    gap_mm: float
    edge_mm: float
    repeat_mm: float
    eye_mark: EyeMark | None = None


def parse_roll(notation: str) -> RollSize | None:
    """Return what X×Y×nT×D says (x or × between the numbers), or None if it is no such notation."""
    match = _NOTATION.fullmatch(notation.strip())
    if match is None:
        return None
    width, height, across, length = match.groups()
    return RollSize(float(width), float(height), int(across), float(length or 0))


def roll_stock(stock: Stock, size: RollSize, web: RollWeb) -> Stock:
    """Return a roll of this size: ``stock`` (a roll's, of any size) gives what is the same for all.

    Raises InvalidValue stock.roll_repeat if a label is longer than the press's repeat, stock.roll_short where the
    roll is shorter than a page of it, and what a Stock raises.
    """
    pitch = size.height_mm + web.gap_mm
    rows = floor(web.repeat_mm / pitch + 1e-6)
    if rows < 1:
        raise InvalidValue.from_code("stock.roll_repeat", value=size.height_mm, most=web.repeat_mm - web.gap_mm)
    if 0 < size.length_m * 1000 < rows * pitch:
        raise InvalidValue.from_code("stock.roll_short", value=size.length_m, least_mm=rows * pitch)
    label = Rectangle(size.width_mm, size.height_mm)
    cells = LabelCells(label, size.across, rows, web.gap_mm, web.gap_mm, web.edge_mm, web.gap_mm / 2)
    return replace(
        stock,
        width_mm=cells.used_mm[0] + 2 * web.edge_mm,
        height_mm=rows * pitch,
        cells=cells,
        roll_length_m=size.length_m,
        eye_mark=web.eye_mark,
    )


@dataclass(frozen=True, slots=True)
class LaneSet(Imposition):
    """``pieces`` in ``columns`` lanes of about equal length: the first lanes have one more where it does not come out.

    With 10 pieces on 3 lanes, they hold 0–3, 4–6 and 7–9, each read down its column from page to page.
    """

    columns: int = 1

    @property
    def lanes(self) -> tuple[range, ...]:
        """The pieces of each lane, from left to right; a lane is empty if there are fewer pieces than lanes."""
        short, longer = divmod(self.pieces, self.columns)
        starts = [lane * short + min(lane, longer) for lane in range(self.columns + 1)]
        return tuple(map(range, starts, starts[1:]))

    def on_sheet(self, sheet: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the taken positions of a page, ascending, and the piece at each of them."""
        if not 0 <= sheet < self.sheets:
            raise InvalidValue.from_code("stock.sheet_number", sheet=sheet, sheets=self.sheets)
        rows, lanes = self.per_sheet // self.columns, self.lanes
        taken = [
            (row * self.columns + column, lane[sheet * rows + row])
            for row in range(rows)
            for column, lane in enumerate(lanes)
            if sheet * rows + row < len(lane)
        ]
        return tuple(position for position, _ in taken), tuple(piece for _, piece in taken)

    def place_of(self, piece: int) -> tuple[int, int]:
        """Return the page and the position of a piece."""
        for column, lane in enumerate(self.lanes):
            if piece in lane:
                sheet, row = divmod(piece - lane.start, self.per_sheet // self.columns)
                return sheet, row * self.columns + column
        raise InvalidValue.from_code("stock.piece_number", piece=piece, pieces=self.pieces)


@dataclass(frozen=True, slots=True)
class LaneSets(StepAndRepeat):
    """Sets of lanes one after the other; ``counts`` are their pieces."""

    columns: int = 1

    @classmethod
    def on_layout(cls, counts: Sequence[int], layout: Layout) -> LaneSets:
        """Return the sets for so many pieces of each block, which begins a set: a part, or a line on its own sheets."""
        most = layout.roll_sheets * layout.per_sheet
        sets = [some for count in counts for some in _cut(count, most or count)]
        return cls(sum(sets), layout.per_sheet, 0, "lanes", tuple(sets), layout.columns)

    @property
    def rolls(self) -> tuple[range, ...]:
        """The pieces of every slit roll, in their order."""
        blocks, before, rolls = self._blocks(), 0, list[range]()
        for block in blocks:
            rolls += [range(before + lane.start, before + lane.stop) for lane in block.lanes if lane]
            before += block.pieces
        return tuple(rolls)

    def _blocks(self) -> Iterator[LaneSet]:
        for count in self.counts:
            yield LaneSet(count, self.per_sheet, 0, "lanes", self.columns)


def _cut(count: int, most: int) -> Iterator[int]:
    """Yield ``count`` in shares of ``most``, the last one smaller."""
    yield from (min(most, count - start) for start in range(0, count, most))
