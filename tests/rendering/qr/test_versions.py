"""Symbols of every version that addresses take, in four renderers: the matrix, and no seam between two dark modules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from labelsvc.domain.host import Host
from labelsvc.domain.qr_version import QUIET_ZONE, QrVersion
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.qr.paths import finder_patterns, matrix_paths, symbol_paths
from tests.samples.page_renderers import RENDERERS, drawn
from tests.samples.painted_paths import paint
from tests.samples.sheet_jobs import QR_AT, QR_MM, STAMP, codes, job, place, printed

ENCODERS = {
    2: QrEncoder(Host.parse("T.VN").url_prefix(), QrVersion(2, "M")),
    3: QrEncoder(Host.parse("TEM.OCOPHN.VN").url_prefix(), QrVersion(3, "Q")),
    4: QrEncoder(Host.parse("TEM.OCOPHN.VN").url_prefix(gtin="8934567890128"), QrVersion(4, "Q")),
}
BEFORE = QrEncoder(Host.parse("TEM.OCOPHN.VN").url_prefix("capitals"), QrVersion(3, "Q"))
PLACED = place("single", STAMP)
JOB = job(PLACED, (1,))
Grey = np.typing.NDArray[np.uint8]
Modules = np.typing.NDArray[np.bool_]


def symbol(version: int) -> Modules:
    """Return the modules [y, x] of the job's one symbol, True for dark."""
    symbols = ENCODERS[version].symbols(JOB.runs[0].codes)
    return np.array([[bool(int(row) >> x & 1) for x in range(symbols.modules)] for row in symbols.rows[0]])


@pytest.fixture(scope="module", params=ENCODERS)
def paper(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Modules, Path]:
    """A symbol's modules, and a label that bears it."""
    path = tmp_path_factory.mktemp("qr") / "label.pdf"
    path.write_bytes(printed(replace(JOB, encoder=ENCODERS[request.param]))[0])
    modules = symbol(request.param)
    assert len(modules) == 17 + 4 * request.param
    return modules, path


def centres(count: int, dpi: int) -> tuple[np.typing.NDArray[np.float64], ...]:
    """Return where the middles of rows and columns of modules stand, in pixels."""
    left, top, _, _ = PLACED.trim_box_mm
    module_mm = QR_MM / (count + 2 * QUIET_ZONE)
    at = (np.arange(count) + QUIET_ZONE + 0.5) * module_mm
    x, y = QR_AT[STAMP]
    return (top + y + at) / 25.4 * dpi, (left + x + at) / 25.4 * dpi  # type: ignore[return-value]


def along(page: Grey, rows: np.typing.NDArray[np.float64], columns: np.typing.NDArray[np.float64]) -> Grey:
    return page[np.ix_(rows.astype(int), columns.astype(int))]


@pytest.mark.parametrize("dpi", [300, 600, 1200])
@pytest.mark.parametrize("renderer", RENDERERS)
def test_module_centres_are_the_matrix_and_no_seam_is_between(
    renderer: str, dpi: int, paper: tuple[Modules, Path]
) -> None:
    modules, path = paper

    page = drawn(renderer, path, dpi)

    rows, columns = centres(len(modules), dpi)
    middles, half = along(page, rows, columns), (rows[1] - rows[0]) / 2
    assert ((middles < 128) == modules).all()
    beside, below = modules[:, 1:] & modules[:, :-1], modules[1:] & modules[:-1]
    for away in (-1, 0, 1):  # the boundary's own pixel and its neighbours
        assert along(page, rows, columns[:-1] + half + away)[beside].max() < 60
        assert along(page, rows[:-1] + half + away, columns)[below].max() < 60


@pytest.mark.parametrize("of", [*ENCODERS.values(), BEFORE], ids=lambda of: f"{of.prefix} {of.version}")
def test_symbols_and_finder_patterns_paint_the_matrix_together(of: QrEncoder) -> None:
    symbols = of.symbols(codes(40))
    size = symbols.modules
    finders = paint(finder_patterns(size), size)

    paths = symbol_paths(of, symbols)

    assert len(set(symbols.masks.tolist())) > 2
    for rows, path in zip(symbols.rows, paths, strict=True):
        modules = np.array([[bool(int(row) >> x & 1) for x in range(size)] for row in rows])
        assert (paint(path, size) ^ finders == modules).all()


squares = st.integers(1, 9).flatmap(lambda version: arrays.arrays(bool, (17 + 4 * version,) * 2))


@given(squares)
def test_any_matrix_with_finder_patterns_is_covered_exactly(modules: Modules) -> None:
    size = len(modules)
    finders = paint(finder_patterns(size), size)
    for y, x in ((0, 0), (0, size - 8), (size - 8, 0)):
        modules[y : y + 8, x : x + 8] = finders[y : y + 8, x : x + 8]

    painted = paint(paths([modules])[0], size)

    assert not (painted & finders).any()
    assert ((painted | finders) == modules).all()


def paths(symbols: list[Modules]) -> list[bytes]:
    size = len(symbols[0])
    weights = np.uint64(1) << np.arange(size, dtype=np.uint64)
    return matrix_paths(np.array([(modules * weights).sum(1) for modules in symbols], dtype=np.uint64), size)
