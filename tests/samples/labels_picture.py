"""Draws docs/labels.png, some of the designs with made-up products: ``python -m tests.samples.labels_picture``."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from PIL import Image

from labelsvc.workflows.designs.preview_label import LabelPreview, finished_png
from tests import CHECKOUT
from tests.samples.labels_on_paper import HOST, ROOM

DPI, SCALE = 600, 5
PAPER = (232, 230, 225)
PLACES_MM = {
    "nhan-tet-75x105": (8, 8), "nhan-chai-70x95": (91, 8), "the-treo-50x90": (169, 8), "nhan-co-chai-40x90": (227, 8),
    "nhan-quan-150x50": (8, 121), "tem-niem-phong-40x40": (169, 108), "tem-25x35": (217, 108),
    "tem-cao-60x30": (169, 156),
}  # fmt: skip
SIZE_MM = (275, 194)


def picture() -> Image.Image:
    """Return designs on grey paper, cut out along their trims."""
    per_mm = DPI / 25.4 / SCALE
    page = Image.new("RGB", (round(SIZE_MM[0] * per_mm), round(SIZE_MM[1] * per_mm)), PAPER)
    for name, place in PLACES_MM.items():
        preview = LabelPreview(name=name, stored=None, mark="MẪU", host=HOST, now=datetime(2026, 3, 9, tzinfo=UTC))
        label = Image.open(io.BytesIO(finished_png(preview, ROOM, DPI))).convert("RGBA")
        small = label.resize((round(label.width / SCALE), round(label.height / SCALE)), Image.Resampling.LANCZOS)
        page.paste(small, (round(place[0] * per_mm), round(place[1] * per_mm)), small)
    return page


if __name__ == "__main__":
    picture().save(CHECKOUT / "docs" / "labels.png", optimize=True)
