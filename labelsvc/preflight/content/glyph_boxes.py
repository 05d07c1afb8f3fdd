"""The drawn extents of an embedded TrueType font's glyphs: from their outlines, not from a dictionary."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.pdf_values import dictionary_of, items_of, name_of
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded

MOST_BYTES = 8 << 20
MOST_COMPONENTS = 16
MOST_POINTS = 250
"""Points of a letter's outline, with all its marks; a QR that is drawn as a letter has more corners than that."""


class GlyphBoxes(dict[int, Box]):
    """The boxes of a font's glyphs by their codes, in ems: each looked up once; KeyError if a glyph is no letter."""

    def __init__(self, program: Any) -> None:
        super().__init__()
        self._outlines, self._order = program["glyf"], program.getGlyphOrder()
        self._em = program["head"].unitsPerEm

    def __missing__(self, code: int) -> Box:
        points = self._points(code)
        if points is None or len(points) > MOST_POINTS:
            raise KeyError(code)
        xs, ys = [x / self._em for x, _ in points] or [0.0], [y / self._em for _, y in points] or [0.0]
        self[code] = min(xs), min(ys), max(xs), max(ys)
        return self[code]

    def _points(self, code: int) -> Any:
        """Return the points of a glyph's outline; None if it is missing or broken."""
        try:
            if not bounded_glyph(self._outlines, self._order[code]):
                return None
            points, *_ = self._outlines[self._order[code]].getCoordinates(self._outlines)
        except Exception:  # noqa: BLE001  a broken program raises anything; it is reported with its font
            return None
        return points


def bounded_glyph(outlines: Any, name: str) -> bool:
    """Return whether a glyph has few components; components may nest exponentially or in cycles."""
    waiting, count = [name], 0
    while waiting and count <= MOST_COMPONENTS:
        glyph, count = outlines[waiting.pop()], count + 1
        waiting += [part.glyphName for part in glyph.components] if glyph.isComposite() else []
    return count <= MOST_COMPONENTS


def glyph_boxes_of(font: Any) -> GlyphBoxes | None:
    """Return the boxes of a font whose codes are the numbers of its glyphs; None for any other one."""
    given = dictionary_of(font)
    own = dictionary_of((items_of(given.get("/DescendantFonts")) or [None])[0])
    by_number = name_of(own.get("/CIDToGIDMap", pikepdf.Name.Identity)) == "/Identity"
    program = dictionary_of(own.get("/FontDescriptor")).get("/FontFile2")
    if not by_number or name_of(given.get("/Encoding")) != "/Identity-H" or not isinstance(program, pikepdf.Stream):
        return None
    try:
        return GlyphBoxes(TTFont(BytesIO(decoded(program, MOST_BYTES)), lazy=True, recalcBBoxes=False))
    except (StreamTooLarge, StreamUnreadable):
        return None
    except Exception:  # noqa: BLE001  a broken program raises anything; it is reported with its font
        return None
