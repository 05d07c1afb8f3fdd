"""The operators of one content stream, and the graphics state that they change (ISO 32000-1, Annex A)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.colours import (
    CMYK,
    CMYK_SPACE,
    GRAY,
    GRAY_SPACE,
    PATTERN,
    ColourSpace,
    InkColour,
    any_colour,
    colour_in,
    first_colour,
    most_of,
    space_of,
)
from labelsvc.preflight.content.ext_gstate import set_state
from labelsvc.preflight.content.graphics_state import (
    IMAGE,
    SHADING,
    GraphicsState,
    box_on_page,
)
from labelsvc.preflight.content.known_content import ContentCache, Report
from labelsvc.preflight.content.optional_content import layer_numbers
from labelsvc.preflight.content.path_painting import PAINT, PathPainting
from labelsvc.preflight.content.pdf_values import (
    dictionary_of,
    matrix_of,
    name_of,
    number_of,
    object_number,
    times,
)
from labelsvc.preflight.content.rectangle_runs import MARK
from labelsvc.preflight.content.shadings import shading_colours
from labelsvc.preflight.content.streams import REFUSED_FILTERS, filters
from labelsvc.preflight.content.text_showing import TextShowing
from labelsvc.preflight.content.walk import ContentWalk, Steps, StreamScope

DEEPEST_STATE = 512
_DEVICE = {"g": GRAY_SPACE, "k": CMYK_SPACE, "rg": ColourSpace("DeviceRGB", (), 3)}
_PATH = frozenset(("m", "l", "c", "v", "y", "re", "h"))
_WITHOUT_EFFECT = frozenset(("i", "ri", "j", "J", "M", "d0", "d1", "MP", "DP"))
"""Operators without effect on any rule."""
DEVICES = frozenset((GRAY, CMYK, "DeviceRGB"))


class ContentStream(TextShowing, PathPainting):
    """A content stream being interpreted."""

    def run(self, steps: Any) -> None:
        """Interpret the operators."""
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
        """Handle an operator that changes no state; unknown operators are allowed only between BX and EX."""
        if operator in ("BX", "EX"):
            self.lenient += 1 if operator == "BX" else -1
        elif operator not in _WITHOUT_EFFECT and self.lenient <= 0:
            self.walk.report("structure", Problem("preflight.unknown_operator", {"operator": operator}), self.number)

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

    def _set(self, stroke: bool, space: ColourSpace, colour: InkColour) -> None:
        if self.state.colour_fixed:
            return
        if stroke:
            self.state.stroke_space, self.state.stroke = space, colour
        else:
            self.state.fill_space, self.state.fill = space, colour

    def _pattern(self, pattern: Any, space: ColourSpace, values: list[float]) -> InkColour:
        """Interpret a pattern's cell; return the colour that stands for painting with it."""
        if not isinstance(pattern, pikepdf.Stream):
            given = dictionary_of(pattern)
            if "/ExtGState" in given:
                self.walk.states.append(dictionary_of(given.get("/ExtGState")))
            return self._shading(given.get("/Shading")) if pattern is not None else InkColour(PATTERN, known=False)
        state = GraphicsState(ctm=self.base, cell=True)
        if number_of(pattern.get("/PaintType")) != 2:
            cell = self.walk.form(pattern, self.resources, state, self.layers[-1])
            inside = self.walk.painted[cell.start : cell.end] if cell else []
            return most_of((painting.colour for painting in inside), PATTERN)
        state.fill = state.stroke = colour = colour_in(space.base or ColourSpace("unknown"), values)
        state.colour_fixed = True
        self.walk.form(pattern, self.resources, state, self.layers[-1])
        return colour

    def graphics_state(self, _: str, operands: Any) -> None:
        given = dictionary_of(self.named("/ExtGState", operands[0]))
        self.walk.states.append(given)
        set_state(self.state, given)
        if isinstance(given.get("/SMask"), pikepdf.Dictionary):
            self.walk.mask(given.get("/SMask").get("/G"), self.resources, self.base)

    def shading(self, _: str, operands: Any) -> None:
        self._shading(self.named("/Shading", operands[0]))

    def _shading(self, shading: Any) -> InkColour:
        given = dictionary_of(shading)
        colour = any_colour(self._space(given.get("/ColorSpace")))
        samples = shading_colours(shading)
        if samples and colour.amounts:
            colour = most_of(samples, colour.family)
        where = box_on_page(self.state.ctm, (0.0, 0.0, 0.0, 0.0))
        self.add(SHADING, where, colour, self.state.fill_overprints, image=shading)
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
        """PostScript forms and forms that refer to pages of other files are not allowed in press files."""
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
        self.add(IMAGE, box, colour, self.state.fill_overprints, image=image, reach=(box,))

    def _space(self, value: Any) -> ColourSpace:
        """Return a colour space; one of an inline image may be named (ISO 32000-1, 8.9.7)."""
        space = space_of(value)
        plain = not isinstance(value, pikepdf.Name) or space.family in DEVICES
        return space if plain else space_of(self.named("/ColorSpace", value))

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
        (" ".join(PAINT), ContentStream.paint),
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


def start_walk(pdf: pikepdf.Pdf, report: Report, known: ContentCache | None = None) -> ContentWalk:
    """Return a walk through a page of a file; ``known``: cached results of earlier pages."""
    return ContentWalk(pdf, report, _interpret, known or ContentCache())


def _interpret(walk: ContentWalk, steps: Steps, scope: StreamScope) -> None:
    ContentStream(walk, scope).run(steps)
