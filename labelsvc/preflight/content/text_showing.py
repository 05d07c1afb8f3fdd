"""The text-showing operators, and the extent of the letters (ISO 32000-1, 9.3, 9.4)."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.clips import NOTHING_KNOWN
from labelsvc.preflight.content.colours import PAPER
from labelsvc.preflight.content.graphics_state import TEXT, PaintedObject, box_on_page, grown, height_of, scale_of
from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.path_painting import MITRE, THIN_PT
from labelsvc.preflight.content.pdf_values import IDENTITY, Matrix, matrix_of, times
from labelsvc.preflight.content.stream_state import StreamState
from labelsvc.preflight.content.thin_paths import line_width

_TEXT_SETTINGS = {"TL": "leading", "Ts": "text_rise", "Tc": "char_space", "Tw": "word_space"}
FIRST_CLIPPING, CLIPPING = 4, 7
"""The text rendering modes from which on letters clip, and in which they do nothing else (ISO 32000-1, 9.3.6)."""


class TextShowing(StreamState):
    """The part of a content stream that shows text."""

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
            self.add(TEXT, box, state.fill, state.fill_overprints, reach=reach, **more)
        if state.text_mode in (1, 2, 5, 6):
            width = state.line_width * scale_of(state.ctm)
            wide = tuple(grown(part, width * MITRE) for part in reach)
            least = line_width(state.line_width, None, state.ctm)
            thin = ((box, least),) if least < THIN_PT and state.text_mode in (1, 5) else ()
            more |= {"reach": wide, "width_pt": width, "thinnest": thin}
            self.add(TEXT, box, state.stroke, state.stroke_overprints, **more)
        if state.text_mode == CLIPPING:
            self.walk.beside.append(PaintedObject(TEXT, box, PAPER, False, 0, (), self.number, **more))

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
