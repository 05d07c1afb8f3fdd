"""The operators of one content stream, and the graphics state that they change (ISO 32000-1, Annex A)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.clips import NOTHING_KNOWN, Outline
from labelsvc.preflight.content.colours import (
    CMYK,
    CMYK_SPACE,
    GRAY,
    GRAY_SPACE,
    PAPER,
    PATTERN,
    Colour,
    Space,
    any_colour,
    colour_in,
    first_colour,
    most_of,
    space_of,
)
from labelsvc.preflight.content.ext_gstate import set_state
from labelsvc.preflight.content.graphics_state import (
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
    least_scale_of,
    scale_of,
)
from labelsvc.preflight.content.known_content import KnownContent, Report
from labelsvc.preflight.content.optional_content import layer_numbers
from labelsvc.preflight.content.path_box import PathBox, Subpath, around
from labelsvc.preflight.content.pdf_values import (
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
from labelsvc.preflight.content.rectangle_runs import MARK, RectangleRun, run_of
from labelsvc.preflight.content.shadings import shading_colours
from labelsvc.preflight.content.streams import REFUSED_FILTERS, filters
from labelsvc.preflight.content.thin_paths import line_width, strip_width
from labelsvc.preflight.content.walk import Scope, Steps, Walk

DEEPEST_STATE = 512
MITRE = 5.0
"""Line widths that a corner may reach beyond its path at the usual mitre limit of 10 (ISO 32000-1, 8.4.3.5)."""
_PAINT = {
    "f": (1, 0), "F": (1, 0), "f*": (1, 0), "S": (0, 1), "s": (0, 1), "B": (1, 1), "B*": (1, 1), "b": (1, 1),
    "b*": (1, 1), "n": (0, 0),
}  # fmt: skip
_CLOSING = frozenset(("s", "b", "b*"))
"""Painting operators that close the path first."""
_DEVICE = {"g": GRAY_SPACE, "k": CMYK_SPACE, "rg": Space("DeviceRGB", (), 3)}
_TEXT_SETTINGS = {"TL": "leading", "Ts": "text_rise", "Tc": "char_space", "Tw": "word_space"}
_PATH = frozenset(("m", "l", "c", "v", "y", "re", "h"))
_WITHOUT_EFFECT = frozenset(("i", "ri", "j", "J", "M", "d0", "d1", "MP", "DP"))
"""Operators that change nothing that a rule asks for."""
FIRST_CLIPPING, CLIPPING = 4, 7
"""The text rendering modes from which on letters clip, and in which they do nothing else (ISO 32000-1, 9.3.6)."""
DEVICES = frozenset((GRAY, CMYK, "DeviceRGB"))
FEWEST_CORNERS = 3
THIN_PT = 0.3
"""A width in points from which on nothing is thin: a hairline is 0.28."""


class ContentStream:
    """One content stream under way."""

    def __init__(self, walk: Walk, resources: Any, state: State, layers: tuple[int, ...], number: int) -> None:
        self.walk, self.resources, self.state = walk, resources, state
        self.number = number
        self.base = state.ctm
        self.inherited_font = state.font
        self.in_text = False
        self.lenient = 0
        self.layers: list[tuple[int, ...]] = [layers]
        self.saved: list[State] = []
        self.path = PathBox()
        self.only_run: RectangleRun | None = None
        self.clipping = False
        self.text_matrix = self.line_matrix = IDENTITY

    def run(self, steps: Any) -> None:
        """Go through the operators."""
        path, work = self.path.add, self.walk.work.take_operator
        for step in steps:
            operator, operands = str(step.operator), step.operands
            work(operator)
            if operator in _PATH:
                path(operator, operands)
                continue
            do = _OPERATORS.get(operator)
            if do is None:
                self.other(operator)
                continue
            try:
                do(self, operator, operands)
            except (IndexError, TypeError, ValueError, OverflowError):
                self.walk.report("structure", Problem("preflight.operator", {"operator": operator}), self.number)
        if self.saved:
            self.walk.report("balance", Problem("preflight.unbalanced", {"open": len(self.saved)}), self.number)
        if len(self.layers) > 1:
            self.walk.report("balance", Problem("preflight.unclosed_layer", {}), self.number)
        if self.in_text:
            self.walk.report("balance", Problem("preflight.unbalanced_text", {}), self.number)

    def other(self, operator: str) -> None:
        """Take an operator that changes no state; what the format does not have stands between BX and EX only."""
        if operator in ("BX", "EX"):
            self.lenient += 1 if operator == "BX" else -1
        elif operator not in _WITHOUT_EFFECT and self.lenient <= 0:
            self.walk.report("structure", Problem("preflight.unknown_operator", {"operator": operator}), self.number)

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
            values = [float(value) for value in operands[:-1]]
            self._set(stroke, space, self._pattern(self.named("/Pattern", operands[-1]), space, values))
        else:
            self._set(stroke, space, colour_in(space, [float(value) for value in operands]))

    def _set(self, stroke: bool, space: Space, colour: Colour) -> None:
        if self.state.colour_fixed:
            return
        if stroke:
            self.state.stroke_space, self.state.stroke = space, colour
        else:
            self.state.fill_space, self.state.fill = space, colour

    def _pattern(self, pattern: Any, space: Space, values: list[float]) -> Colour:
        """Go through a pattern's cell; return the colour that painting with it counts as."""
        if not isinstance(pattern, pikepdf.Stream):
            given = dictionary_of(pattern)
            if "/ExtGState" in given:
                self.walk.states.append(dictionary_of(given.get("/ExtGState")))
            return self._shading(given.get("/Shading")) if pattern is not None else Colour(PATTERN, known=False)
        state = State(ctm=self.base, cell=True)
        if number_of(pattern.get("/PaintType")) != 2:
            cell = self.walk.form(pattern, self.resources, state, self.layers[-1])
            inside = self.walk.painted[cell.start : cell.end] if cell else []
            return most_of((one.colour for one in inside), PATTERN)
        state.fill = state.stroke = colour = colour_in(space.base or Space("unknown"), values)
        state.colour_fixed = True
        self.walk.form(pattern, self.resources, state, self.layers[-1])
        return colour

    def graphics_state(self, _: str, operands: Any) -> None:
        given = dictionary_of(self.named("/ExtGState", operands[0]))
        self.walk.states.append(given)
        set_state(self.state, given)
        if isinstance(given.get("/SMask"), pikepdf.Dictionary):
            self.walk.mask(given.get("/SMask").get("/G"), self.resources, self.base)

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
        filled, stroked = _PAINT[operator]
        if operator in _CLOSING:
            self.path.add("h", ())
        parts, run, self.only_run = self.path.close(), self.only_run, None
        if parts and (filled or stroked):
            run = run or (run_of(parts) if filled else None)
            self._paint(parts, run, bool(filled), bool(stroked))
        if self.clipping:
            self.clipping = False
            self.state.clips += (Outline(parts[0].segments, self.state.ctm) if len(parts) == 1 else NOTHING_KNOWN,)

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
            self._add(FILL, on_page, state.fill, state.fill_overprints, **filled_parts)
        if stroked:
            width = state.line_width * scale_of(state.ctm)
            strokes = tuple(box_on_page(state.ctm, part.box) for part in parts)
            reach = tuple(grown(part, width * MITRE) for part in strokes)
            thin = self._thin(parts, [line_width(state.line_width, part.corners, state.ctm) for part in parts])
            outlines = tuple(part.segments for part in parts)
            more |= {"width_pt": width, "parts": strokes, "outlines": outlines, "reach": reach, "thinnest": thin}
            self._add(STROKE, on_page, state.stroke, state.stroke_overprints, **more)

    def _thin(self, parts: list[Subpath], widths: list[float]) -> tuple[tuple[Box, float], ...]:
        pairs = zip(parts, widths, strict=True)
        return tuple((box_on_page(self.state.ctm, part.box), width) for part, width in pairs if width < THIN_PT)

    def shading(self, _: str, operands: Any) -> None:
        self._shading(self.named("/Shading", operands[0]))

    def _shading(self, shading: Any) -> Colour:
        given = dictionary_of(shading)
        colour = any_colour(self._space(given.get("/ColorSpace")))
        samples = shading_colours(shading)
        if samples and colour.amounts:
            colour = most_of(samples, colour.family)
        where = box_on_page(self.state.ctm, (0.0, 0.0, 0.0, 0.0))
        self._add(SHADING, where, colour, self.state.fill_overprints, image=shading)
        return colour

    def xobject(self, _: str, operands: Any) -> None:
        found = self.named("/XObject", operands[0])
        if not isinstance(found, pikepdf.Stream):
            return
        match name_of(found.get("/Subtype")):
            case "/Form":
                self._check_form(found)
                self.walk.form(found, self.resources, self.state, self.layers[-1])
            case "/Image":
                self._image(found, bool(found.get("/ImageMask", False)))
            case other:
                problem = Problem("preflight.xobject", {"kind": other[1:] or "?"})
                self.walk.report("image_extras", problem, object_number(found))

    def _check_form(self, form: Any) -> None:
        """A form that is PostScript, or stands for a page of another file, is none that a press file may hold."""
        number = object_number(form)
        if "/PS" in form or name_of(form.get("/Subtype2")) == "/PS":
            self.walk.report("image_extras", Problem("preflight.xobject", {"kind": "PS"}), number)
        if "/Ref" in form:
            self.walk.report("external_streams", Problem("preflight.reference", {}), number)

    def inline_image(self, _: str, operands: Any) -> None:
        given = operands[0].obj
        for name in {*filters(given), *filters(given, "/F")} & REFUSED_FILTERS:
            self.walk.report("filters", Problem("preflight.filters", {"name": name[1:]}), self.number)
        self._image(operands[0], bool(operands[0].image_mask))

    def _image(self, image: Any, mask: bool) -> None:
        box = box_on_page(self.state.ctm, (0.0, 0.0, 1.0, 1.0))
        given = image if isinstance(image, pikepdf.Stream) else image.obj
        space = given.get("/ColorSpace", given.get("/CS"))
        colour = self.state.fill if mask else any_colour(self._space(space))
        self._add(IMAGE, box, colour, self.state.fill_overprints, image=image, reach=(box,))

    def _space(self, value: Any) -> Space:
        """Return a colour space; one of an inline image may be named (ISO 32000-1, 8.9.7)."""
        space = space_of(value)
        plain = not isinstance(value, pikepdf.Name) or space.family in DEVICES
        return space if plain else space_of(self.named("/ColorSpace", value))

    def text_object(self, operator: str, __: Any) -> None:
        if (operator == "BT") == self.in_text:
            self.walk.report("balance", Problem("preflight.unbalanced_text", {}), self.number)
        self.in_text = operator == "BT"
        if self.in_text:
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
        if state.font is self.inherited_font:
            self.walk.inherits_font()
        self.walk.note_text(state.font, operands[-1])
        matrix = times(self.text_matrix, state.ctm)
        size = abs(state.font_size) * height_of(matrix)
        box = box_on_page(matrix, (0.0, state.text_rise, abs(state.font_size) / 2, abs(state.font_size)))
        reach, as_drawn = self._reach(matrix, operands)
        more: dict[str, Any] = {"size_pt": size, "font": state.font, "as_drawn": as_drawn, "matrix": matrix}
        if state.text_mode >= FIRST_CLIPPING:
            state.clips += (NOTHING_KNOWN,)
        if state.text_mode in (0, 2, 4, 6):
            self._add(TEXT, box, state.fill, state.fill_overprints, reach=reach, **more)
        if state.text_mode in (1, 2, 5, 6):
            width = state.line_width * scale_of(state.ctm)
            wide = tuple(grown(part, width * MITRE) for part in reach)
            least = line_width(state.line_width, None, state.ctm)
            thin = ((box, least),) if least < THIN_PT and state.text_mode in (1, 5) else ()
            more |= {"reach": wide, "width_pt": width, "thinnest": thin}
            self._add(TEXT, box, state.stroke, state.stroke_overprints, **more)
        if state.text_mode == CLIPPING:
            self.walk.beside.append(Painted(TEXT, box, PAPER, False, 0, (), self.number, **more))

    def _reach(self, matrix: Matrix, operands: Any) -> tuple[tuple[Box, ...], bool]:
        """Return the box that the letters about to be shown stay in, if it is known, and move on behind them.

        With it comes whether that is so by their outlines.
        """
        widths = self.walk.widths(self.state.font)
        if widths is None or not operands:
            return (), False
        line = widths.line(operands[-1], self.state)
        self.text_matrix = times((1.0, 0.0, 0.0, 1.0, line.advance, 0.0), self.text_matrix)
        return (box_on_page(matrix, line.box),), line.as_drawn

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
            kind,
            box,
            colour,
            overprints,
            mode,
            within,
            self.number,
            state.transparent,
            matrix=more.pop("matrix", state.ctm),
            cell=state.cell,
            clips=state.clips,
            dashed=state.dashed,
            **more,
        )
        self.walk.painted.append(one)


def _filled_width(part: Subpath, matrix: Matrix) -> float:
    """Return how thin a filled subpath is: a strip of straight lines by its sides, all else by the box around it."""
    x0, y0, x1, y1 = box_on_page(matrix, part.box)
    side = min(x1 - x0, y1 - y0)
    if part.corners is None or len(part.corners) < FEWEST_CORNERS:
        return side if part.corners is None else THIN_PT
    return min(side, strip_width(part.corners, matrix))


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
        (MARK, ContentStream.rectangle_run),
        ("W W*", ContentStream.clip),
        ("d", ContentStream.dash),
        ("sh", ContentStream.shading),
        ("Do", ContentStream.xobject),
        ("BT ET", ContentStream.text_object),
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


def start_walk(pdf: pikepdf.Pdf, report: Report, known: KnownContent | None = None) -> Walk:
    """Return a walk through a page of a file; ``known``: what was learnt on the pages before."""
    return Walk(pdf, report, _interpret, known or KnownContent())


def _interpret(walk: Walk, steps: Steps, scope: Scope) -> None:
    ContentStream(walk, scope.resources, scope.state, scope.layers, scope.number).run(steps)
