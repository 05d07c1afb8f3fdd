"""Die lines as shapes: closed, drawn once, on the trim (ISO 19593-1, PRODUCT §6).

A line may be drawn in pieces that meet. A contour inside another is a hole; a straight line inside a contour is a slit;
one across the whole trim cuts the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelsvc.domain.errors import Problem
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.preflight.checks.layers import Layers
from labelsvc.preflight.checks.pages import PageBoxes, overlap
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.content.contours import Contour, PointArray, contour_of, densely
from labelsvc.preflight.content.graphics_state import STROKE, PaintedObject, grown
from labelsvc.preflight.content.ink_names import cuts, is_structural
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.findings import Fault, Findings

JOINED_MM = 0.1
"""The largest gap between line ends that plotter software joins."""
NEAR_TRIM_MM = 0.15
"""The tolerated distance between die line and trim."""
AMONG_LABELS_MM = 3.0
"""Gaps beyond this are intended: the labels of a sheet lie inside its trim."""
SAME_MM, SAME_PART = 0.2, 0.01
"""Tolerances of distance and relative length for two lines to count as the same."""
MOST_LINES = 20_000
_SIDES = (-1, -1, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class DieLine:
    """A die line on the page; ``stream``: the object that draws it; ``box``: its bounding box."""

    contour: Contour
    inks: frozenset[str]
    stream: int
    box: Box


@dataclass(frozen=True)
class DieLines:
    """All die lines of a page, with touching pieces joined; ``labels``: the outer ones; ``faults``: problems found."""

    lines: tuple[DieLine, ...] = ()
    labels: tuple[DieLine, ...] = ()
    faults: tuple[Fault, ...] = ()


class DieLineChecks:
    """Checks of a file's die lines, which most of its pages share."""

    def __init__(self) -> None:
        self._last: tuple[object, DieLines] = (None, DieLines())

    def check(self, placed: PlacedPaintings, layers: Layers, findings: Findings) -> DieLines:
        """Check the shapes of a page's die lines, and return them."""
        strokes = [
            (at, painting)
            for at, painting in enumerate(placed.painted)
            if painting.kind == STROKE and _is_cut(painting, layers)
        ]
        sheet = placed.sheet
        drawn = [
            (stroke.outlines, stroke.matrix, stroke.colour, placed.offsets(at).tobytes()) for at, stroke in strokes
        ]
        key = (sheet.media, sheet.trim, sheet.trim_given, drawn)
        if key != self._last[0]:
            self._last = key, _die_lines(strokes, placed)
        die_lines = self._last[1]
        if die_lines.lines:
            findings.mark_checked("die_line_closed", "die_line_once", "die_line_trim")
        for fault in die_lines.faults:
            findings.fault(fault.rule, fault.problem, sheet.number, fault.place, fault.object_number)
        return die_lines


def _die_lines(strokes: Sequence[tuple[int, PaintedObject]], placed: PlacedPaintings) -> DieLines:
    drawn = [line for line in _drawn(strokes, placed) if overlap(grown(line.box, 0.01), placed.sheet.media)]
    if not drawn:
        return DieLines()
    lines = _joined(drawn)
    labels = outer_lines(lines)
    check = _DieLineShapes(placed.sheet)
    check.once(drawn)
    check.closed(lines, labels)
    if placed.sheet.trim_given:
        check.on_trim([line for line in labels if not _partial(line)])
    return DieLines(tuple(lines), tuple(labels), tuple(check.faults))


def outer_lines(lines: Sequence[DieLine]) -> list[DieLine]:
    """Return the outermost closed lines: labels; lines inside are holes or slits."""
    closed = sorted((line for line in lines if not line.contour.gap), key=lambda line: -_area(line.box))
    boxes = np.array([line.box for line in closed]).reshape(-1, 4)
    low, high = boxes[:, :2] - 0.01, boxes[:, 2:] + 0.01
    return [
        line
        for at, line in enumerate(closed)
        if not ((low[:at] <= boxes[at, :2]) & (high[:at] >= boxes[at, 2:])).all(axis=1).any()
    ]


