"""The size of type whose figures are as high as a quantity asks (circular 21/2014, art. 4)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import ceil

from labelsvc.domain.law.net_quantity import FigureHeights, measured_quantity
from labelsvc.pdf.units import points
from labelsvc.rendering.typesetting.fitting import TextBox
from labelsvc.rendering.typesetting.fonts import FontFace

_STEP_PT = 0.1


@lru_cache(1_024)
def least_size_pt(figures: FigureHeights, face: FontFace, text: str) -> float:
    """Return the least size, in steps of 0.1 pt, whose figures are high enough for the quantity that a text names.

    0 where there is no text.
    """
    return size_of_height(face, figures.least_mm(measured_quantity(text))) if text else 0.0


def size_of_height(face: FontFace, figures_mm: float) -> float:
    """Return the least size, in steps of 0.1 pt, whose lowest figure is so high."""
    return round(ceil(points(figures_mm) * 1000 / face.figure_height / _STEP_PT - 1e-6) * _STEP_PT, 1)


@lru_cache(256)
def raised(box: TextBox, least_pt: float) -> TextBox:
    """Return a box whose text is no smaller than a size."""
    if least_pt <= box.min_size_pt:
        return box
    return replace(box, size_pt=max(box.size_pt, least_pt), min_size_pt=least_pt)
