"""The operators of one content stream, and the graphics state that they change (ISO 32000-1, Annex A)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.rendering.preflight.colours import (
    CMYK_SPACE,
    GRAY_SPACE,
    PATTERN,
    Colour,
    Space,
    colour_in,
    first_colour,
    space_of,
)
from labelsvc.rendering.preflight.graphics import (
    FILL,
    IMAGE,
    SHADING,
    STROKE,
    TEXT,
    Box,
    Painted,
    State,
    box_on_page,
    grown,
    height_of,
    scale_of,
)
from labelsvc.rendering.preflight.path_box import PathBox, around
from labelsvc.rendering.preflight.values import (
    IDENTITY,
    Matrix,
    dictionary_of,
    items_of,
    matrix_of,
    name_of,
    number_of,
    object_number,
    times,
)

if TYPE_CHECKING:
    from labelsvc.rendering.preflight.walk import Walk

DEEPEST_STATE = 512
MITRE = 5.0
"""Line widths that a corner may reach beyond its path at the usual mitre limit of 10 (ISO 32000-1, 8.4.3.5)."""
_PAINT = {
    "f": (1, 0), "F": (1, 0), "f*": (1, 0), "S": (0, 1), "s": (0, 1), "B": (1, 1), "B*": (1, 1), "b": (1, 1),
    "b*": (1, 1), "n": (0, 0),
}  # fmt: skip
_DEVICE = {"g": GRAY_SPACE, "k": CMYK_SPACE, "rg": Space("DeviceRGB", (), 3)}
_TEXT_SETTINGS = {"TL": "leading", "Ts": "text_rise", "Tc": "char_space", "Tw": "word_space"}
_PATH = frozenset(("m", "l", "c", "v", "y", "re", "h"))


class ContentStream:
    """One content stream under way."""

    def __init__(self, walk: Walk, resources: Any, state: State, layers: tuple[int, ...], number: int) -> None:
        self.walk, self.resources, self.state = walk, resources, state
        self.number = number
        self.layers: list[tuple[int, ...]] = [layers]
        self.saved: list[State] = []
        self.path = PathBox()
        self.text_matrix = self.line_matrix = IDENTITY

    def run(self, steps: Any) -> None:
        """Go through the operators."""
        path = self.path.add
        for step in steps:
            operator, operands = str(step.operator), step.operands
            if operator in _PATH:
                path(operator, operands)
                continue
            do = _OPERATORS.get(operator)
            if do is None:
                continue
            try:
                do(self, operator, operands)
            except (IndexError, TypeError, ValueError, OverflowError):
                self.walk.report("structure", Problem("preflight.operator", {"operator": operator}), self.number)
        if self.saved:
            self.walk.report("balance", Problem("preflight.unbalanced", {"open": len(self.saved)}), self.number)

    def named(self, kind: str, name: Any) -> Any:
        """Return a named resource; a missing one is a fault."""
        found = dictionary_of(self.resources.get(kind)).get(str(name))
        if found is None:
            facts = {"kind": kind[1:], "name": str(name)[1:]}
            self.walk.report("resources", Problem("preflight.resource", facts), self.number)
        return found

    def save(self, _: str, __: Any) -> None:
        if len(self.saved) >= DEEPEST_STATE:
            self.walk.bound("preflight.too_deep", self.number)
            return
        self.saved.append(self.state.copy())

    def restore(self, _: str, __: Any) -> None:
        if self.saved:
            self.state = self.saved.pop()
        else:
            self.walk.report("balance", Problem("preflight.unbalanced", {"open": -1}), self.number)

    def concat(self, _: str, operands: Any) -> None:
        self.state.ctm = times(matrix_of(operands), self.state.ctm)

    def width(self, _: str, operands: Any) -> None:
        self.state.line_width = float(operands[0])

    def device_colour(self, operator: str, operands: Any) -> None:
        space = _DEVICE[operator.lower()]
        values = [float(value) for value in operands]
        if len(values) < space.components:
            raise ValueError
        self._set(operator.isupper(), space, colour_in(space, values))

    def colour_space(self, operator: str, operands: Any) -> None:
        name = str(operands[0])
        device = name in ("/DeviceGray", "/DeviceCMYK", "/DeviceRGB", "/Pattern")
        space = space_of(operands[0] if device else self.named("/ColorSpace", name))
        self._set(operator == "CS", space, first_colour(space))

    def colour(self, operator: str, operands: Any) -> None:
        stroke = operator.startswith("SC")
        space = self.state.stroke_space if stroke else self.state.fill_space
        if operands and isinstance(operands[-1], pikepdf.Name):
            self._set(stroke, space, Colour(PATTERN, known=False))
            self._pattern(self.named("/Pattern", operands[-1]))
        else:
            self._set(stroke, space, colour_in(space, [float(value) for value in operands]))

    def _set(self, stroke: bool, space: Space, colour: Colour) -> None:
        if stroke:
            self.state.stroke_space, self.state.stroke = space, colour
        else:
            self.state.fill_space, self.state.fill = space, colour

    def _pattern(self, pattern: Any) -> None:
        if isinstance(pattern, pikepdf.Stream):
            self.walk.form(pattern, self.resources, State(), self.layers[-1])
        elif pattern is not None:
            self._shading(dictionary_of(pattern).get("/Shading"))

    def graphics_state(self, _: str, operands: Any) -> None:
        given = dictionary_of(self.named("/ExtGState", operands[0]))
        self.walk.states.append(given)
        state = self.state
        if "/OP" in given:
            state.stroke_overprints = state.fill_overprints = bool(given.get("/OP"))
        if "/op" in given:
            state.fill_overprints = bool(given.get("/op"))
        if "/OPM" in given:
            state.overprint_mode = int(given.get("/OPM"))
        if "/LW" in given:
            state.line_width = float(given.get("/LW"))
        font = given.get("/Font")
        if isinstance(font, pikepdf.Array) and len(font) == 2:
            state.font, state.font_size = font[0], float(font[1])
        state.transparent = see_through(given, state.transparent)

    def paint(self, operator: str, _: Any) -> None:
        filled, stroked = _PAINT[operator]
        parts = self.path.close()
        if not parts or not (filled or stroked):
            return
        state = self.state
        on_page = box_on_page(state.ctm, around(parts))
        if filled:
            self._add(FILL, on_page, state.fill, state.fill_overprints, reach=(on_page,))
        if stroked:
            width = state.line_width * scale_of(state.ctm)
            strokes = tuple(box_on_page(state.ctm, part) for part in parts)
            reach = tuple(grown(part, width * MITRE) for part in strokes)
            more = {"width_pt": width, "parts": strokes, "reach": reach}
            self._add(STROKE, on_page, state.stroke, state.stroke_overprints, **more)

    def shading(self, _: str, operands: Any) -> None:
        self._shading(self.named("/Shading", operands[0]))

    def _shading(self, shading: Any) -> None:
        space = space_of(dictionary_of(shading).get("/ColorSpace"))
        colour = Colour(space.family, known=False)
        where = box_on_page(self.state.ctm, (0.0, 0.0, 0.0, 0.0))
        self._add(SHADING, where, colour, self.state.fill_overprints, image=shading)

    def xobject(self, _: str, operands: Any) -> None:
        found = self.named("/XObject", operands[0])
        if not isinstance(found, pikepdf.Stream):
            return
        match name_of(found.get("/Subtype")):
            case "/Form":
                self.walk.form(found, self.resources, self.state, self.layers[-1])
            case "/Image":
                self._image(found, bool(found.get("/ImageMask", False)))
            case other:
                problem = Problem("preflight.xobject", {"kind": other[1:] or "?"})
                self.walk.report("image_extras", problem, object_number(found))

    def inline_image(self, _: str, operands: Any) -> None:
        self._image(operands[0], bool(operands[0].image_mask))

    def _image(self, image: Any, mask: bool) -> None:
        box = box_on_page(self.state.ctm, (0.0, 0.0, 1.0, 1.0))
        colour = self.state.fill if mask else Colour(IMAGE, known=False)
        self._add(IMAGE, box, colour, self.state.fill_overprints, image=image, reach=(box,))

    def begin_text(self, _: str, __: Any) -> None:
        self.text_matrix = self.line_matrix = IDENTITY

    def font(self, _: str, operands: Any) -> None:
        self.state.font = self.named("/Font", operands[0])
        self.state.font_size = float(operands[1])

    def text_setting(self, operator: str, operands: Any) -> None:
        value = float(operands[0])
        if operator == "Tr":
            self.state.text_mode = int(value)
        elif operator == "Tz":
            self.state.widening = value / 100
        else:
            setattr(self.state, _TEXT_SETTINGS[operator], value)

    def move_text(self, operator: str, operands: Any) -> None:
        x, y = (float(operands[0]), float(operands[1])) if operands else (0.0, -self.state.leading)
        if operator == "TD":
            self.state.leading = -y
        self.text_matrix = self.line_matrix = times((1.0, 0.0, 0.0, 1.0, x, y), self.line_matrix)

    def set_text(self, _: str, operands: Any) -> None:
        self.text_matrix = self.line_matrix = matrix_of(operands)

    def show(self, operator: str, operands: Any) -> None:
        state = self.state
        if operator == '"':
            state.word_space, state.char_space = float(operands[0]), float(operands[1])
        if operator in ("'", '"'):
            self.move_text("T*", ())
        if state.font is None:
            facts = {"kind": "Font", "name": "–"}
            self.walk.report("resources", Problem("preflight.resource", facts), self.number)
            return
        matrix = times(self.text_matrix, state.ctm)
        size = abs(state.font_size) * height_of(matrix)
        box = box_on_page(matrix, (0.0, state.text_rise, abs(state.font_size) / 2, abs(state.font_size)))
        reach = self._reach(matrix, operands)
        more = {"size_pt": size, "font": state.font}
        if state.text_mode in (0, 2, 4, 6):
            self._add(TEXT, box, state.fill, state.fill_overprints, reach=reach, **more)
        if state.text_mode in (1, 2, 5, 6):
            width = state.line_width * scale_of(state.ctm)
            wide = tuple(grown(part, width * MITRE) for part in reach)
            self._add(TEXT, box, state.stroke, state.stroke_overprints, reach=wide, width_pt=width, **more)

    def _reach(self, matrix: Matrix, operands: Any) -> tuple[Box, ...]:
        """Return the box that the letters about to be shown stay in, if it is known, and move on behind them."""
        widths = self.walk.widths(self.state.font)
        if widths is None or not operands:
            return ()
        line = widths.line(operands[-1], self.state)
        self.text_matrix = times((1.0, 0.0, 0.0, 1.0, line.advance, 0.0), self.text_matrix)
        return (box_on_page(matrix, line.box),)

    def begin_marked(self, operator: str, operands: Any) -> None:
        inner = self.layers[-1]
        if operator == "BDC" and name_of(operands[0]) == "/OC":
            given = operands[1]
            layer = self.named("/Properties", given) if isinstance(given, pikepdf.Name) else given
            inner = inner + layer_numbers(layer)
        self.layers.append(inner)

    def end_marked(self, _: str, __: Any) -> None:
        if len(self.layers) > 1:
            self.layers.pop()
        else:
            self.walk.report("balance", Problem("preflight.unbalanced_layer", {}), self.number)

    def _add(self, kind: str, box: Any, colour: Colour, overprints: bool, **more: Any) -> None:
        state = self.state
        mode, within = state.overprint_mode, self.layers[-1]
        one = Painted(
            kind, box, colour, overprints, mode, within, self.number, state.transparent, matrix=state.ctm, **more
        )
        self.walk.painted.append(one)


def layer_numbers(layer: Any) -> tuple[int, ...]:
    """Return the object numbers of an optional content group, or of all of a membership dictionary."""
    if not isinstance(layer, pikepdf.Dictionary):
        return ()
    members = layer.get("/OCGs")
    if members is None:
        return (object_number(layer),)
    return tuple(object_number(one) for one in items_of(members) or [members])


def see_through(given: Any, before: bool) -> bool:
    """Tell whether what is painted after an ExtGState lets shine through what lies below."""
    if not any(key in given for key in ("/BM", "/SMask", "/ca", "/CA")):
        return before
    modes = {name_of(mode) for mode in items_of(given.get("/BM"))} or {name_of(given.get("/BM")) or "/Normal"}
    masked = isinstance(given.get("/SMask"), pikepdf.Dictionary)
    faint = any((number_of(given.get(key, 1)) or 0.0) < 1 for key in ("/ca", "/CA"))
    return masked or faint or not modes <= {"/Normal", "/Compatible"}


def _operators() -> Iterator[tuple[str, Callable[[ContentStream, str, Any], None]]]:
    groups: tuple[tuple[str, Callable[[ContentStream, str, Any], None]], ...] = (
        ("q", ContentStream.save),
        ("Q", ContentStream.restore),
        ("cm", ContentStream.concat),
        ("w", ContentStream.width),
        ("g G k K rg RG", ContentStream.device_colour),
        ("cs CS", ContentStream.colour_space),
        ("sc SC scn SCN", ContentStream.colour),
        ("gs", ContentStream.graphics_state),
        (" ".join(_PAINT), ContentStream.paint),
        ("sh", ContentStream.shading),
        ("Do", ContentStream.xobject),
        ("BT", ContentStream.begin_text),
        ("Tf", ContentStream.font),
        ("Tr TL Ts Tc Tw Tz", ContentStream.text_setting),
        ("Td TD T*", ContentStream.move_text),
        ("Tm", ContentStream.set_text),
        ("Tj TJ ' \"", ContentStream.show),
        ("BDC BMC", ContentStream.begin_marked),
        ("EMC", ContentStream.end_marked),
    )
    yield "INLINE IMAGE", ContentStream.inline_image
    for names, do in groups:
        for name in names.split():
            yield name, do


_OPERATORS = dict(_operators())
