"""Caches across the pages of a file: forms are walked once, rectangles and widths are read once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.graphics_state import PaintedObject
from labelsvc.preflight.content.pdf_values import object_number
from labelsvc.preflight.content.rectangle_runs import RunReader
from labelsvc.preflight.content.text_extent import GlyphWidths, widths_of

Report = Callable[[str, Problem, int], None]
MOST_PAINTED = 100_000
"""Paintings that are kept for later pages."""


@dataclass(frozen=True, slots=True)
class CachedForm:
    """The result of walking a form without nested forms; ``work``: its cost in the page's budget."""

    painted: list[PaintedObject]
    states: list[Any]
    beside: list[PaintedObject]
    texts: dict[int, set[bytes]]
    reports: list[tuple[str, Problem, int]]
    work: int


@dataclass(slots=True)
class ContentCache:
    """Kept from page to page; ``segment_boxes``: of strokes, by what was painted."""

    reader: RunReader = field(default_factory=RunReader)
    segment_boxes: dict[PaintedObject, npt.NDArray[np.float64]] = field(default_factory=dict)
    _forms: dict[tuple[object, ...], CachedForm] = field(default_factory=dict)
    _widths: dict[int, GlyphWidths | None] = field(default_factory=dict)
    _painted: int = 0

    def form(self, key: tuple[object, ...]) -> CachedForm | None:
        """Return what a form painted on an earlier page, in the same place and state."""
        return self._forms.get(key)

    def keep(self, key: tuple[object, ...], form: CachedForm) -> None:
        """Keep what a form painted, if there is room."""
        self._painted += len(form.painted)
        if self._painted <= MOST_PAINTED:
            self._forms[key] = form

    def widths(self, font: Any) -> GlyphWidths | None:
        """Return a font's widths."""
        number = object_number(font)
        if not number:
            return widths_of(font)
        if number not in self._widths:
            self._widths[number] = widths_of(font)
        return self._widths[number]
