"""Interprets the operators of our own content streams for other output than paper (``page_svg``).

Only this program's output is understood; marks and processing steps are left out, overprint is ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from labelsvc.pdf.inks import SCREEN_BLACK
from labelsvc.pdf.units import number
from labelsvc.rendering.sheets.page_forms import MARKS_NAME

PageMatrix = tuple[float, float, float, float, float, float]
_SAME: PageMatrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_POINTS = {"m": "M", "l": "L", "c": "C"}
_PAINT = {"f": (True, False), "f*": (True, False), "S": (False, True), "B": (True, True), "n": (False, False)}


@dataclass(frozen=True, slots=True)
class DrawnState:
    """What ``q`` keeps: the matrix to millimetres, colours, line, font, and the id of what cuts."""

    ctm: PageMatrix
    fill: str = SCREEN_BLACK
    stroke: str = SCREEN_BLACK
    width: float = 1.0
    font: str = ""
    size: float = 0.0
    spacing: float = 0.0
    clip: str = ""
    line: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


class Canvas(Protocol):
    """What the operators draw on; paths are SVG's, in the coordinates of the state's matrix applied."""

    def draw(self, stream: Any, state: DrawnState, resources: Any) -> None: ...
    def fill_and_stroke(self, path: str, state: DrawnState, filled: bool, stroked: bool, even_odd: bool) -> None: ...
    def clip(self, path: str, state: DrawnState, even_odd: bool) -> str: ...
    def glyph(self, font: Any, code: int, matrix: PageMatrix, state: DrawnState) -> float: ...
    def image(self, image: Any, state: DrawnState) -> None: ...
    def shade(self, shading: Any, state: DrawnState) -> None: ...
    def cmyk(self, values: tuple[float, ...]) -> str: ...
    def spot(self, name: str) -> str: ...


class DrawnContent:
    """A content stream being interpreted."""

    def __init__(self, canvas: Canvas, state: DrawnState, resources: Any) -> None:
        self._canvas, self._state, self._resources = canvas, state, resources
        self._saved: list[DrawnState] = []
        self._path: list[str] = []
        self._clipping = ""
        self._text = self._line = _SAME
        self._hidden: list[bool] = []

    def run(self, steps: Any) -> None:
        for step in steps:
            operator = str(step.operator)
            do = _OPERATORS.get(operator)
            if do is not None and (not any(self._hidden) or operator in ("BDC", "BMC", "EMC", "q", "Q")):
                do(self, operator, step.operands)

    def keep(self, operator: str, operands: Any) -> None:
        if operator == "q":
            self._saved.append(self._state)
        else:
            self._state = self._saved.pop()

    def concat(self, operator: str, operands: Any) -> None:
        self._state = replace(self._state, ctm=_times(_matrix(operands), self._state.ctm))

    def width(self, operator: str, operands: Any) -> None:
        self._state = replace(self._state, width=float(operands[0]))

    def line(self, operator: str, operands: Any) -> None:
        flat = [*operands[0], operands[1]] if operator == "d" else operands
        said = {**self._state.line, operator: tuple(float(part) for part in flat)}
        self._state = replace(self._state, line=said)

    def shade(self, operator: str, operands: Any) -> None:
        self._canvas.shade(self._resources.Shading[str(operands[0])], self._state)

    def colour(self, operator: str, operands: Any) -> None:
        shown = self._canvas.cmyk(tuple(float(value) for value in operands))
        self._state = replace(self._state, fill=shown) if operator == "k" else replace(self._state, stroke=shown)

    def space(self, operator: str, operands: Any) -> None:
        name = str(self._resources.ColorSpace[str(operands[0])][1])[1:]
        shown = self._canvas.spot(name)
        self._state = replace(self._state, fill=shown) if operator == "cs" else replace(self._state, stroke=shown)

    def points(self, operator: str, operands: Any) -> None:
        values = [float(value) for value in operands]
        self._path.append(_POINTS[operator] + self._moved(values))

    def box(self, operator: str, operands: Any) -> None:
        x, y, wide, high = (float(value) for value in operands)
        corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
        self._path.append("M" + "L".join(self._moved(corner) for corner in corners) + "Z")

    def close(self, operator: str, operands: Any) -> None:
        self._path.append("Z")

    def clip(self, operator: str, operands: Any) -> None:
        self._clipping = operator

    def paint(self, operator: str, operands: Any) -> None:
        filled, stroked = _PAINT[operator]
        path = "".join(self._path)
        if path and (filled or stroked):
            self._canvas.fill_and_stroke(path, self._state, filled, stroked, operator.endswith("*"))
        if path and self._clipping:
            name = self._canvas.clip(path, self._state, self._clipping == "W*")
            self._state = replace(self._state, clip=name)
        self._path, self._clipping = [], ""

    def xobject(self, operator: str, operands: Any) -> None:
        name = str(operands[0])
        if name == f"/{MARKS_NAME.decode()}":
            return
        found = self._resources.XObject[name]
        if found.Subtype == "/Image":
            self._canvas.image(found, self._state)
        else:
            self._canvas.draw(found, self._state, found.Resources)

    def begin_text(self, operator: str, operands: Any) -> None:
        self._text = self._line = _SAME

    def font(self, operator: str, operands: Any) -> None:
        self._state = replace(self._state, font=str(operands[0]), size=float(operands[1]))

    def spacing(self, operator: str, operands: Any) -> None:
        self._state = replace(self._state, spacing=float(operands[0]))

    def move(self, operator: str, operands: Any) -> None:
        x, y = (float(value) for value in operands)
        self._text = self._line = _times((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def set_matrix(self, operator: str, operands: Any) -> None:
        self._text = self._line = _matrix(operands)

    def show(self, operator: str, operands: Any) -> None:
        import pikepdf

        state, size = self._state, self._state.size
        font = self._resources.Font[state.font]
        for part in operands[0] if operator == "TJ" else operands:
            if not isinstance(part, pikepdf.String):
                self._along(-float(part) / 1000 * size)
                continue
            codes = bytes(part)
            for at in range(0, len(codes), 2):
                place = _times((size, 0.0, 0.0, size, 0.0, 0.0), _times(self._text, state.ctm))
                code = int.from_bytes(codes[at : at + 2], "big")
                self._along(self._canvas.glyph(font, code, place, state) * size + state.spacing)

    def marked(self, operator: str, operands: Any) -> None:
        if operator == "EMC":
            self._hidden.pop()
        else:
            self._hidden.append(bool(len(operands)) and str(operands[0]) == "/OC")

    def _along(self, distance: float) -> None:
        self._text = _times((1.0, 0.0, 0.0, 1.0, distance, 0.0), self._text)

    def _moved(self, values: Any) -> str:
        a, b, c, d, e, f = self._state.ctm
        pairs = zip(values[::2], values[1::2], strict=True)
        return " ".join(f"{number(a * x + c * y + e, 4)} {number(b * x + d * y + f, 4)}" for x, y in pairs)


def _matrix(operands: Any) -> PageMatrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _times(matrix: PageMatrix, other: PageMatrix) -> PageMatrix:
    """Return the matrix that does ``matrix`` first, then ``other``."""
    a, b, c, d, e, f = matrix
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


_DONE_BY: tuple[tuple[str, Callable[[DrawnContent, str, Any], None]], ...] = (
    ("q Q", DrawnContent.keep),
    ("cm", DrawnContent.concat),
    ("w", DrawnContent.width),
    ("J j M d", DrawnContent.line),
    ("sh", DrawnContent.shade),
    ("k K", DrawnContent.colour),
    ("cs CS", DrawnContent.space),
    ("m l c", DrawnContent.points),
    ("re", DrawnContent.box),
    ("h", DrawnContent.close),
    ("W W*", DrawnContent.clip),
    (" ".join(_PAINT), DrawnContent.paint),
    ("Do", DrawnContent.xobject),
    ("BT", DrawnContent.begin_text),
    ("Tf", DrawnContent.font),
    ("Tc", DrawnContent.spacing),
    ("Td", DrawnContent.move),
    ("Tm", DrawnContent.set_matrix),
    ("Tj TJ", DrawnContent.show),
    ("BDC BMC EMC", DrawnContent.marked),
)
_OPERATORS: Mapping[str, Callable[[DrawnContent, str, Any], None]] = {
    name: do for names, do in _DONE_BY for name in names.split()
}
