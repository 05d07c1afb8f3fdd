"""A batch (đợt in): lines of products cut into parts of whole sheets.

A line is one product in one batch; its pieces carry the serials 1…n. Each part is a separate PDF. It depends only on
the batch and its own number, so parts can be rendered in any order, by any number of processes, and rendered again.
What a batch and a stamp order may become stands in tables: there are no other steps, whoever takes them. A part is
moved by whoever has claimed it (``storage.batches.claims``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal, TypeVar, get_args

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import HIGHEST_LINE, HIGHEST_SERIAL

BatchState = Literal["ordered", "running", "ready", "held", "failed", "cancelled"]
StoppedState = Literal["held", "failed"]
PartState = Literal["waiting", "running", "done", "failed"]
StampOrderState = Literal["requested", "approved", "refused", "printing", "printed", "delivered", "cancelled"]
State = TypeVar("State", bound=str)
BATCH_STATES: tuple[BatchState, ...] = get_args(BatchState)
PART_STATES: tuple[PartState, ...] = get_args(PartState)

BATCH_STEPS: Mapping[BatchState, tuple[BatchState, ...]] = {
    "ordered": ("running", "held", "failed", "cancelled"),
    "running": ("ready", "held", "failed", "cancelled"),
    "held": ("running", "cancelled"),
    "failed": ("running", "cancelled"),
    "ready": (),
    "cancelled": (),
}
"""A batch that is ready may be on paper, and the quota of a cancelled one may be somebody else's: both are final."""

STAMP_ORDER_STEPS: Mapping[StampOrderState, tuple[StampOrderState, ...]] = {
    "requested": ("approved", "refused", "cancelled"),
    "approved": ("refused", "cancelled"),
    "printing": ("approved",),
    "printed": ("approved", "delivered"),
}
"""Approved again, an order leaves its batch. ``printing`` and ``printed`` follow from the batch that it is in."""

LEAST_PIECES_IN_PART = 20_000
"""Every part contains the colour profile (216 kB); at 20,000 pieces that is 11 bytes per piece."""
MOST_PIECES_IN_ROLL_PART = 100_000
"""A part that holds a whole roll may be larger than others, within what one process draws and one PDF holds well."""
MOST_LINES_IN_PART = 1_000
"""A part's artwork stays in memory while it renders; this limit keeps memory flat when every label is different."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product in one batch: ``quantity`` pieces; ``counted`` ones have serials 1…n, others all have serial 0."""

    number: int
    quantity: int
    counted: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.number <= HIGHEST_LINE:
            raise InvalidValue.from_code("batch.line", value=self.number, highest=HIGHEST_LINE)
        if not 1 <= self.quantity <= HIGHEST_SERIAL:
            raise InvalidValue.from_code("batch.quantity", value=self.quantity, highest=HIGHEST_SERIAL)

    @property
    def serials(self) -> range:
        """The serials that its codes have."""
        return range(1, self.quantity + 1) if self.counted else range(1)


@dataclass(frozen=True, slots=True)
class LineRun:
    """Consecutive pieces of one line: ``first`` counts from 0 within the line."""

    line: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """Whole sheets of a batch. ``number`` and ``first_sheet`` count from 1, ``first_piece`` from 0 in the batch."""

    number: int
    first_sheet: int
    sheets: int
    first_piece: int
    pieces: int
    skip: int = 0


def plan_parts(
    quantities: Sequence[int], per_sheet: int, skip: int = 0, *, step_and_repeat: bool = False, set_sheets: int = 1
) -> tuple[Part, ...]:
    """Cut a batch into parts of whole sheets, about equal, of at least LEAST_PIECES_IN_PART where there are so many.

    ``skip`` positions of the first sheet are used up already. In step and repeat every line begins a sheet, else lines
    follow one another on a sheet (gang printing), which takes the fewest sheets there can be. A part begins with a
    set of ``set_sheets``, such as the pages of a roll; a set of more than MOST_PIECES_IN_ROLL_PART is cut into equal
    ones. Raises InvalidValue if skip is no position.
    """
    if not 0 <= skip < per_sheet:
        raise InvalidValue.from_code("batch.skip", value=skip, per_sheet=per_sheet)
    pieces = sum(quantities)
    blocks = quantities if step_and_repeat else [pieces]
    ends = list(accumulate(-(-(some + (0 if i else skip)) // per_sheet) for i, some in enumerate(blocks)))
    pieces_before = [0, *accumulate(blocks)]
    sheets = ends[-1]

    def piece_at(sheet: int) -> int:
        block = bisect_right(ends, sheet)
        if block == len(blocks):
            return pieces
        of_block = (sheet - (ends[block - 1] if block else 0)) * per_sheet - (0 if block else skip)
        return pieces_before[block] + max(0, of_block)

    count = max(1, min(sheets, max(pieces // LEAST_PIECES_IN_PART, -(-len(quantities) // MOST_LINES_IN_PART))))

    shares = -(-set_sheets * per_sheet // MOST_PIECES_IN_ROLL_PART)
    set_sheets = -(-set_sheets // shares)

    def at_set(sheet: int) -> int:
        begun = ends[block - 1] if (block := bisect_right(ends, sheet)) else 0
        return sheet - (sheet - begun) % set_sheets

    cuts = [*sorted({at_set(sheets * i // count) for i in range(count)}), sheets]
    parts = []
    for number, (first, end) in enumerate(pairwise(cuts), 1):
        start, stop = piece_at(first), piece_at(end)
        parts.append(Part(number, first + 1, end - first, start, stop - start, skip if number == 1 else 0))
    return tuple(parts)


def line_ends(quantities: Iterable[int]) -> tuple[int, ...]:
    """Return how many pieces of a batch stand before the end of each line."""
    return tuple(accumulate(quantities))


def runs_in(part: Part, ends: Sequence[int]) -> list[LineRun]:
    """Return which pieces of which lines (by their place in the batch) stand in a part, in order.

    ``ends`` as :func:`line_ends` gives them: looked up, since a batch of 200,000 lines has 200 parts.
    """
    runs = []
    end_of_part = part.first_piece + part.pieces
    line = bisect_right(ends, part.first_piece)
    while line < len(ends) and (begin := ends[line - 1] if line else 0) < end_of_part:
        first, last = max(begin, part.first_piece), min(ends[line], end_of_part)
        runs.append(LineRun(line, first - begin, last - first))
        line += 1
    return runs


def states_before(steps: Mapping[State, tuple[State, ...]], state: State) -> tuple[State, ...]:
    """Return the states that may become ``state``, in the order of the table."""
    return tuple(before for before, following in steps.items() if state in following)
