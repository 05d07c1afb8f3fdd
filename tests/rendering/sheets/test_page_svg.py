"""Labels as SVG: the same picture as the press file, in Chromium, with a QR that another decoder reads."""

from __future__ import annotations

import io
import xml.etree.ElementTree as Tree
from typing import Any

import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from labelsvc.rendering.sheets.page_svg import page_svg
from tests.samples.artwork_files import colours, embedded, picture
from tests.samples.labels_on_paper import (
    CODE,
    FIRST_DESIGNS,
    HOST,
    ROOM,
    added,
    design,
    facts,
    label_pdf,
    outlined,
    trim_pixels,
)
from tests.samples.sheet_jobs import PROFILE

PALETTE = ROOM.inked(spot_inks=True).palette
DPI = 300


def as_svg(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return page_svg(opened.pages[0], "Một nhãn", PALETTE, PROFILE)


def shown(browser: Any, svg: bytes, size: tuple[int, int]) -> Any:
    """Return the picture that a browser makes of an SVG file: uint8[y, x, RGB]."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    style = f"<style>body{{margin:0}}svg{{display:block;width:{size[0]}px;height:{size[1]}px}}</style>"
    page.set_content(style + svg.decode())
    with Image.open(io.BytesIO(page.screenshot())) as image:
        pixels = np.asarray(image.convert("RGB"))
    page.close()
    return pixels


def coarse(pixels: Any) -> Any:
    """Return means of 4 × 4 pixels: two programs smooth edges differently."""
    high, wide = pixels.shape[0] // 4 * 4, pixels.shape[1] // 4 * 4
    return pixels[:high, :wide].reshape(high // 4, 4, wide // 4, 4, 3).mean(axis=(1, 3))


SOURCES = {name: ROOM.design_source(name).decode() for name in FIRST_DESIGNS}
SOURCES["vom"] = outlined()
SOURCES["hinh"] = added(
    f'<image href="{embedded(picture(Image.fromarray(colours(284, 48))), "image/png")}" x="40" y="69.5" width="24" '
    'height="4"/>',
    SOURCES["bien-ke-105x74"],
)


@pytest.mark.parametrize("name", SOURCES)
def test_an_svg_looks_like_the_press_file(browser: Any, name: str) -> None:
    pdf = label_pdf(design(SOURCES[name]), facts(mark="MẪU"))
    paper = trim_pixels(pdf, DPI)

    screen = shown(browser, as_svg(pdf), (paper.shape[1], paper.shape[0]))

    small = [coarse(pixels) for pixels in (paper, screen)]
    die_line = (small[0][..., 0] - small[0][..., 1] > 25) & (small[0][..., 2] - small[0][..., 1] > 12)
    different = (np.abs(small[0] - small[1]).max(axis=2) > 70) & ~die_line
    assert different.mean() < 0.01
    found = [str(result.text) for result in zxingcpp.read_barcodes(screen)]
    assert found == [f"{HOST.url_prefix()}{CODE}"]


def test_svgs_have_their_size_in_mm_and_nothing_active() -> None:
    root = Tree.fromstring(as_svg(label_pdf(design(SOURCES["tem-25x35"]), facts())))

    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("25mm", "35mm", "0 0 25 35")
    assert tags <= {"svg", "title", "defs", "path", "use", "g", "clipPath"}
