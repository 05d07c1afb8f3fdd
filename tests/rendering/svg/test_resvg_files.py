"""Files of resvg's tests: what is taken looks as resvg draws it, the rest is refused with a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labelsvc.domain.errors import Problem
from tests import CHECKOUT
from tests.samples.svg_drawings import drawn, raster

FILES = CHECKOUT / "tests" / "samples" / "resvg"
DIFFERENT, MOST_DIFFERENT = 48, 0.002
"""Of 255 by which a colour differs, and the share of pixels that may, with all beside them: edges may."""


def named(folder: str) -> list[Path]:
    return sorted((FILES / folder).glob("*.svg"))


def on_white(pixels: object) -> np.ndarray:
    shown = np.asarray(pixels).astype(float)
    return shown[..., :3] * shown[..., 3:] / 255 + 255 - shown[..., 3:]


@pytest.mark.parametrize("path", named("drawn"), ids=lambda path: path.stem)
def test_file_looks_as_resvg_draws_it(path: Path) -> None:
    drawing = drawn(path.read_bytes())
    reference = Image.open(path.with_suffix(".png")).convert("RGBA")

    assert not drawing.problems
    ours = on_white(raster(drawing, reference.size))
    off = np.abs(ours - on_white(reference)).max(axis=2) > DIFFERENT
    assert (off[:-1, :-1] & off[1:, :-1] & off[:-1, 1:] & off[1:, 1:]).mean() < MOST_DIFFERENT


@pytest.mark.parametrize("path", named("refused"), ids=lambda path: path.stem)
def test_file_that_cannot_be_printed_is_refused_with_a_line(path: Path) -> None:
    problems = drawn(path.read_bytes()).problems

    assert problems
    assert all(isinstance(problem, Problem) for problem in problems)
    assert any(problem.facts.get("line") or problem.code == "design.dtd" for problem in problems)
