"""Positions of forms: a form shown many times is walked once, and every further position is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.float64]
MOST_PLACES = 50_000
MOST_NESTED = 2_000
"""Up to this many repeated forms, nested positions are listed one by one."""


@dataclass(slots=True)
class FormPaintings:
    """The paintings of one walk through a form: indices ``start`` to ``end``; ``again_``…: likewise of repeated forms.

    ``font``: number and size of the one that was set around it; ``inherits_font``: it writes with that; ``clips``: how
    many clips stood around it; ``drawn``: how many paintings it is, those of the forms within it included.
    """

    x: float
    y: float
    start: int
    again_start: int
    end: int = 0
    again_end: int = 0
    font: tuple[int, float] = (0, 0.0)
    clips: int = 0
    drawn: int = 0
    inherits_font: bool = False


class RepeatedForm(NamedTuple):
    """A form shown again without being walked: its offset from where it was walked.

    ``painted``: how many paintings were noted before; ``clipped``: it stands in a clip from outside.
    """

    run: FormPaintings
    x: float
    y: float
    painted: int
    clipped: bool


class FormPlacement(NamedTuple):
    """A form at one of its positions; ``by``: the :class:`RepeatedForms` indices that led there, outermost first."""

    run: FormPaintings
    x: float
    y: float
    by: tuple[int, ...] = ()


@dataclass(slots=True)
class RepeatedForms:
    """The repeated forms of a page, each with its offset from where it was walked."""

    moved: list[RepeatedForm] = field(default_factory=list)

    def note(self, run: FormPaintings, x: float, y: float, painted: int, clipped: bool) -> None:
        """Record that a form is shown at another origin, after ``painted`` paintings."""
        self.moved.append(RepeatedForm(run, x - run.x, y - run.y, painted, clipped))

    def moves(self, at: int) -> Iterator[tuple[float, float]]:
        """Yield the offsets of a painting at its further positions; one level of nesting."""
        nested = len(self.moved) <= MOST_NESTED
        for number, shown in enumerate(self.moved):
            if shown.run.start <= at < shown.run.end:
                yield shown.x, shown.y
                for outer in self.moved[number + 1 :] if nested else ():
                    if outer.run.again_start <= number < outer.run.again_end:
                        yield shown.x + outer.x, shown.y + outer.y

    def places(self, painted: int) -> list[tuple[int, int, Offsets]] | None:
        """Return ranges of paintings (of so many) with all offsets at which they stand: float64[n, 2], in points.

        None if there are more places than MOST_PLACES: forms that show each other in powers of two.
        """
        found: dict[tuple[int, int], list[tuple[float, float]]] = {}
        for place in self.each_place(painted) or ():
            found.setdefault((place.run.start, place.run.end), []).append((place.x, place.y))
        return [(start, end, np.array(offsets)) for (start, end), offsets in found.items()] or None

    def each_place(self, painted: int) -> list[FormPlacement] | None:
        """Return where everything stands that was painted (so many): the page first; None above MOST_PLACES."""
        waiting, found = (
            [FormPlacement(FormPaintings(0.0, 0.0, 0, 0, painted, len(self.moved)), 0.0, 0.0)],
            list[FormPlacement](),
        )
        while waiting:
            place = waiting.pop()
            found.append(place)
            for number in range(place.run.again_start, place.run.again_end):
                shown = self.moved[number]
                waiting.append(FormPlacement(shown.run, place.x + shown.x, place.y + shown.y, (*place.by, number)))
            if len(found) + len(waiting) > MOST_PLACES:
                return None
        return found
