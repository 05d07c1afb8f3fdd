"""Jobs for the tests of sheets: stocks, shapes, and pieces with a plain art, without designs or a database."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from labelsvc.domain.batch import plan_parts
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.qr_version import QrVersion
from labelsvc.domain.shape import Circle, Rectangle, Shape
from labelsvc.pdf.units import points
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.sheets.stocks import read_stock
from labelsvc.rendering.typesetting.font_book import FontBook, FontUse
from labelsvc.rendering.typesetting.piece_slots import CodeLines, SerialLine
from labelsvc.rendering.typesetting.piece_text import PieceText
from tests import CHECKOUT

SHEETS = CHECKOUT / "templates" / "sheets"
BOOK = FontBook(CHECKOUT / "fonts")
PROFILE = (CHECKOUT / "templates" / "press" / "FOGRA39L_coated.icc").read_bytes()
ORDERED_AT = datetime(2026, 3, 9, 8, 15, tzinfo=UTC)
ENCODER = QrEncoder(Host("TEM.OCOPHN.VN").url_prefix(), QrVersion(3, "Q"))
STAMP = Rectangle(25, 35, 2)
ROUND = Circle(32)
QR_MM = 16.65
QR_AT = {STAMP: (4.175, 6.0), ROUND: (7.675, 5.0)}
SLUG = "Đợt in 2026-001 · Phần 1 · Tờ {sheet}/{sheets} · 09/03/2026 · tem-25x35 · 330x480"


def codes(count: int, seed: int = 1) -> list[str]:
    random = Random(seed)
    return ["".join(random.choices(ALPHABET, k=20)) for _ in range(count)]


def art(shape: Shape, bleed_mm: float, ink: str = "0.09 0.02 0.08 0 k") -> bytes:
    """Colour up to the bleed, and the white slot of the QR."""
    wide, high = points(shape.width_mm + 2 * bleed_mm), points(shape.height_mm + 2 * bleed_mm)
    x, y = (points(v) for v in QR_AT.get(shape, (4.0, 4.0)))
    low = points(shape.height_mm) - y - points(QR_MM)
    away = -points(bleed_mm)
    return (
        f"{ink} {away:.3f} {away:.3f} {wide:.3f} {high:.3f} re f\n"
        f"0 0 0 0 k {x:.3f} {low:.3f} {points(QR_MM):.3f} {points(QR_MM):.3f} re f\n"
    ).encode()


def piece_text(shape: Shape) -> PieceText:
    face = BOOK.face("BeVietnamPro-Medium")
    middle, low = points(shape.width_mm / 2), points(shape.height_mm - 28)
    lines = (low + points(3), low + points(0.5))
    return PieceText([CodeLines(face, 5, middle, lines), SerialLine(face, 5, middle, low - points(2))])


def place(stock: str, shape: Shape = STAMP, **changes: object) -> Layout:
    return layout(replace(read_stock(SHEETS, stock), **changes), shape)


def job(
    placed: Layout, quantities: tuple[int, ...], skip: int = 0, uncounted: bool = False, slug: str = SLUG
) -> PartJob:
    inks = ("0.09 0.02 0.08 0 k", "0.02 0.14 0.55 0 k", "0.01 0.04 0.16 0 k")
    runs = [
        PieceRun(
            line=7 + i,
            first_serial=0 if uncounted else 1,
            codes=codes(quantity, i),
            product=f"Cốm làng Vòng số {i}",
            producer="Hợp tác xã Mễ Trì",
            stars=4,
            art=art(placed.shape, placed.bleed_mm, inks[i % 3]),
        )
        for i, quantity in enumerate(quantities)
    ]
    x_mm, y_mm = QR_AT.get(placed.shape, (4.0, 4.0))
    part = plan_parts(quantities, placed.per_sheet, skip)[0]
    return PartJob(
        title="2026-001 labels-001",
        ordered_at=ORDERED_AT,
        layout=placed,
        part=part,
        total_sheets=part.sheets,
        runs=runs,
        encoder=ENCODER,
        qr_x_mm=x_mm,
        qr_y_mm=y_mm,
        qr_size_mm=QR_MM,
        piece_text=piece_text(placed.shape),
        fonts=FontUse(),
        slug_face=BOOK.face("BeVietnamPro-Regular"),
        slug=slug,
        profile=PROFILE,
        producer="labelsvc 0.1.0",
    )


def printed(what: PartJob) -> tuple[bytes, str]:
    """Return the PDF and the manifest's rows of a job."""
    pdf, rows = io.BytesIO(), io.BytesIO()
    write_part(pdf, rows, what)
    return pdf.getvalue(), rows.getvalue().decode()
