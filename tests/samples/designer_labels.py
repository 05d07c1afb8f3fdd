"""Labels as a producer's own designer might send them, made with reportlab."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import qrcode
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from labelsvc.domain.product import Product
from tests import CHECKOUT

MM = 72 / 25.4
FONT = "BeVietnamPro-designer"
WIDE, HIGH = 90 * MM, 120 * MM
Drawing = Callable[[Any], None]


def _canvas(stream: BytesIO) -> Any:
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(CHECKOUT / "fonts" / "BeVietnamPro_400Regular.ttf")))
    return Canvas(stream, pagesize=(WIDE, HIGH), invariant=True)


def lines_of(product: Product) -> list[tuple[str, float]]:
    """Return the lines of a label that keeps all rules, with their sizes in pt."""
    lines = [(product.name, 18.0)]
    if product.net_content:
        lines.append((f"Khối lượng tịnh: {product.net_content}", 23.2 if "kg" in product.net_content else 15.4))
        lines[0] = (product.name, 24.0)
    lines += [
        (f"Thành phần: {product.ingredients}", 7.0),
        ("NSX: xem trên bao bì", 7.0),
        (f"HSD: {product.shelf_life}", 7.0),
        ("Số lô:", 7.0),
        (f"Hướng dẫn sử dụng: {product.directions}", 7.0),
        (f"Bảo quản: {product.storage}", 7.0),
        (f"Cảnh báo: {product.warnings}", 7.0),
        (f"Thông số kỹ thuật: {product.technical_data}", 7.0),
        (f"Năm sản xuất: {product.production_year}", 7.0),
        (f"Số lưu hành: {product.circulation_number}", 7.0),
        (f"Làng nghề: {product.craft_village}", 7.0),
        (f"Đối tượng: {product.target_users}. Liều dùng: {product.dose}", 7.0),
        (f"Hàm lượng ethanol: {product.alcohol} % vol", 7.0),
        (f"Sản xuất tại: {product.producer}, {product.place}", 7.0),
        (f"Xuất xứ: {product.origin}", 7.0),
    ]
    if product.nutrition:
        lines += [(part, 7.0) for part in product.nutrition.split("; ")]
    if product.goods_class == "health_food":
        lines.append(("Thực phẩm bảo vệ sức khỏe", 8.0))
        lines.append(("Thực phẩm này không phải là thuốc, không có tác dụng thay thế thuốc chữa bệnh", 6.6))
    return lines


def label_pdf(lines: list[tuple[str, float]], also: Drawing | None = None, ink: Any = (0, 0, 0)) -> bytes:
    """Return a label of these lines; ``also`` draws below them first."""
    stream = BytesIO()
    canvas = _canvas(stream)
    if also:
        also(canvas)
    canvas.setFillColorRGB(*ink)
    y = HIGH - 8 * MM
    for text, size in lines:
        canvas.setFont(FONT, size)
        for part in simpleSplit(text, FONT, size, WIDE - 10 * MM):
            y -= size * 1.2
            canvas.drawString(5 * MM, y, part)
    canvas.save()
    return stream.getvalue()


def qr_drawing(text: str, side_mm: float) -> Drawing:
    """Return what draws a QR in the lower right corner; ``side_mm`` without its quiet zone."""

    def draw(canvas: Any) -> None:
        code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(text)
        rows = code.get_matrix()
        module = side_mm * MM / len(rows)
        left, top = WIDE - 8 * MM - side_mm * MM, 8 * MM + side_mm * MM
        for y, row in enumerate(rows):
            for x, dark in enumerate(row):
                if dark:
                    canvas.rect(left + x * module, top - (y + 1) * module, module, module, stroke=0, fill=1)

    return draw


def outlined_drawing(text: str, size: float) -> Drawing:
    """Return what draws a text as outlines."""
    from fontTools.pens.reportLabPen import ReportLabPen
    from fontTools.ttLib import TTFont as FontFile

    def draw(canvas: Any) -> None:
        with FontFile(CHECKOUT / "fonts" / "BeVietnamPro_400Regular.ttf") as font:
            glyphs, names = font.getGlyphSet(), font.getBestCmap()
            x, y, scale = 5 * MM, HIGH - 40 * MM, size / font["head"].unitsPerEm
            for letter in text:
                pen = ReportLabPen(glyphs)
                glyphs[names[ord(letter)]].draw(pen)
                canvas.saveState()
                canvas.transform(scale, 0, 0, scale, x, y)
                path = canvas.beginPath()
                for kind, points in _steps(pen.path):
                    getattr(path, kind)(*points)
                canvas.drawPath(path, stroke=0, fill=1)
                canvas.restoreState()
                x += glyphs[names[ord(letter)]].width * scale

    return draw


def _steps(path: Any) -> list[tuple[str, list[float]]]:
    names, sizes = ("moveTo", "lineTo", "curveTo", "close"), (2, 2, 6, 0)
    steps, at = [], 0
    for operator in path.operators:
        steps.append((names[operator], path.points[at : at + sizes[operator]]))
        at += sizes[operator]
    return steps
