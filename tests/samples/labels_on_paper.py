"""Labels of designs, filled with made-up products and rasterised: what tests of designs look at."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from labelsvc.domain.batch import Part
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import ALPHABET
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.design.items import PaintedShape, PlacedGraphic
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.piece_slots import CodeLines
from labelsvc.workflows.print_assets import print_assets
from tests import CHECKOUT
from tests.samples.sheet_jobs import PROFILE

ROOM = print_assets(CHECKOUT / "templates", CHECKOUT / "fonts")
HOST = Host.parse("TEM.OCOPHN.VN")
DAY = date(2026, 3, 9)
CODE = (ALPHABET * 2)[:20]
PRODUCT = Product(
    name="Cốm làng Vòng",
    brand="Mễ Trì",
    producer="Hợp tác xã Cốm Mễ Trì",
    commune="Từ Liêm",
    group=ProductGroup.FOOD,
    net_content="100 g",
    ingredients="Nếp cái hoa vàng",
    storage="Nơi khô mát, 5–10 °C",
    shelf_life="2 ngày",
    origin="Việt Nam",
)
FIRST_DESIGNS = ("bien-ke-105x74", "nhan-100x70", "nhan-60x90", "tem-25x35", "tem-tron-32")
"""One of each kind, looked at in every case and at 600 dpi; ``test_shipped_designs`` looks at all others."""
LS_DESIGNS = CHECKOUT / "tests" / "house" / "frozen" / "ls_designs"
"""The first shipped designs as they were written before the open format."""


def ls_source(name: str) -> str:
    """Return one of these designs, for tests that change its elements."""
    return (LS_DESIGNS / f"{name}.svg").read_text(encoding="utf-8")


STAMP = ls_source("tem-25x35")
"""The source of the smallest design, for tests that add something to it."""
Pixels = NDArray[np.uint8]


def facts(stars: int = 4, mark: str = "", **changes: object) -> LabelFacts:
    """Return the facts of a product with some of them changed."""
    product = replace(PRODUCT, **changes)
    recognition = Recognition(stars=stars, decision_date=DAY)
    return LabelFacts(product=product, recognition=recognition, host=HOST.name, mark=mark)


def design(source: str) -> Design:
    """Read a design that is written in a test."""
    return ROOM.design("thử", source.encode())


def added(elements: str, source: str = STAMP) -> str:
    """Return a design with elements that are painted over all others; they begin in line ADDED_LINE."""
    return source.replace("</svg>", f"{elements}</svg>")


ADDED_LINE = STAMP.count("\n", 0, STAMP.index("</svg>")) + 1


def replaced(old: str, new: str, source: str = STAMP) -> str:
    """Return a design in which something stands in another's place."""
    assert old in source
    return source.replace(old, new)


def altered(element: str, source: str = STAMP, **attributes: object) -> str:
    """Return a design whose first element that begins so has other attributes."""
    tag = re.search(rf"<{element}\b[^>]*>", source)
    assert tag, element
    changed = tag[0]
    for name, value in attributes.items():
        said = f'{name.replace("_", "-")}="{value}"'
        known = re.search(rf'\b{name.replace("_", "-")}="[^"]*"', changed)
        changed = changed.replace(known[0], said) if known else changed.replace(f"<{element}", f"<{element} {said}")
    return source.replace(tag[0], changed)


def label_pdf(what: Design, label: LabelFacts) -> bytes:
    """Print one label on a page of its own."""
    use = FontUse()
    art = draw(fill(what, label), use)
    job = PartJob(
        title="Một nhãn",
        ordered_at=datetime(2026, 3, 9, tzinfo=UTC),
        layout=ROOM.layout("single", what),
        part=Part(1, 1, 1, 0, 1),
        total_sheets=1,
        runs=[PieceRun(1, 1, [CODE], label.product.name, label.product.producer, label.recognition.stars, art)],
        encoder=encoder_for(HOST, what.qr.size_mm),
        qr_x_mm=what.qr.x_mm,
        qr_y_mm=what.qr.y_mm,
        qr_size_mm=what.qr.size_mm,
        piece_text=what.piece_text,
        fonts=use,
        slug_face=ROOM.fonts.face("BeVietnamPro-Regular"),
        slug="",
        profile=PROFILE,
        producer="labelsvc",
        spots=ROOM.palette.spots,
        xobjects=what.xobjects,
    )
    stream = io.BytesIO()
    write_part(stream, io.BytesIO(), job)
    return stream.getvalue()


def trim_pixels(pdf: bytes, dpi: int = 300) -> Pixels:
    """Return the trim of a label in colour, [y, x, RGB]."""
    page = pypdfium2.PdfDocument(pdf)[0]
    left, bottom, right, top = page.get_trimbox()
    width, height = page.get_size()
    picture = page.render(scale=dpi / 72, crop=(left, bottom, width - right, height - top)).to_pil()
    return np.asarray(picture.convert("RGB"))


def part_of(pixels: Pixels, x_mm: float, y_mm: float, width_mm: float, height_mm: float, dpi: int = 300) -> Pixels:
    """Return what stands in a box, [y, x, RGB]."""
    left, top, right, bottom = (round(mm * dpi / 25.4) for mm in (x_mm, y_mm, x_mm + width_mm, y_mm + height_mm))
    return pixels[top:bottom, left:right]


TALL = {"name": "Ấm Ẵng Ỗng gỵ", "brand": "Ể Ẵm Ộp ỷ gỵ Ẫm Ặp Quỳnh Ngữ"}


def bare(what: Design) -> Design:
    """Return a design without its texts, stars and marks; the code hides in the QR."""
    items = tuple(item for item in what.items if isinstance(item, PaintedShape | PlacedGraphic))
    middle = (what.qr.x_mm + what.qr.size_mm / 2) * 72 / 25.4
    height = (what.shape.height_mm - what.qr.y_mm - what.qr.size_mm / 2) * 72 / 25.4
    return replace(what, items=items, code=CodeLines(what.code.face, 1, middle, (height,)), serial=None)


ROUND = ls_source("tem-tron-32")

ARCH = "M0 16A16 16 0 0 1 32 16V32H0Z"
"""A rectangle with a half circle on top: the round design stands on it with all that it holds."""


def outlined(d: str = ARCH, source: str = ROUND) -> str:
    at = source.index("<ls:label")
    end = source.index("/>", at) + 2
    return source[:at] + f'<ls:label shape="path" d="{d}"/>' + source[end:]
