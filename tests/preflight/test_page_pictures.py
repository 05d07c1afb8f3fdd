"""Pictures in inks: no finer than a raster of the page shows them, whatever their pixels and their spelling."""

from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from labelsvc.preflight.content.colours import CMYK_SPACE, GRAY_SPACE, space_of
from labelsvc.preflight.ink.page_pictures import COARSEST_STEP, ink_samples, step_to
from labelsvc.preflight.ink.separations import DPI
from tests.samples.fault_planting import Change, painted, saved
from tests.samples.preflighted_files import checked, failed

Inks = npt.NDArray[np.uint8]
LIGHT, DARK = (40, 30, 20, 10), (250, 240, 230, 250)
SIDE_PT = 24.0
PDF = pikepdf.new()
"""Open as long as its pictures are looked at."""


def picture(pdf: pikepdf.Pdf, inks: Inks, **entries: Any) -> pikepdf.Stream:
    stream = pdf.make_stream(b"")
    stream.write(zlib.compress(inks.tobytes(), 1), filter=Name.FlateDecode)
    high, wide, *_ = inks.shape
    given = {"Width": wide, "Height": high, "ColorSpace": Name.DeviceCMYK, "BitsPerComponent": 8, **entries}
    for key, value in {"Type": Name.XObject, "Subtype": Name.Image, **given}.items():
        stream[f"/{key}"] = value
    return stream


def label_with(inks: Inks, **entries: Any) -> Change:
    """Let a picture of 24 points a side stand in a corner of the second page's label."""
    content = f"q {SIDE_PT} 0 0 {SIDE_PT} 3 3 cm /Pic Do Q"
    return painted(content, XObject=("Pic", lambda pdf: picture(pdf, inks, **entries)))


def with_dark_square(pixels: int, dark_mm: float) -> Inks:
    """Return a light picture of so many pixels a side with a dark square of so many millimetres as printed."""
    inks: Inks = np.empty((pixels, pixels, 4), np.uint8)
    inks[:] = LIGHT
    dark = round(dark_mm / 25.4 * 72 / SIDE_PT * pixels)
    inks[pixels // 3 : pixels // 3 + dark, pixels // 3 : pixels // 3 + dark] = DARK
    return inks


@pytest.mark.parametrize("pixels", [72, 340, 1199], ids=["216 ppi", "1,020 ppi", "3,597 ppi"])
def test_dark_pictures_are_found_at_any_resolution(pixels: int, tmp_path: Path) -> None:
    found = failed(checked(tmp_path, saved(label_with(with_dark_square(pixels, 5.0)))))

    assert set(found) == {"dark_colours", "total_ink"}


@pytest.mark.parametrize("pixels", [72, 340, 1199])
def test_spots_smaller_than_the_window_do_not_count(pixels: int, tmp_path: Path) -> None:
    assert not failed(checked(tmp_path, saved(label_with(with_dark_square(pixels, 1.5)))))


def test_pictures_of_other_bits_are_left_unchecked_above_a_bound(tmp_path: Path) -> None:
    deep: Inks = np.full((2_100, 2_100, 8), 250, np.uint8)

    done = {each.rule.name: each for each in checked(tmp_path, saved(label_with(deep, BitsPerComponent=16))).results}

    assert done["total_ink"].status == "not_checked"
    assert done["image_depth"].status == "failed"


def test_a_step_leaves_a_picture_no_coarser_than_the_raster() -> None:
    assert [step_to(ppi, DPI) for ppi in (0.0, 99.0, 199.9, 200.0, 1e6)] == [1, 1, 1, 2, COARSEST_STEP]


def test_coarser_samples_are_means_of_squares() -> None:
    inks: Inks = np.random.default_rng(1).integers(0, 256, (301, 203, 4), np.uint8)

    coarse = ink_samples(picture(PDF, inks), CMYK_SPACE, 3)

    assert coarse is not None
    squares = inks[:300, :201].reshape(100, 3, 67, 3, 4).mean(axis=(1, 3))
    assert np.abs(coarse - squares).max() <= 0.5


def spelt(how: str, inks: Inks) -> pikepdf.Stream:
    pdf = PDF
    if how == "plain":
        return picture(pdf, inks)
    if how == "decoded the other way around":
        return picture(pdf, 255 - inks, Decode=[1, 0] * 4)
    stream, out = picture(pdf, inks), io.BytesIO()
    Image.fromarray(255 - inks, "CMYK").save(out, "JPEG", quality=100, subsampling=0)
    stream.write(out.getvalue(), filter=Name.DCTDecode)
    return stream


@pytest.mark.parametrize("how", ["plain", "decoded the other way around", "JPEG"])
def test_inks_are_the_same_however_a_picture_is_written(how: str) -> None:
    inks: Inks = np.repeat(np.arange(64, 192, dtype=np.uint8), 64 * 4).reshape(128, 64, 4)

    read = ink_samples(spelt(how, inks), CMYK_SPACE)

    assert read is not None
    assert np.abs(read.astype(int) - inks).max() <= 3


def test_dark_grey_is_ink_and_light_grey_a_separation() -> None:
    pdf, samples = PDF, np.array([[0, 55, 255]], np.uint8)
    function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 0, 0, 1], N=1)
    gold = pikepdf.Array([Name.Separation, Name.Gold, Name.DeviceCMYK, function])

    grey = ink_samples(picture(pdf, samples, ColorSpace=Name.DeviceGray), GRAY_SPACE)
    spot = ink_samples(picture(pdf, samples, ColorSpace=gold), space_of(gold))

    assert grey is not None
    assert spot is not None
    assert grey.ravel().tolist() == [255, 200, 0]
    assert spot.ravel().tolist() == [0, 55, 255]


@pytest.mark.parametrize(
    "entries",
    [{"BitsPerComponent": 16}, {"Decode": [0.2, 1] * 4}, {"ColorSpace": Name.DeviceRGB}, {"Width": 400}],
    ids=["16 bits", "stretched", "red, green, blue", "too short"],
)
def test_other_pictures_have_no_samples(entries: dict[str, Any]) -> None:
    stream = picture(PDF, np.zeros((4, 4, 4), np.uint8), **entries)

    assert ink_samples(stream, space_of(stream.ColorSpace)) is None
