"""PNG files: what other people's readers find in them."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from labelsvc.pdf.png import png

MODES = {1: "L", 3: "RGB", 4: "RGBA"}
SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from(sorted(MODES)))


@given(pixels=arrays(np.uint8, SHAPES))
def test_pillow_reads_every_pixel_back(pixels: np.ndarray) -> None:
    image = Image.open(BytesIO(png(pixels, 300)))

    assert image.mode == MODES[pixels.shape[2]]
    assert np.array_equal(np.asarray(image).reshape(pixels.shape), pixels)


@pytest.mark.parametrize("dpi", [72, 203, 300, 600])
def test_the_resolution_is_that_of_the_picture(dpi: int) -> None:
    image = Image.open(BytesIO(png(np.zeros((2, 2, 3), np.uint8), dpi)))

    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
