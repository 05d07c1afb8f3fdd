"""The graphics state of a content stream, and what is painted with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot, sqrt
from typing import Any

from labelsvc.preflight.content.clips import Clips
from labelsvc.preflight.content.colours import GRAY_SPACE, ColourSpace, InkColour, first_colour
from labelsvc.preflight.content.path_box import Box, Segment
from labelsvc.preflight.content.pdf_values import IDENTITY, Matrix
from labelsvc.preflight.content.rectangle_runs import RectangleRun

FILL, STROKE, TEXT, IMAGE, SHADING = "fill", "stroke", "text", "image", "shading"


@dataclass
class GraphicsState:
    """The part of the graphics state that the rules need (ISO 32000-1, 8.4)."""

    ctm: Matrix = IDENTITY
    fill_space: ColourSpace = GRAY_SPACE
    stroke_space: ColourSpace = GRAY_SPACE
    fill: InkColour = field(default_factory=lambda: first_colour(GRAY_SPACE))
    stroke: InkColour = field(default_factory=lambda: first_colour(GRAY_SPACE))
    fill_overprints: bool = False
    stroke_overprints: bool = False
    overprint_mode: int = 0
    line_width: float = 1.0
    font: Any = None
    font_size: float = 0.0
    text_mode: int = 0
    text_rise: float = 0.0
    leading: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    widening: float = 1.0
    faint_fill: bool = False
    faint_stroke: bool = False
    blends: bool = False
    masked: bool = False
    clips: Clips = ()
    dashed: bool = False
    cell: bool = False
    """In a pattern's cell, which is repeated wherever the pattern is painted."""
    colour_fixed: bool = False
    """In the cell of an uncoloured pattern, whose colour comes from outside (ISO 32000-1, 8.7.3.3)."""

    def copy(self) -> GraphicsState:
        """Return a copy, as ``q`` saves it."""
        made = object.__new__(GraphicsState)
        made.__dict__.update(self.__dict__)
        return made

    @property
    def transparent(self) -> bool:
        """Return whether paintings are transparent."""
        return self.faint_fill or self.faint_stroke or self.blends or self.masked

    @property
    def key(self) -> tuple[object, ...]:
        """What a form inherits, except its position."""
        return (
            self.ctm[:4],
            self.fill,
            self.stroke,
            self.fill_overprints,
            self.stroke_overprints,
            self.overprint_mode,
            self.line_width,
            self.text_mode,
            self.faint_fill,
            self.faint_stroke,
            self.blends,
            self.masked,
            self.cell,
            self.colour_fixed,
        )


@dataclass(frozen=True, slots=True, eq=False)
class PaintedObject:
    """An object painted on a page: its box in page points, its colour, and the relevant graphics state.

    ``width_pt``: of the stroke as printed; ``size_pt``: of the text as printed; ``layers``: object numbers of the
    optional content groups that it stands in; ``stream``: object number of its content stream; ``image``: the object;
    ``parts``: the boxes of a path's subpaths; ``outlines``: the subpaths of a stroke, and of what is filled with white,
    as written, in the space of ``matrix``;
    ``thinnest``: subpaths drawn thin, with their least width in points;
    ``reach``: boxes that nothing of it leaves, none where that is unknown; ``cell``: it stands in a pattern's cell;
    ``as_drawn``: the reach of letters is that of their outlines; ``run``: the rectangles that alone are filled;
    ``clips``: what of it is seen; ``segments``: how many a path has; ``dashed``: its lines are.
    """

    kind: str
    box: Box
    colour: InkColour
    overprints: bool
    overprint_mode: int
    layers: tuple[int, ...]
    stream: int
    transparent: bool = False
    width_pt: float = 0.0
    size_pt: float = 0.0
    font: Any = None
    image: Any = None
    matrix: Matrix = IDENTITY
    parts: tuple[Box, ...] = ()
    outlines: tuple[tuple[Segment, ...], ...] = ()
    thinnest: tuple[tuple[Box, float], ...] = ()
    cell: bool = False
    reach: tuple[Box, ...] = ()
    as_drawn: bool = False
    run: RectangleRun | None = None
    clips: Clips = ()
    segments: int = 0
    dashed: bool = False


def box_on_page(matrix: Matrix, box: Box) -> Box:
    """Return the bounding box of a transformed box."""
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    xs = (a * x0, a * x1), (c * y0, c * y1)
    ys = (b * x0, b * x1), (d * y0, d * y1)
    return (
        e + min(xs[0]) + min(xs[1]),
        f + min(ys[0]) + min(ys[1]),
        e + max(xs[0]) + max(xs[1]),
        f + max(ys[0]) + max(ys[1]),
    )


def grown(box: Box, by: float) -> Box:
    """Return a box grown on all sides."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def box_around(boxes: Sequence[Box]) -> Box:
    """Return the box around some boxes (at least one)."""
    lefts, lows, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(tops)


def scale_of(matrix: Matrix) -> float:
    """Return by how much a matrix widens a line (the mean of both directions)."""
    return sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))


def least_scale_of(matrix: Matrix) -> float:
    """Return a bound of by how much less a matrix widens anything in any direction."""
    most = hypot(*matrix[:4])
    return abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) / most if most else 0.0


def height_of(matrix: Matrix) -> float:
    """Return the height of one unit under a matrix, measured perpendicular to the baseline."""
    along = hypot(matrix[0], matrix[1])
    return abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) / along if along else 0.0
