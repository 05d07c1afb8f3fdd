"""Draws docs/labels.png, the five designs with a record of the demonstration: ``python -m tests.labels_picture``."""

from __future__ import annotations

from PIL import Image

from labelsvc.domain.product import ProductGroup
from tests import CHECKOUT
from tests.samples.labels_on_paper import ROOM, facts, label_pdf, trim_pixels

DPI, SCALE = 600, 4
PAPER = (232, 230, 225)
PRODUCT = {
    "name": "Củ cải trắng Đông Cao", "brand": "Đông Cao", "producer": "Hợp tác xã Dịch vụ tổng hợp Đông Cao",
    "commune": "Xã Mê Linh", "group": ProductGroup.FOOD, "net_content": "1 kg",
    "ingredients": "Củ cải trắng tươi", "storage": "Nơi khô mát, 5–10 °C", "shelf_life": "5 ngày kể từ ngày thu hoạch",
}  # fmt: skip
PLACES_MM = {
    "tem-25x35": (7, 7), "tem-tron-32": (38, 8.5), "nhan-100x70": (80, 7), "nhan-60x90": (10, 50),
    "bien-ke-105x74": (80, 84),
}  # fmt: skip
SIZE_MM = (192, 165)


def picture() -> Image.Image:
    """Return all designs on grey paper, cut out along their trims."""
    per_mm = DPI / 25.4 / SCALE
    page = Image.new("RGB", (round(SIZE_MM[0] * per_mm), round(SIZE_MM[1] * per_mm)), PAPER)
    for name, place in PLACES_MM.items():
        what = ROOM.design(name)
        label = Image.fromarray(trim_pixels(label_pdf(what, facts(mark="MẪU", **PRODUCT)), DPI))
        size = round(label.width / SCALE), round(label.height / SCALE)
        corner = label.width / 2 if name == "tem-tron-32" else 2 * DPI / 25.4
        cut = _rounded(label.size, corner).resize(size, Image.Resampling.LANCZOS)
        at = round(place[0] * per_mm), round(place[1] * per_mm)
        page.paste(label.resize(size, Image.Resampling.LANCZOS), at, cut)
    return page


def _rounded(size: tuple[int, int], corner: float) -> Image.Image:
    from PIL import ImageDraw

    mask = Image.new("L", size, 0)
    edge = 6  # the die line
    ImageDraw.Draw(mask).rounded_rectangle((edge, edge, size[0] - edge, size[1] - edge), corner - edge, fill=255)
    return mask


if __name__ == "__main__":
    picture().save(CHECKOUT / "docs" / "labels.png", optimize=True)
