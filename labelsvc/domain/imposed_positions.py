"""The position of every piece of a batch, across all parts, and the pieces that a sheet or serial refers to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from labelsvc.domain.batch import Line, LineRun, Part, line_ends, runs_in
from labelsvc.domain.errors import NotFound
from labelsvc.domain.imposition import Imposition, StepAndRepeat
from labelsvc.domain.layout import Layout
from labelsvc.domain.roll import LaneSets
from labelsvc.domain.serial_ranges import SerialRange


@dataclass(frozen=True, slots=True, order=True)
class ImposedPosition:
    """A piece on paper: ``sheet`` of the batch and ``page`` of the part from 1; ``position`` on the sheet from 0.

    ``line`` is the line's place in the batch and ``index`` the piece's in the line, both from 0.
    """

    sheet: int
    position: int
    part: int
    page: int
    line: int
    index: int


@dataclass(frozen=True)
class BatchPositions:
    """The pieces of ``lines`` in ``parts``, on sheets of a layout."""

    lines: Sequence[Line]
    parts: Sequence[Part]
    layout: Layout
    step_and_repeat: bool = False

    @property
    def sheets(self) -> int:
        """How many sheets the batch has."""
        return self.parts[-1].first_sheet + self.parts[-1].sheets - 1

    @property
    def rolls(self) -> list[int]:
        """How many pieces each roll holds, in their order: slit ones in lanes, else as wide as the web.

        Empty where there are no rolls, or where it is not said how long those are that are not slit.
        """
        if self.layout.stock.order == "lanes":
            imposed = [self._impositions[part.number] for part in self.parts]
            return [len(roll) for sets in imposed if isinstance(sets, LaneSets) for roll in sets.rolls]
        pages = self.layout.roll_sheets
        starts = range(1, self.sheets + 1, pages) if pages else ()
        return [self._pieces_on(range(start, min(start + pages, self.sheets + 1))) for start in starts]

    def on_sheets(self, sheets: Iterable[range]) -> list[ImposedPosition]:
        """Return the pieces on some sheets; NotFound pieces.no_sheet for one that the batch does not have."""
        wanted = list(sheets)
        for some in wanted:
            if some[0] < 1 or some[-1] > self.sheets:
                raise NotFound.from_code("pieces.no_sheet", sheet=some[-1], sheets=self.sheets)
        return [place for some in wanted for sheet in some for place in self._on_sheet(sheet)]

    def for_serials(self, pieces: Iterable[SerialRange]) -> list[ImposedPosition]:
        """Return where pieces stand, sheet by sheet; they must be pieces of the batch, see :meth:`check`."""
        at = {line.number: place for place, line in enumerate(self.lines)}
        found = (
            self._place_of(at[some.line], serial - 1) for some in pieces for serial in range(some.first, some.last + 1)
        )
        return sorted(found)

    def stamp_at(self, place: ImposedPosition) -> tuple[int, int]:
        """Return the line's number and the serial of a piece."""
        line = self.lines[place.line]
        return line.number, place.index + 1 if line.counted else 0

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return line_ends(line.quantity for line in self.lines)

    @cached_property
    def _impositions(self) -> dict[int, Imposition]:
        return {part.number: self._imposition(part) for part in self.parts}

    def _imposition(self, part: Part) -> Imposition:
        counts = [run.count for run in runs_in(part, self._ends)]
        return impose(counts, self.layout, part.skip, step_and_repeat=self.step_and_repeat)

    def _pieces_on(self, sheets: range) -> int:
        """Count the pieces on some sheets."""
        count = 0
        for part in self.parts:
            own = range(max(sheets.start, part.first_sheet), min(sheets.stop, part.first_sheet + part.sheets))
            count += sum(len(self._impositions[part.number].on_sheet(sheet - part.first_sheet)[0]) for sheet in own)
        return count

    def _on_sheet(self, sheet: int) -> Iterator[ImposedPosition]:
        part = next(part for part in self.parts if sheet < part.first_sheet + part.sheets)
        for position, piece in zip(*self._impositions[part.number].on_sheet(sheet - part.first_sheet), strict=True):
            yield self._place(part, sheet, position, part.first_piece + piece)

    def _place_of(self, line: int, index: int) -> ImposedPosition:
        piece = self._ends[line] - self.lines[line].quantity + index
        part = next(part for part in self.parts if piece < part.first_piece + part.pieces)
        sheet, position = self._impositions[part.number].place_of(piece - part.first_piece)
        return self._place(part, part.first_sheet + sheet, position, piece)

    def _place(self, part: Part, sheet: int, position: int, piece: int) -> ImposedPosition:
        line = bisect_right(self._ends, piece)
        index = piece - (self._ends[line] - self.lines[line].quantity)
        return ImposedPosition(sheet, position, part.number, sheet - part.first_sheet + 1, line, index)


def impose(counts: Sequence[int], layout: Layout, skip: int, *, step_and_repeat: bool) -> Imposition:
    """Return the imposition of a part; ``counts`` are the pieces of its lines, which may have separate sheets."""
    order, blocks = layout.stock.order, counts if step_and_repeat else [sum(counts)]
    if order == "lanes":
        return LaneSets.on_layout(blocks, layout)
    if step_and_repeat:
        return StepAndRepeat.from_counts(counts, layout.per_sheet, skip, order)
    return Imposition(sum(counts), layout.per_sheet, skip, order)


def check_issued(lines: Iterable[Line], pieces: Iterable[SerialRange]) -> None:
    """Raise NotFound for pieces that a batch of these lines does not have, naming those it has.

    pieces.no_line, pieces.no_serial; pieces.uncounted if a line's pieces have no serials.
    """
    known = {line.number: line for line in lines}
    for some in pieces:
        line = known.get(some.line)
        if line is None:
            raise NotFound.from_code("pieces.no_line", line=some.line, first=min(known), last=max(known))
        if not line.counted:
            raise NotFound.from_code("pieces.uncounted", line=some.line)
        if some.last > line.quantity:
            raise NotFound.from_code("pieces.no_serial", line=some.line, serial=some.last, last=line.quantity)


def runs_of(places: Sequence[ImposedPosition]) -> list[LineRun]:
    """Return places as runs of consecutive pieces of a line, in their order."""
    runs: list[LineRun] = []
    for place in places:
        last = runs[-1] if runs else None
        if last and last.line == place.line and last.first + last.count == place.index:
            runs[-1] = LineRun(last.line, last.first, last.count + 1)
        else:
            runs.append(LineRun(place.line, place.index, 1))
    return runs


@dataclass(frozen=True, slots=True)
class PickedImposition(Imposition):
    """Selected pieces at their original positions: ``taken`` lists the positions of each sheet in ascending order.

    The other positions stay empty.
    """

    taken: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def from_positions(cls, places: Sequence[ImposedPosition], per_sheet: int) -> PickedImposition:
        """Return the imposition of these positions, in order, on as many sheets as before."""
        sheets = groupby(places, key=lambda place: place.sheet)
        taken = tuple(tuple(place.position for place in some) for _, some in sheets)
        return cls(len(places), per_sheet, taken=taken)

    @property
    def sheets(self) -> int:
        """The number of sheets that hold any of the pieces."""
        return len(self.taken)

    def on_sheet(self, sheet: int) -> tuple[Sequence[int], Sequence[int]]:
        """Return the taken positions of a sheet and the piece at each of them."""
        start = sum(map(len, self.taken[:sheet]))
        return self.taken[sheet], range(start, start + len(self.taken[sheet]))
