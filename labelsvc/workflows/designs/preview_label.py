"""Preview a label: one piece on a page of its own, as it would print, with a code that no stamp has."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from labelsvc.domain.batch import Part
from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.host import Host
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.product import Product, ProductGroup, name_key, without_diacritics
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.sheet import Layout, layout_for_picture
from labelsvc.pdf.raster import finished_labels
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.typesetting.fonts import FontUse
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.storage.products.products import Products, StoredProduct
from labelsvc.workflows.batches.order_batch import SpecimenWords
from labelsvc.workflows.designs.design_groups import group_refusal
from labelsvc.workflows.print_assets import PrintAssets

CODE = "0" * 20
"""Twenty zeros: no epoch's key is known to make them, and the page says that they are not ours."""
DPI = 300
MOST_LOOKED_AT = 500
"""Products among which the one of the name that was typed is looked for."""


def example_facts(
    host: Host, mark: str, today: date, groups: Collection[ProductGroup] = tuple(ProductGroup)
) -> LabelFacts:
    """Return facts of a made-up product of one of these groups, for a preview without records."""
    product = Product(
        name="Củ cải trắng Đông Cao",
        brand="Đông Cao",
        producer="Hợp tác xã Dịch vụ tổng hợp Đông Cao",
        commune="Tráng Việt",
        district="Mê Linh",
        group=next(group for group in ProductGroup if group in groups),
        net_content="1 kg",
        ingredients="Củ cải trắng tươi",
        storage="Nơi khô mát, 5–10 °C",
        shelf_life="5 ngày kể từ ngày thu hoạch",
        origin="Việt Nam",
    )
    return LabelFacts(product=product, recognition=Recognition(stars=4, decision_date=today), host=host.name, mark=mark)


def product_meant(typed: str, products: Products) -> StoredProduct | None:
    """Return the product of that very name, else the first that has all the words typed somewhere."""
    found = products.search(typed, limit=MOST_LOOKED_AT)
    name = without_diacritics(typed)
    alike = [stored for stored in found if without_diacritics(stored.product.name) == name]
    exact = [stored for stored in alike if name_key(stored.product.name) == name_key(typed)]
    return next(iter(exact + alike + found), None)


def preview_label(
    path: Path,
    name: str,
    stored: StoredProduct | None,
    assets: PrintAssets,
    marks: SpecimenWords,
    *,
    host: Host,
    now: datetime,
    source: bytes | None = None,
) -> None:
    """Write the preview: a press file as .pdf, or the finished label as .png at 300 dpi.

    Raises DesignRefused and PrintRefused as printing would.
    """
    if path.suffix.lower() == ".pdf":
        content = label_pdf(name, stored, assets, marks, host=host, now=now, source=source)
    else:
        content = finished_png(name, stored, assets, marks, host=host, now=now, source=source, dpi=DPI)
    with whole_file(path) as file:
        file.write(content)


def label_pdf(
    name: str,
    stored: StoredProduct | None,
    assets: PrintAssets,
    marks: SpecimenWords,
    *,
    host: Host,
    now: datetime,
    source: bytes | None = None,
) -> bytes:
    """Return one label as a press PDF, marked as a specimen; ``source`` is a design that is in no file."""
    design = assets.design(name, source)
    return _page(design, assets.layout("single", design), stored, assets, marks, host, now)


def finished_png(
    name: str,
    stored: StoredProduct | None,
    assets: PrintAssets,
    marks: SpecimenWords,
    *,
    host: Host,
    now: datetime,
    dpi: int,
    source: bytes | None = None,
) -> bytes:
    """Return one label as it is when it is cut, as PNG: no die line, transparent outside of its trim."""
    design = assets.design(name, source)
    pdf = _page(design, layout_for_picture(design.shape), stored, assets, marks, host, now)
    return next(finished_labels(pdf, design.shape, dpi))


def _page(
    design: Design,
    layout: Layout,
    stored: StoredProduct | None,
    assets: PrintAssets,
    marks: SpecimenWords,
    host: Host,
    now: datetime,
) -> bytes:
    today = now.date()
    facts = example_facts(host, marks.specimen, today, design.groups)
    recognition = current_recognition(stored.history, today) if stored else None
    if stored and (refusal := group_refusal(stored.product, design, assets)):
        raise PrintRefused(refusal)
    if stored and recognition:
        facts = LabelFacts(product=stored.product, recognition=recognition, host=host.name, mark=marks.specimen)
    use = FontUse()
    art = draw(fill(design, facts), use)
    product = facts.product
    job = PartJob(
        title=f"{design.title} – {product.name}",
        ordered_at=now,
        layout=layout,
        part=Part(1, 1, 1, 0, 1),
        total_sheets=1,
        runs=[PieceRun(1, 1, [CODE], product.name, product.producer, facts.recognition.stars, art)],
        encoder=encoder_for(host, design.qr.size_mm),
        qr_x_mm=design.qr.x_mm,
        qr_y_mm=design.qr.y_mm,
        qr_size_mm=design.qr.size_mm,
        piece_text=design.piece_text,
        fonts=use,
        slug_face=assets.fonts.face("BeVietnamPro-Regular"),
        slug=marks.specimen,
        profile=assets.profile,
        producer="labelsvc",
        spots=assets.palette.spots,
        xobjects=design.xobjects,
    )
    stream = BytesIO()
    write_part(stream, BytesIO(), job)
    return stream.getvalue()
