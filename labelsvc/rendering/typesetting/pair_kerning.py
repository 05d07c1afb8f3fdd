"""The pair kerning of an uploaded font, reduced to the glyphs that are kept and written anew by fontTools."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib.scaleUpem import ScalerVisitor

_NEEDED = {"GlyphOrder", "GPOS", "cmap", "maxp", "head"}
MOST_BYTES = 400_000
"""Of the table; a larger one is left out, and letters stand unkerned."""


def take_kerning(font: Any, glyphs: Collection[str], scale: float) -> Any | None:
    """Return the table GPOS with the pairs of some glyphs; None where there are none, or where it cannot be read.

    ``scale``: its units to those of the font that takes it, whose glyphs stand in the same order.
    The font is used up: nothing else of it can be read afterwards.
    """
    if "GPOS" not in font:
        return None
    try:
        for tag in set(font.keys()) - _NEEDED:
            del font[tag]
        subsetter = Subsetter(Options(layout_features=["kern"], layout_closure=False))
        subsetter.populate(glyphs=glyphs)
        subsetter.subset(font)
        if "GPOS" not in font or len(font["GPOS"].compile(font)) > MOST_BYTES:
            return None
        ScalerVisitor(scale).visit(font["GPOS"])
        return font["GPOS"]
    except Exception:  # noqa: BLE001  a broken table raises anything
        return None
