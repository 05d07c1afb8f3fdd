"""A symbol on paper is its modules: dark where they are dark, without seams, in every renderer and resolution."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.rendering.qr.paths import finder_patterns, matrix_paths
from tests.samples.page_renderers import DPI, RENDERERS, Grey, drawn
from tests.samples.painted_paths import paint
from tests.samples.sheet_jobs import QR_AT, QR_MM, STAMP, job, place, printed

Image.MAX_IMAGE_PIXELS = None
PLACED = place("single", STAMP)
JOB = job(PLACED, (1,))


def modules_of(url_code: str) -> NDArray[np.bool_]:
    """Return a symbol's modules [y, x], True for dark."""
    symbols = JOB.encoder.symbols([url_code])
    size = symbols.modules
    return np.array([[bool(int(row) >> x & 1) for x in range(size)] for row in symbols.rows[0]])


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("qr") / "label.pdf"
    path.write_bytes(printed(JOB)[0])
    return path


def edges(count: int, first_mm: float, modules: int, dpi: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each pixel of a side the modules at its two edges, half a pixel wider than it is."""
    module_mm = QR_MM / (modules + 2 * QUIET_ZONE)
    at = np.arange(count)
    sides = (at - 0.5, at + 1.5)
    low, high = (np.floor((side / dpi * 25.4 - first_mm) / module_mm).astype(np.intp) for side in sides)
    return low, high


def slot_in(page: Grey, modules: NDArray[np.bool_], dpi: int) -> tuple[Grey, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the slot's pixels, and which of them lie in dark modules alone and which in light ones alone."""
    size = len(modules)
    border = np.zeros((size + 2 * QUIET_ZONE,) * 2, dtype=bool)
    border[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE] = modules
    left, top = (at + QR for at, QR in zip(QR_AT[STAMP], trim_mm(), strict=True))
    (y0, y1), (x0, x1) = edges(page.shape[0], top, size, dpi), edges(page.shape[1], left, size, dpi)
    rows, columns = ((low >= 0) & (high < len(border)) for low, high in ((y0, y1), (x0, x1)))
    corners = [border[np.ix_(y[rows], x[columns])] for y in (y0, y1) for x in (x0, x1)]
    return page[np.ix_(rows, columns)], np.logical_and.reduce(corners), ~np.logical_or.reduce(corners)


def trim_mm() -> tuple[float, float]:
    left, top, _, _ = PLACED.trim_box_mm
    return left, top


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("renderer", RENDERERS)
def test_dark_modules_are_fully_black_and_light_ones_white(renderer: str, dpi: int, paper: Path) -> None:
    modules = modules_of(JOB.runs[0].codes[0])

    page = drawn(renderer, paper, dpi)

    slot, dark, light = slot_in(page, modules, dpi)
    black = slot[dark].min()
    assert dark.sum() > 0.2 * modules.sum() * (QR_MM / 37 / 25.4 * dpi) ** 2
    assert black < 60
    assert slot[dark].max() <= black + 3  # a seam between two modules would be lighter
    assert slot[light].min() == 255


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("renderer", RENDERERS)
def test_module_centres_are_the_matrix(renderer: str, dpi: int, paper: Path) -> None:
    modules = modules_of(JOB.runs[0].codes[0])
    size = len(modules)
    module_mm = QR_MM / (size + 2 * QUIET_ZONE)

    page = drawn(renderer, paper, dpi)

    left, top = (at + trim for at, trim in zip(QR_AT[STAMP], trim_mm(), strict=True))
    at = (np.arange(size) + QUIET_ZONE + 0.5) * module_mm
    rows, columns = (((first + at) / 25.4 * dpi).astype(int) for first in (top, left))
    assert ((page[np.ix_(rows, columns)] < 128) == modules).all()


def test_paths_are_the_matrix_in_whole_modules() -> None:
    random = np.random.default_rng(5)
    sizes = (21, 25, 29, 33, 37)

    for size in sizes:
        modules = random.random((size, size)) < 0.5
        rows = (modules * (np.uint64(1) << np.arange(size, dtype=np.uint64))).sum(1).astype(np.uint64)[None]
        painted = paint(matrix_paths(rows, size)[0], size)
        finders = paint(finder_patterns(size), size)

        corners = np.zeros((size, size), dtype=bool)
        for y, x in ((0, 0), (0, size - 8), (size - 8, 0)):
            corners[y : y + 8, x : x + 8] = True
        assert ((painted == modules) | corners).all()
        assert not painted[corners].any()
        assert not finders[~corners].any()
        assert finders.sum() == 3 * 33
