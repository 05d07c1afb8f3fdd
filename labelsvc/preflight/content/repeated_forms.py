"""Where forms stand: a form that is shown many times is walked once, and noted for every other place that it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.float64]
MOST_PLACES = 50_000
MOST_NESTED = 2_000
"""Forms shown again up to which the places of forms within them are told one by one."""


@dataclass(slots=True)
class FormRun:
    """What one walk through a form painted: paintings ``start`` to ``end``, and what it showed ``again``, likewise.

    ``font``: number and size of the one that was set around it; ``inherits_font``: it writes with that.
    """

    x: float
    y: float
    start: int
    again_start: int
    end: int = 0
    again_end: int = 0
    font: tuple[int, float] = (0, 0.0)
    inherits_font: bool = False


@dataclass(slots=True)
class ShownAgain:
    """The forms of a page that were not walked again, with how far each is moved from where it was walked."""

    moved: list[tuple[FormRun, float, float]] = field(default_factory=list)

    def note(self, run: FormRun, x: float, y: float) -> None:
        """Note that a form stands at another origin too."""
        self.moved.append((run, x - run.x, y - run.y))

    def moves(self, at: int) -> Iterator[tuple[float, float]]:
        """Yield how far the painting of an index is moved wherever else it stands; forms within forms once more."""
        nested = len(self.moved) <= MOST_NESTED
        for number, (run, x, y) in enumerate(self.moved):
            if run.start <= at < run.end:
                yield x, y
                for outer, by_x, by_y in self.moved[number + 1 :] if nested else ():
                    if outer.again_start <= number < outer.again_end:
                        yield x + by_x, y + by_y

    def places(self, painted: int) -> list[tuple[int, int, Offsets]] | None:
        """Return ranges of paintings (of so many) with all offsets at which they stand: float64[n, 2], in points.

        None where there are more places than MOST_PLACES: forms that show each other in powers of two.
        """
        found: dict[tuple[int, int], list[tuple[float, float]]] = {}
        whole = FormRun(0.0, 0.0, 0, 0, painted, len(self.moved))
        for count, (run, x, y) in enumerate(self._expanded(whole)):
            if count > MOST_PLACES:
                return None
            found.setdefault((run.start, run.end), []).append((x, y))
        return [(start, end, np.array(offsets)) for (start, end), offsets in found.items()]

    def _expanded(self, whole: FormRun) -> Iterator[tuple[FormRun, float, float]]:
        waiting = [(whole, 0.0, 0.0)]
        while waiting:
            run, x, y = waiting.pop()
            yield run, x, y
            inner = self.moved[run.again_start : run.again_end]
            waiting += [(again, x + by_x, y + by_y) for again, by_x, by_y in inner]
            if len(waiting) > MOST_PLACES:
                yield from ((whole, 0.0, 0.0) for _ in range(MOST_PLACES + 1))
                return
