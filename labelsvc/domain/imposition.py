"""Imposition: a pure mapping between the pieces of a stack of sheets and their positions.

Pieces, sheets and positions count from 0. A position is an index into :attr:`labelsvc.domain.sheet.Layout.positions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.sheet import KEPT_ORDERS, SerialOrder


@dataclass(frozen=True, slots=True)
class Imposition:
    """``pieces`` on the fewest sheets of ``per_sheet`` positions; ``skip`` positions of sheet 0 are already used.

    With rows and columns (the order of the layout's positions) each sheet is filled before the next begins. In
    cut-and-stack every position is a pile: its pieces follow one another from sheet to sheet, so that piles cut apart
    and laid on one another, the first one uppermost, are in order. A sheet begun earlier lies on top in "piles": the
    used-up positions' piles are one piece lower. In "cut-and-stack" it stays out of the piles and is filled along rows,
    as it was for the orders that were placed so and are printed again.
    Raises InvalidValue stock.imposition for impossible numbers.
    """

    pieces: int
    per_sheet: int
    skip: int = 0
    order: SerialOrder = "rows"

    def __post_init__(self) -> None:
        known = self.order in KEPT_ORDERS
        if not (self.pieces >= 1 and self.per_sheet >= 1 and 0 <= self.skip < self.per_sheet and known):
            raise InvalidValue.from_code(
                "stock.imposition", pieces=self.pieces, per_sheet=self.per_sheet, skip=self.skip
            )

    @property
    def sheets(self) -> int:
        """The number of sheets that the pieces need."""
        return -(-(self.pieces + self.skip) // self.per_sheet)

    def on_sheet(self, sheet: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the taken positions of a sheet and the piece at each of them, both ascending."""
        if not 0 <= sheet < self.sheets:
            raise InvalidValue.from_code("stock.sheet_number", sheet=sheet, sheets=self.sheets)
        if self._piled:
            return self._across_piles(sheet)
        if self._stacked and sheet >= self._begun:
            height = self.sheets - self._begun
            pieces: Sequence[int] = range(self._on_begun + sheet - self._begun, self.pieces, height)
            return range(len(pieces)), pieces
        first = self.skip if sheet == 0 else 0
        start = sheet * self.per_sheet + first - self.skip
        end = min(start + self.per_sheet - first, self.pieces)
        return range(first, first + end - start), range(start, end)

    def place_of(self, piece: int) -> tuple[int, int]:
        """Return the sheet and the position of a piece."""
        if not 0 <= piece < self.pieces:
            raise InvalidValue.from_code("stock.piece_number", piece=piece, pieces=self.pieces)
        if self._piled:
            return self._in_pile(piece + self._blanks_before)
        if self._stacked and piece >= self._on_begun:
            position, sheet = divmod(piece - self._on_begun, self.sheets - self._begun)
            return sheet + self._begun, position
        return divmod(piece + self.skip, self.per_sheet)

    def _across_piles(self, sheet: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return what a cut through all piles takes: lower piles, of the used-up positions, come first."""
        high, blanks = self.sheets, self._blanks_before
        lower = self.skip * (high - 1)
        places = [sheet - 1 + i * (high - 1) for i in range(self.skip)] if sheet else []
        places += range(lower + sheet, high * self.per_sheet - self.skip, high)
        first = 0 if sheet else self.skip
        pairs = [(i, place - blanks) for i, place in enumerate(places, first) if 0 <= place - blanks < self.pieces]
        return tuple(position for position, _ in pairs), tuple(piece for _, piece in pairs)

    def _in_pile(self, place: int) -> tuple[int, int]:
        """Return the sheet and the position of a place in the piles laid on one another."""
        high = self.sheets
        lower = self.skip * (high - 1)
        if place < lower:
            position, sheet = divmod(place, high - 1)
            return sheet + 1, position
        position, sheet = divmod(place - lower, high)
        return sheet, position + self.skip

    @property
    def _blanks_before(self) -> int:
        """The positions left blank before the first piece: none, unless the begun sheet would stay empty."""
        if self.pieces > self.skip * (self.sheets - 1):
            return 0
        return self.sheets * self.per_sheet - self.skip - self.pieces

    @property
    def _piled(self) -> bool:
        return self.order == "piles" and bool(self.skip)

    @property
    def _stacked(self) -> bool:
        return self.order in ("cut-and-stack", "piles")

    @property
    def _begun(self) -> int:
        """1 where the first sheet is one that was begun earlier: it stays out of the pile and is filled along rows."""
        return 1 if self.skip else 0

    @property
    def _on_begun(self) -> int:
        return min(self.pieces, self.per_sheet - self.skip) if self.skip else 0


@dataclass(frozen=True, slots=True)
class StepAndRepeat(Imposition):
    """Each line on its own sheets: ``counts`` are the pieces per line; ``pieces`` is their sum."""

    counts: tuple[int, ...] = ()

    @classmethod
    def from_counts(
        cls, counts: Sequence[int], per_sheet: int, skip: int = 0, order: SerialOrder = "rows"
    ) -> StepAndRepeat:
        """Return the imposition for these numbers of pieces per line."""
        return cls(sum(counts), per_sheet, skip, order, tuple(counts))

    @property
    def sheets(self) -> int:
        """The number of sheets that the lines need."""
        return sum(block.sheets for block in self._blocks())

    def on_sheet(self, sheet: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the taken positions of a sheet and the piece at each of them, both ascending."""
        before, first = 0, 0
        for block in self._blocks():
            if before <= sheet < before + block.sheets:
                positions, pieces = block.on_sheet(sheet - before)
                return positions, _moved(pieces, first)
            before, first = before + block.sheets, first + block.pieces
        raise InvalidValue.from_code("stock.sheet_number", sheet=sheet, sheets=before)

    def place_of(self, piece: int) -> tuple[int, int]:
        """Return the sheet and the position of a piece."""
        before, first = 0, 0
        for block in self._blocks():
            if first <= piece < first + block.pieces:
                sheet, position = block.place_of(piece - first)
                return before + sheet, position
            before, first = before + block.sheets, first + block.pieces
        raise InvalidValue.from_code("stock.piece_number", piece=piece, pieces=first)

    def _blocks(self) -> Iterator[Imposition]:
        for i, count in enumerate(self.counts):
            yield Imposition(count, self.per_sheet, 0 if i else self.skip, self.order)


def _moved(pieces: Sequence[int], by: int) -> Sequence[int]:
    """Return the pieces shifted by an offset; a range stays a range, so that it is sliced out of a batch at once."""
    if isinstance(pieces, range):
        return range(pieces.start + by, pieces.stop + by, pieces.step)
    return [piece + by for piece in pieces]
