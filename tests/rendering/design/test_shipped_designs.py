"""Every shipped design on paper, each looked at once: margin to the cut, quiet zone, and a QR that is read."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from shapely import contains_xy

from labelsvc.domain.product import ProductGroup
from labelsvc.domain.qr_version import QUIET_ZONE
from labelsvc.rendering.design.checks.clearances import safety_mm
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.elements import USES
from labelsvc.rendering.design.painted_areas import trim_area
from labelsvc.rendering.qr.choice import encoder_for
from tests.samples.labels_on_paper import (
    CODE,
    FIRST_DESIGNS,
    HOST,
    ROOM,
    TALL,
    Pixels,
    bare,
    facts,
    label_pdf,
    part_of,
    trim_pixels,
)

OTHERS = sorted({*ROOM.design_names} - {*FIRST_DESIGNS})


def dpi_of(what: Design) -> int:
    """Return a resolution at which a large label is no larger a picture than a small one."""
    return 300 if what.shape.width_mm * what.shape.height_mm < 20_000 else 120


@lru_cache(2)
def on_paper(name: str) -> Pixels:
    what = ROOM.design(name)
    group = next(group for group in ProductGroup if group in what.groups)
    return trim_pixels(label_pdf(what, facts(mark="MẪU", group=group, **TALL)), dpi_of(what))


def beyond(what: Design, margin_mm: float, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell of each marked pixel whether it lies on the label but not within its margin; the die line is left out."""
    trim, dpi = trim_area(what.shape), dpi_of(what)
    y_mm, x_mm = ((pixels + 0.5) * 25.4 / dpi for pixels in np.nonzero(marked))
    inside: NDArray[np.bool_] = contains_xy(trim.buffer(-0.25), x_mm, y_mm)
    return inside & ~contains_xy(trim.buffer(-margin_mm), x_mm, y_mm)


@pytest.mark.parametrize("name", OTHERS)
def test_other_designs_keep_their_texts_from_the_cut(name: str) -> None:
    what = ROOM.design(name)
    group = next(group for group in ProductGroup if group in what.groups)
    ground = trim_pixels(label_pdf(bare(what), facts(mark="MẪU", group=group, **TALL)), dpi_of(what))

    written = on_paper(name)

    changed = (np.maximum(written, ground) - np.minimum(written, ground)).max(axis=2) > 40
    assert changed.sum() > 2_000
    assert not beyond(what, safety_mm(what) - 0.15, changed).any()


@pytest.mark.parametrize("name", OTHERS)
def test_other_designs_have_a_white_quiet_zone_and_a_readable_qr(name: str) -> None:
    what = ROOM.design(name)
    slot, dpi = what.qr, dpi_of(what)
    modules = encoder_for(HOST, slot.size_mm).version.modules_with_quiet_zone

    cut = part_of(on_paper(name), slot.x_mm, slot.y_mm, slot.size_mm, slot.size_mm, dpi)

    inner = int(QUIET_ZONE * slot.size_mm / modules * dpi / 25.4) - 1
    ring = np.ones(cut.shape[:2], dtype=bool)
    ring[inner:-inner, inner:-inner] = False
    ring[:2] = ring[-2:] = False
    ring[:, :2] = ring[:, -2:] = False
    coated = name == "tem-cao-60x30"  # on screens the coating shows through; on paper it is scratched off
    assert np.ptp(cut[ring].reshape(-1, 3), axis=0).max() <= 2 if coated else cut[ring].min() == 255
    assert [found.text for found in zxingcpp.read_barcodes(cut)] == [f"{HOST.url_prefix()}{CODE}"]


def test_every_shipped_design_says_what_it_is_for() -> None:
    uses = {name: ROOM.design(name).use for name in ROOM.design_names}

    assert {*uses.values()} == {*USES}
