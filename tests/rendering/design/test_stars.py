"""Stars on paper: as many full as recognised, the rest hollow, five in all."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from labelsvc.domain.errors import PrintRefused
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import fill
from labelsvc.rendering.design.items import StarRow
from labelsvc.rendering.design.stars import COUNT
from tests.samples.labels_on_paper import FIRST_DESIGNS, ROOM, Pixels, facts, label_pdf, part_of, trim_pixels

DPI = 600
GOLD = (228, 161, 32)  # as PDFium shows it


def stars_of(design: Design) -> StarRow:
    return next(item for item in design.items if isinstance(item, StarRow))


def cells(design: Design, pixels: Pixels) -> list[Pixels]:
    """Return the squares of the five stars."""
    stars = stars_of(design)
    lefts = [stars.x_mm + i * (stars.size_mm + stars.gap_mm) for i in range(COUNT)]
    return [part_of(pixels, left, stars.y_mm, stars.size_mm, stars.size_mm, DPI) for left in lefts]


def golden(pixels: Pixels) -> NDArray[np.bool_]:
    """Return which pixels are mostly of the stars' ink, not of white or green."""
    return np.abs(pixels.astype(int) - GOLD).sum(axis=2) < 150


def middle_is_inked(cell: Pixels) -> bool:
    height, width = cell.shape[:2]
    return bool(golden(cell)[height // 2, width // 2])


@pytest.mark.parametrize("name", FIRST_DESIGNS)
@pytest.mark.parametrize("count", [3, 4, 5])
def test_recognised_stars_are_full_and_the_rest_hollow(name: str, count: int) -> None:
    design = ROOM.design(name)

    pixels = trim_pixels(label_pdf(design, facts(stars=count)), DPI)

    squares = cells(design, pixels)
    assert [middle_is_inked(cell) for cell in squares] == [True] * count + [False] * (COUNT - count)
    shares = [golden(cell).mean() for cell in squares]
    assert all(0.3 < share < 0.45 for share in shares[:count])
    assert all(0.1 < share < 0.25 for share in shares[count:])


@pytest.mark.parametrize("name", FIRST_DESIGNS)
@pytest.mark.parametrize("count", [3, 5])
def test_full_and_hollow_stars_fill_their_row_and_no_more(name: str, count: int) -> None:
    design = ROOM.design(name)
    stars, around = stars_of(design), 0.1

    pixels = trim_pixels(label_pdf(design, facts(stars=count)), DPI)

    wide = 5 * stars.size_mm + 4 * stars.gap_mm
    cut = part_of(pixels, stars.x_mm - around, stars.y_mm - around, wide + 2 * around, stars.size_mm + 2 * around, DPI)
    inked = golden(cut)
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    margin = around / 25.4 * DPI - 1.5
    assert min(rows[0], columns[0]) >= margin
    assert max(rows[-1] - cut.shape[0], columns[-1] - cut.shape[1]) < -margin
    assert columns[-1] - columns[0] == pytest.approx(wide / 25.4 * DPI, rel=0.03)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("name", ROOM.design_names)
def test_fewer_than_three_stars_are_on_no_label(name: str, count: int) -> None:
    with pytest.raises(PrintRefused) as error:
        fill(ROOM.design(name), facts(stars=count))

    problem = error.value.problems[0]
    assert (problem.code, problem.facts["value"]) == ("design.stars", str(count))
