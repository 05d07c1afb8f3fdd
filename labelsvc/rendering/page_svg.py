"""A page of our own press files as SVG: what stands on it as paths, letters as outlines, colours as on a screen.

For packaging designers. Only what this program writes is understood (``drawing``, ``sheet_pdf``); marks and processing
steps are left out. Millimetres, the trim's upper left corner at the origin; the bleed lies beyond the view box.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from typing import Any

from labelsvc.rendering.page_forms import MARKS_NAME
from labelsvc.rendering.palette import Palette
from labelsvc.rendering.points import MM_PER_POINT, number

Matrix = tuple[float, float, float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_BLACK = "#17231C"
_POINTS = {"m": "M", "l": "L", "c": "C"}
_PAINT = {"f": (True, False), "f*": (True, False), "S": (False, True), "B": (True, True), "n": (False, False)}


@dataclass(frozen=True, slots=True)
class _State:
    """What ``q`` keeps: the matrix to millimetres, colours, line, font, and the id of what cuts."""

    ctm: Matrix
    fill: str = _BLACK
    stroke: str = _BLACK
    width: float = 1.0
    font: str = ""
    size: float = 0.0
    spacing: float = 0.0
    clip: str = ""


def page_svg(page: Any, title: str, palette: Palette, profile: bytes) -> bytes:
    """Return the trim of a page (pikepdf's) as an SVG file; ``profile``: of the inks of its pictures."""
    left, bottom, right, top = (float(side) for side in page.obj.TrimBox)
    width, height = (right - left) * MM_PER_POINT, (top - bottom) * MM_PER_POINT
    scale = MM_PER_POINT
    drawing = _Drawing(_Colours(palette), profile)
    drawing.draw(page, _State((scale, 0.0, 0.0, -scale, -left * scale, top * scale)), page.obj.Resources)
    size = f'width="{number(width, 3)}mm" height="{number(height, 3)}mm"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {number(width, 3)} {number(height, 3)}">'
    parts = [head, f"<title>{escape(title)}</title>", f"<defs>{''.join(drawing.kept.values())}</defs>"]
    return "\n".join([*parts, *drawing.parts, "</svg>\n"]).encode()


class _Colours:
    """Screen colours of inks: the palette's, or nearly, for what is none of it."""

    def __init__(self, palette: Palette) -> None:
        self._inks = {tuple(round(part / 100, 4) for part in ink.cmyk): ink.screen for ink in palette.inks.values()}
        self._spots = {ink.spot: ink.screen for ink in palette.inks.values() if ink.spot}

    def cmyk(self, values: tuple[float, ...]) -> str:
        found = self._inks.get(tuple(round(value, 4) for value in values))
        cyan, magenta, yellow, black = values
        parts = [round(255 * (1 - ink) * (1 - black)) for ink in (cyan, magenta, yellow)]
        return found or "#{:02X}{:02X}{:02X}".format(*parts)

    def spot(self, name: str) -> str:
        return self._spots.get(name, _BLACK)


class _Drawing:
    """The parts of the file while they are collected; ``kept``: glyphs and clip paths by their ids."""

    def __init__(self, colours: _Colours, profile: bytes) -> None:
        self._colours, self._profile = colours, profile
        self._fonts: dict[int, Any] = {}
        self.kept: dict[str, str] = {}
        self.parts: list[str] = []

    def draw(self, stream: Any, state: _State, resources: Any) -> None:
        """Draw a content stream."""
        import pikepdf

        _Content(self, state, resources).run(pikepdf.parse_content_stream(stream))

    def fill_and_stroke(self, path: str, state: _State, filled: bool, stroked: bool, even_odd: bool) -> None:
        rule = ' fill-rule="evenodd"' if even_odd else ""
        look = f'fill="{state.fill}"{rule}' if filled else 'fill="none"'
        if stroked:
            scale = abs(state.ctm[0] * state.ctm[3] - state.ctm[1] * state.ctm[2]) ** 0.5
            look += f' stroke="{state.stroke}" stroke-width="{number(state.width * scale, 4)}"'
        self._add(f'<path d="{path}" {look}', state)

    def clip(self, path: str, state: _State, even_odd: bool) -> str:
        """Keep a clip path inside of the one that holds already; return its id."""
        name = f"c{len(self.kept)}"
        within = f' clip-path="url(#{state.clip})"' if state.clip else ""
        rule = ' clip-rule="evenodd"' if even_odd else ""
        self.kept[name] = f'<clipPath id="{name}"{within}><path d="{path}"{rule}/></clipPath>'
        return name

    def glyph(self, font: Any, code: int, matrix: Matrix, state: _State) -> float:
        """Draw a letter; return its advance in ems."""
        from fontTools.pens.svgPathPen import SVGPathPen

        program, key = self._program(font)
        units = program["head"].unitsPerEm
        letter = program.getGlyphOrder()[code]
        name = f"g{key}-{code}"
        if name not in self.kept:
            pen = SVGPathPen(program.getGlyphSet(), ntos=lambda value: number(value, 1))
            program.getGlyphSet()[letter].draw(pen)
            self.kept[name] = f'<path id="{name}" d="{pen.getCommands()}"/>'
        a, b, c, d, e, f = matrix
        shown = " ".join(number(part, 6) for part in (a / units, b / units, c / units, d / units, e, f))
        if self.kept[name] != f'<path id="{name}" d=""/>':
            self._add(f'<use href="#{name}" transform="matrix({shown})" fill="{state.fill}"', state)
        advance: float = program["hmtx"][letter][0] / units
        return advance

    def image(self, image: Any, state: _State) -> None:
        a, b, c, d, e, f = state.ctm
        matrix = " ".join(number(part, 5) for part in (a, b, -c, -d, e + c, f + d))
        data = b64encode(_png(image, self._profile)).decode()
        place = f'width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"'
        self._add(f'<image href="data:image/png;base64,{data}" {place}', state)

    def cmyk(self, values: tuple[float, ...]) -> str:
        return self._colours.cmyk(values)

    def spot(self, name: str) -> str:
        return self._colours.spot(name)

    def _add(self, element: str, state: _State) -> None:
        """Add an element; what cuts it stands around it, where its own transform does not move it."""
        cut = f'<g clip-path="url(#{state.clip})">{element}/></g>' if state.clip else f"{element}/>"
        self.parts.append(cut)

    def _program(self, font: Any) -> tuple[Any, int]:
        from fontTools.ttLib import TTFont

        key = int(font.objgen[0])
        if key not in self._fonts:
            data = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
            self._fonts[key] = TTFont(BytesIO(data), lazy=True)
        return self._fonts[key], key


class _Content:
    """One content stream under way."""

    def __init__(self, drawing: _Drawing, state: _State, resources: Any) -> None:
        self._drawing, self._state, self._resources = drawing, state, resources
        self._saved: list[_State] = []
        self._path: list[str] = []
        self._last: tuple[float, float] = (0.0, 0.0)
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

    def colour(self, operator: str, operands: Any) -> None:
        shown = self._drawing.cmyk(tuple(float(value) for value in operands))
        self._state = replace(self._state, fill=shown) if operator == "k" else replace(self._state, stroke=shown)

    def space(self, operator: str, operands: Any) -> None:
        name = str(self._resources.ColorSpace[str(operands[0])][1])[1:]
        shown = self._drawing.spot(name)
        self._state = replace(self._state, fill=shown) if operator == "cs" else replace(self._state, stroke=shown)

    def points(self, operator: str, operands: Any) -> None:
        values = [float(value) for value in operands]
        self._last = values[-2], values[-1]
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
            self._drawing.fill_and_stroke(path, self._state, filled, stroked, operator.endswith("*"))
        if path and self._clipping:
            name = self._drawing.clip(path, self._state, self._clipping == "W*")
            self._state = replace(self._state, clip=name)
        self._path, self._clipping = [], ""

    def xobject(self, operator: str, operands: Any) -> None:
        name = str(operands[0])
        if name == f"/{MARKS_NAME.decode()}":
            return
        found = self._resources.XObject[name]
        if found.Subtype == "/Image":
            self._drawing.image(found, self._state)
        else:
            self._drawing.draw(found, self._state, found.Resources)

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
                self._along(self._drawing.glyph(font, code, place, state) * size + state.spacing)

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


def _png(image: Any, profile: bytes) -> bytes:
    """Return an image XObject as a PNG in sRGB."""
    from PIL import Image, ImageCms

    mode = "L" if image.ColorSpace == "/DeviceGray" else "CMYK"
    shown = Image.frombytes(mode, (int(image.Width), int(image.Height)), image.read_bytes())
    if mode == "CMYK":
        inks, how = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.Intent.RELATIVE_COLORIMETRIC
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        screen: Any = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(inks, screen, mode, "RGB", how, flags)
        shown = ImageCms.applyTransform(shown, transform) or shown
    stream = BytesIO()
    shown.save(stream, "PNG")
    return stream.getvalue()


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    """Return the matrix that does ``one`` first, then ``other``."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


_OPERATORS: Mapping[str, Callable[[_Content, str, Any], None]] = {
    "q": _Content.keep, "Q": _Content.keep, "cm": _Content.concat, "w": _Content.width, "k": _Content.colour,
    "K": _Content.colour, "cs": _Content.space, "CS": _Content.space, "m": _Content.points, "l": _Content.points,
    "c": _Content.points, "re": _Content.box, "h": _Content.close, "W": _Content.clip, "W*": _Content.clip,
    **dict.fromkeys(_PAINT, _Content.paint), "Do": _Content.xobject, "BT": _Content.begin_text, "Tf": _Content.font,
    "Tc": _Content.spacing, "Td": _Content.move, "Tm": _Content.set_matrix, "Tj": _Content.show,
    "TJ": _Content.show, "BDC": _Content.marked, "BMC": _Content.marked, "EMC": _Content.marked,
}  # fmt: skip
"""What this program writes; graphics states (overprint) mean nothing on a screen."""