class _DieLineShapes:
    """Checks of one page's die lines; collects ``faults``."""

    def __init__(self, sheet: PageBoxes) -> None:
        self._sheet, self.faults = sheet, list[Fault]()

    def once(self, lines: Sequence[DieLine]) -> None:
        """A line drawn twice is cut twice: the knife goes through the backing."""
        known: dict[tuple[object, ...], list[DieLine]] = {}
        step = SAME_MM / MM_PER_POINT
        for line in lines:
            x, y = (round((line.box[i] + line.box[i + 2]) / 2 / step) for i in (0, 1))
            near = [
                neighbour
                for dx in (-1, 0, 1)
                for dy in (-1, 0, 1)
                for neighbour in known.get((line.inks, x + dx, y + dy), ())
            ]
            if any(_same(line.contour, neighbour.contour) for neighbour in near):
                self._fault("die_line_once", line, line.box, "die_line_twice")
            else:
                known.setdefault((line.inks, x, y), []).append(line)

    def closed(self, lines: Sequence[DieLine], outer: Sequence[DieLine]) -> None:
        """A line whose ends do not meet leaves the label hanging on its sheet."""
        for line in lines:
            if line.contour.gap and not self._on_purpose(line.contour, outer):
                x, y = line.contour.points[-1].tolist()
                gap_mm = round(line.contour.gap * MM_PER_POINT, 2)
                self._fault("die_line_closed", line, (x, y, x, y), "die_line_open", gap_mm=gap_mm)

    def _on_purpose(self, contour: Contour, outer: Sequence[DieLine]) -> bool:
        """Return whether an open line is a slit in a label or cuts the sheet from edge to edge."""
        start, end = contour.points[0], contour.points[-1]
        if contour.length > 1.001 * float(np.hypot(*(end - start))):
            return False
        x0, y0, x1, y1 = grown(self._sheet.trim, -NEAR_TRIM_MM / MM_PER_POINT)
        outside = [not (x0 < x < x1 and y0 < y < y1) for x, y in (start, end)]
        return all(outside) or any(_holds(line.box, contour.box) for line in outer)

    def on_trim(self, outer: Sequence[DieLine]) -> None:
        """The labels' die lines lie on the trim: the box of one label, or the box around all of a sheet.

        If labels lie far inside the trim, the sheet is not full, or is a sheet of stickers.
        """
        if not outer:
            return
        boxes = np.array([line.box for line in outer])
        inside = (boxes - self._sheet.trim) * (-np.array(_SIDES)) * MM_PER_POINT
        for side in range(4):
            at = int(inside[:, side].argmin())
            off_mm, size = float(inside[at, side]), boxes[at]
            length_mm = float(size[side % 2 + 2] - size[side % 2]) * MM_PER_POINT
            free = length_mm if len(outer) == 1 else min(AMONG_LABELS_MM, length_mm)
            if abs(off_mm) > NEAR_TRIM_MM and off_mm < free:
                facts = {"off_mm": round(abs(off_mm), 2), "most_mm": NEAR_TRIM_MM}
                self._fault("die_line_trim", outer[at], outer[at].box, "die_line_off_trim", **facts)
                return

    def _fault(self, rule: str, line: DieLine, box: Box, code: str, **facts: object) -> None:
        place = self._sheet.corner(box)
        self.faults.append(Fault(rule, Problem(f"preflight.{code}", facts), 0, place, line.stream))


def _drawn(strokes: Sequence[tuple[int, PaintedObject]], placed: PlacedPaintings) -> list[DieLine]:
    """Return the lines to be cut at all their positions; at most MOST_LINES."""
    lines: list[DieLine] = []
    for at, stroke in strokes:
        contours = [contour for part in stroke.outlines if (contour := contour_of(part, stroke.matrix))]
        for x, y in placed.offsets(at).tolist():
            if len(lines) + len(contours) > MOST_LINES:
                return lines
            lines += [_line(contour.moved(x, y), stroke.colour.inks, stroke.stream) for contour in contours]
    return lines


def _line(contour: Contour, inks: frozenset[str], stream: int) -> DieLine:
    return DieLine(contour, inks, stream, contour.box)


def _is_cut(painting: PaintedObject, layers: Layers) -> bool:
    named = [ink for ink in painting.colour.inks if is_structural(ink)]
    return any(map(cuts, named)) if named else layers.cutting(painting.layers)


def _partial(line: DieLine) -> bool:
    """Return whether it cuts the label rather than its backing, which has its own trim."""
    names = "".join(line.inks).casefold().replace(" ", "").replace("-", "").replace("_", "")
    return "kisscut" in names or "halfcut" in names or "bedemi" in names


def _joined(lines: Sequence[DieLine]) -> list[DieLine]:
    """Return lines, joining open pieces of the same inks that meet."""
    near = JOINED_MM / MM_PER_POINT
    whole = [line for line in lines if line.contour.gap <= near]
    done = [replace(line, contour=Contour(line.contour.points, closed=True)) for line in whole]
    pieces = [line for line in lines if line.contour.gap > near]
    while pieces:
        line = pieces.pop()
        points, met = line.contour.points, True
        while met and np.hypot(*(points[-1] - points[0])) > near:
            met = False
            for at, other in enumerate(pieces):
                if other.inks == line.inks and (longer := _longer(points, other.contour.points)) is not None:
                    points, met = longer, True
                    del pieces[at]
                    break
        closed = bool(np.hypot(*(points[-1] - points[0])) <= near)
        done.append(_line(Contour(points, closed), line.inks, line.stream))
    return done


def _longer(points: PointArray, other: PointArray) -> PointArray | None:
    """Return two lines joined at the ends that meet."""
    near = JOINED_MM / MM_PER_POINT
    for first in (points, points[::-1]):
        for second in (other, other[::-1]):
            if np.hypot(*(second[0] - first[-1])) <= near:
                return np.vstack([first, second])
    return None


def _same(contour: Contour, other: Contour) -> bool:
    """Return whether two lines coincide, in either direction."""
    near = SAME_MM / MM_PER_POINT
    alike = abs(contour.length - other.length) <= SAME_PART * max(contour.length, 1.0)
    if not alike or any(abs(contour.box[i] - other.box[i]) > near for i in range(4)):
        return False
    places, line = densely(contour.points, contour.length / 64), densely(other.points, near / 2)
    away = np.hypot(*np.moveaxis(places[:, None] - line, -1, 0)).min(axis=1)
    return bool((away <= near).all())


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
