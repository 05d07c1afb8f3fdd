"""Official artwork in a design's slot: in its proportions, judged as it is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.colors import CMYKColor

from labelsvc.domain.errors import DesignRefused
from labelsvc.rendering.design.linked_files import with_official
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.preflight_file import preflight_file
from tests.samples.artwork_files import CARD, KIND, MM, artwork_pdf, colours, on_card, picture, reasons
from tests.samples.labels_on_paper import HOST, ROOM, design, facts, label_pdf, part_of, trim_pixels


def official(content: bytes, kind: str = KIND) -> bytes:
    return with_official(CARD.encode(), content, kind)


def test_official_artwork_replaces_the_wordmark_in_its_proportions() -> None:
    """The card's slot is 30 × 8 mm: a page of 60 × 20 mm stands there 21.6 mm wide on white."""

    def logo(canvas: Any) -> None:
        canvas.setFillColor(CMYKColor(0, 1, 1, 0))
        canvas.rect(0, 0, 60 * MM, 20 * MM, stroke=0, fill=1)

    page = artwork_pdf(logo, width=60, height=20, bleed=0, ground=False)
    before = trim_pixels(label_pdf(design(CARD), facts()), 300)
    after = trim_pixels(label_pdf(ROOM.design("thử", official(page)), facts()), 300)

    def red(pixels: Any) -> Any:
        shown = part_of(pixels, 73, 60, 31, 12)
        return (shown[..., 0].astype(int) - shown[..., 1] > 100) & (shown[..., 2] < 110)

    rows, columns = np.nonzero(red(after))
    wide, high = ((side.max() - side.min() + 1) * 25.4 / 300 for side in (columns, rows))
    assert (wide, high) == pytest.approx((21.6, 7.2), abs=0.2)
    assert np.mean([columns.min(), columns.max()]) * 25.4 / 300 + 73 == pytest.approx(88.5, abs=0.2)
    assert not red(before).any()
    assert check_design("thử", official(page), ROOM, HOST) == []


def test_official_artwork_is_judged_at_its_printed_size(tmp_path: Path) -> None:
    def fine(canvas: Any) -> None:
        canvas.setStrokeColor(CMYKColor(0, 0, 0, 1))
        canvas.setLineWidth(0.4)
        canvas.line(10, 10, 90, 10)

    def black_overprints(canvas: Any) -> None:
        canvas.setFillOverprint(True)
        canvas.setStrokeOverprint(True)
        canvas.setOverprintMask(1)
        fine(canvas)

    large = artwork_pdf(black_overprints, width=60, height=20, bleed=0, ground=False)

    assert design(on_card(large, size='width="60" height="20"'))
    with pytest.raises(DesignRefused, match="hairline"):
        ROOM.design("thử", official(large))
    small = artwork_pdf(width=60, height=20, bleed=0, ground=False)
    path = tmp_path / "label.pdf"
    path.write_bytes(label_pdf(ROOM.design("thử", official(small)), facts()))
    assert [one.rule.name for one in preflight_file(path, 1).results if one.faults] == []


def test_official_artwork_may_be_tiny_in_its_own_file() -> None:
    def small_words(canvas: Any) -> None:
        canvas.setFillColor(CMYKColor(0, 1, 1, 0))
        canvas.setFont("Artwork", 3)
        canvas.drawString(1 * MM, 1 * MM, "OCOP")

    tiny = artwork_pdf(small_words, width=6, height=2, bleed=0, ground=False, words="")

    assert "preflight.small_text" in reasons(on_card(tiny, size='width="6" height="2"'))
    assert ROOM.design("thử", official(tiny))


def test_official_pictures_need_pixels_and_designs_may_bring_their_own() -> None:
    logo = picture(Image.fromarray(colours(300, 100)))
    coarse = picture(Image.fromarray(colours(90, 30)))

    assert ROOM.design("thử", official(logo, "image/png"))
    with pytest.raises(DesignRefused, match="picture_ppi"):
        ROOM.design("thử", official(coarse, "image/png"))
    own = with_official(official(logo, "image/png"), coarse, "image/png")
    assert own == official(logo, "image/png")
