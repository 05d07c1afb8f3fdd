"""The operators that fill, stroke and clip with paths (ISO 32000-1, 8.5)."""

from __future__ import annotations

from typing import Any

from labelsvc.preflight.content.clips import NOTHING_KNOWN, OutlinedArea
from labelsvc.preflight.content.graphics_state import FILL, STROKE, box_on_page, grown, least_scale_of, scale_of
from labelsvc.preflight.content.path_box import Box, Subpath, around
from labelsvc.preflight.content.pdf_values import Matrix, items_of
from labelsvc.preflight.content.rectangle_runs import RectangleRun, run_of
from labelsvc.preflight.content.stream_state import StreamState
from labelsvc.preflight.content.thin_paths import line_width, strip_width

MITRE = 5.0
"""Line widths that a corner may reach beyond its path at the usual mitre limit of 10 (ISO 32000-1, 8.4.3.5)."""
PAINT = {
    **dict.fromkeys(("f", "F", "f*"), (True, False)),
    **dict.fromkeys(("S", "s"), (False, True)),
    **dict.fromkeys(("B", "B*", "b", "b*"), (True, True)),
    "n": (False, False),
}
"""Operators that end a path: whether they fill it, and whether they stroke it."""
_CLOSING = frozenset(("s", "b", "b*"))
"""Painting operators that close the path first."""
FEWEST_CORNERS = 3
THIN_PT = 0.3
"""A width in points from which on nothing is thin: a hairline is 0.28."""


class PathPainting(StreamState):
    """The part of a content stream that paints paths."""

    def rectangle_run(self, _: str, operands: Any) -> None:
        """Take rectangles that were read together; the thinnest of them counts for itself."""
        run, state = self.walk.runs[int(operands[0])], self.state
        self.only_run = None if self.path.started else run
        self.path.add_part(run.box)
        if run.least * least_scale_of(state.ctm) < THIN_PT:
            self.path.add_part(run.thinnest)

    def clip(self, _: str, __: Any) -> None:
        self.clipping = True

    def dash(self, _: str, operands: Any) -> None:
        self.state.dashed = bool(len(items_of(operands[0])))

    def paint(self, operator: str, _: Any) -> None:
        filled, stroked = PAINT[operator]
        if operator in _CLOSING:
            self.path.add("h", ())
        parts, run, self.only_run = self.path.close(), self.only_run, None
        if parts and (filled or stroked):
            run = run or (run_of(parts) if filled else None)
            self._paint(parts, run, filled, stroked)
        if self.clipping:
            self.clipping = False
            self.state.clips += (OutlinedArea(parts[0].segments, self.state.ctm) if len(parts) == 1 else NOTHING_KNOWN,)

    def _paint(self, parts: list[Subpath], run: RectangleRun | None, filled: bool, stroked: bool) -> None:
        state = self.state
        on_page = box_on_page(state.ctm, around(parts))
        more: dict[str, Any] = {"segments": sum(len(part.segments) for part in parts)}
        if filled:
            thin = self._thin(parts, [_filled_width(part, state.ctm) for part in parts])
            boxes = tuple(box_on_page(state.ctm, part.box) for part in parts)
            filled_parts: dict[str, Any] = {"parts": boxes, "reach": (on_page,), "thinnest": thin, "run": run, **more}
            if state.fill.white:
                filled_parts["outlines"] = tuple(part.segments for part in parts)
            self.add(FILL, on_page, state.fill, state.fill_overprints, **filled_parts)
        if stroked:
            width = state.line_width * scale_of(state.ctm)
            strokes = tuple(box_on_page(state.ctm, part.box) for part in parts)
            reach = tuple(grown(part, width * MITRE) for part in strokes)
            thin = self._thin(parts, [line_width(state.line_width, part.corners, state.ctm) for part in parts])
            outlines = tuple(part.segments for part in parts)
            more |= {"width_pt": width, "parts": strokes, "outlines": outlines, "reach": reach, "thinnest": thin}
            self.add(STROKE, on_page, state.stroke, state.stroke_overprints, **more)

    def _thin(self, parts: list[Subpath], widths: list[float]) -> tuple[tuple[Box, float], ...]:
        pairs = zip(parts, widths, strict=True)
        return tuple((box_on_page(self.state.ctm, part.box), width) for part, width in pairs if width < THIN_PT)


def _filled_width(part: Subpath, matrix: Matrix) -> float:
    """Return how thin a filled subpath is: a strip of straight lines by its sides, all else by the box around it."""
    x0, y0, x1, y1 = box_on_page(matrix, part.box)
    side = min(x1 - x0, y1 - y0)
    if part.corners is None or len(part.corners) < FEWEST_CORNERS:
        return side if part.corners is None else THIN_PT
    return min(side, strip_width(part.corners, matrix))
