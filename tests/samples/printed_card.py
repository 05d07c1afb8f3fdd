"""A card of the product with SVG elements added: read, drawn, and looked at in pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.design.items import PaintedShape, PlainText
from labelsvc.workflows.designs.check_design import check_design
from tests.samples.labels_on_paper import (
    HOST,
    ROOM,
    Pixels,
    added,
    design,
    facts,
    label_pdf,
    ls_source,
    part_of,
    trim_pixels,
)

CARD = ls_source("bien-ke-105x74")
"""A large design: from (5, 1) to (70, 5) mm it is white and empty, and from (0, 69) to (71, 74)."""
DPI = 600
Box = tuple[float, float, float, float]


def on_card(elements: str, box: Box, source: str = CARD) -> NDArray[np.bool_]:
    """Return which pixels of a box (x, y, width, height in mm) are inked."""
    return dark(trim_pixels(label_pdf(design(added(elements, source)), facts()), DPI), box)


def dark(pixels: Pixels, box: Box) -> NDArray[np.bool_]:
    return part_of(pixels, *box, DPI).max(axis=2) < 128


def extent(inked: NDArray[np.bool_], box: Box) -> list[float]:
    """Return the left, top, right and bottom edge of ink in mm."""
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    sides = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    return [side / DPI * 25.4 + box[i % 2] for i, side in enumerate(sides)]


def area_mm2(inked: NDArray[np.bool_]) -> float:
    return float(inked.sum()) * (25.4 / DPI) ** 2


def problems(source: str) -> list[Problem]:
    with pytest.raises(DesignRefused) as error:
        design(source)
    return list(error.value.problems)


def texts(elements: str) -> list[PlainText]:
    return [item for item in design(added(elements, CARD)).items if isinstance(item, PlainText)]


def shapes(elements: str) -> list[PaintedShape]:
    known = len(design(CARD).items)
    return [item for item in design(added(elements, CARD)).items[known:] if isinstance(item, PaintedShape)]


def codes(source: str) -> list[tuple[str, object]]:
    return [(one.code, one.facts.get("element")) for one in check_design("thử", source.encode(), ROOM, HOST)]


EMPTY = (4.0, 0.5, 40.0, 5.5)
