"""A face as the press renderer draws it: a Vietnamese pangram, marks upon capitals, figures, small sizes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO

from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, PdfIdentity
from labelsvc.pdf.raster import page_png
from labelsvc.pdf.units import points
from labelsvc.rendering.sheets.press_page import PressPage, whole_page_boxes, write_press_file
from labelsvc.rendering.typesetting.fitting import FittedText, TextBox, fit_text, operators
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.storage.designs.office_looks import OfficeFont
from labelsvc.workflows.print_assets import PrintAssets, office_face

PIXELS, SPECIMENS_KEPT = 1_280, 100
_WIDTH_MM, _HEIGHT_MM, _EDGE_MM = 130.0, 50.0, 4.0
_LINES = (
    ("Do bạch kim rất quý nên sẽ dùng để lắp vô xương", 20.0),
    ("ẤẦẨẪẬ ẾỀỂỄỆ ỐỒỔỖỘ ỚỜỞỠỢ ỨỪỬỮỰ ĂẮẰẲẴẶ Đ", 16.0),
    ("0123456789 · 250 g · HSD 31/12/2026 · AV To Tr", 14.0),
    ("Nơi khô ráo, thoáng mát. Thành phần: gạo nếp, đường, gừng (12 %), muối.", 8.0),
    ("Nơi khô ráo, thoáng mát. Thành phần: gạo nếp, đường, gừng (12 %), muối.", 5.0),
)
"""Texts with their sizes in pt; each is smaller where it would not fit."""
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@lru_cache(SPECIMENS_KEPT)
def specimen_png(font: OfficeFont, assets: PrintAssets) -> bytes:
    """Return a picture of a face's specimen."""
    face, use, parts, top = office_face(font), FontUse(), [BLACK_OVERPRINTING], _EDGE_MM
    for text, size in _LINES:
        high = size * 0.62  # mm: room for marks above and below
        fitted = fit_text(face, text, TextBox(_WIDTH_MM - 2 * _EDGE_MM, high, size, size / 3))
        if isinstance(fitted, FittedText):
            use.add(face, text)
            baseline = points(_HEIGHT_MM - top) - fitted.first_baseline_pt()
            parts.append(operators(fitted, points(_EDGE_MM), baseline) + b"\n")
        top += high
    page = PressPage(whole_page_boxes(_WIDTH_MM, _HEIGHT_MM), b"".join(parts), use)
    stream = BytesIO()
    write_press_file(stream, [page], PdfIdentity(font.name, _ANY_TIME, "labelsvc"), assets.profile)
    return page_png(stream.getvalue(), PIXELS)
