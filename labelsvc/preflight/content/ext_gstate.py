"""Applies ExtGState dictionaries to the graphics state (ISO 32000-1, 8.4.5)."""

from __future__ import annotations

from typing import Any

import pikepdf

from labelsvc.preflight.content.graphics_state import GraphicsState
from labelsvc.preflight.content.pdf_values import items_of, name_of, number_of

_PLAIN = frozenset(("/Normal", "/Compatible"))


def set_state(state: GraphicsState, given: Any) -> None:
    """Set what a dictionary names; what it leaves out stays."""
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
    _set_transparency(state, given)


def _set_transparency(state: GraphicsState, given: Any) -> None:
    if "/ca" in given:
        state.faint_fill = (number_of(given.get("/ca")) or 0.0) < 1
    if "/CA" in given:
        state.faint_stroke = (number_of(given.get("/CA")) or 0.0) < 1
    if "/SMask" in given:
        state.masked = isinstance(given.get("/SMask"), pikepdf.Dictionary)
    if "/BM" in given:
        mode = given.get("/BM")
        state.blends = not {name_of(name) for name in items_of(mode) or [mode]} <= _PLAIN
