"""Pictures of labels show the finished label: cut along its trim, without die line, bleed and marks."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from labelsvc.domain.layout import layout_for_picture
from labelsvc.workflows.designs.preview_label import LabelPreview, finished_png
from tests.samples.labels_on_paper import FIRST_DESIGNS, HOST, ROOM, Pixels, outlined

SOURCES = {name: ROOM.design_source(name) for name in FIRST_DESIGNS} | {"vom": outlined().encode()}
DPI = 300


def picture(name: str) -> Pixels:
    """Return the picture of a made-up product's label, [y, x, RGBA]."""
    now = datetime(2026, 3, 9, tzinfo=UTC)
    png = finished_png(
        LabelPreview(name=name, stored=None, mark="MẪU", host=HOST, now=now, source=SOURCES[name]), ROOM, DPI
    )
    with Image.open(io.BytesIO(png)) as image:
        assert image.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
        return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize("name", SOURCES)
def test_pictures_have_the_trim_size_and_no_die_line(name: str) -> None:
    shape = ROOM.design(name, SOURCES[name]).shape

    shown = picture(name).astype(int)

    magenta = (shown[..., 0] - shown[..., 1] > 60) & (shown[..., 2] - shown[..., 1] > 40)
    size = [round(mm / 25.4 * DPI) for mm in (shape.height_mm, shape.width_mm)]
    assert list(shown.shape[:2]) == pytest.approx(size, abs=1)
    assert not magenta.any()


def test_round_labels_are_transparent_outside_and_inked_to_the_edge() -> None:
    shown = picture("tem-tron-32")

    y, x = np.mgrid[: shown.shape[0], : shown.shape[1]] + 0.5
    away = np.hypot(x - shown.shape[1] / 2, y - shown.shape[0] / 2) - shown.shape[1] / 2
    assert (shown[..., 3][away > 1] == 0).all()
    assert (shown[..., 3][away < -1.5] == 255).all()
    assert shown[..., :3][(away < -1.5) & (away > -6)].max() < 140


def test_pictures_of_rounded_labels_are_cut_at_the_corners() -> None:
    shown = picture("tem-25x35")

    assert (shown[0, 0, 3], shown[-1, -1, 3], shown[shown.shape[0] // 2, 0, 3]) == (0, 0, 255)


def test_picture_layouts_hold_only_the_label_and_slight_bleed() -> None:
    layout = layout_for_picture(ROOM.design("tem-25x35").shape)

    assert (layout.page_width_mm, layout.page_height_mm, layout.stock.die_line) == (27, 37, False)
