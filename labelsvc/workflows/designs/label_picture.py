"""Pictures for a screen: a product's label as it would print today, and the first sheet of an order."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from io import BytesIO

from labelsvc.domain.batch import Part, runs_in
from labelsvc.domain.host import Host
from labelsvc.pdf.raster import page_png
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.sheets.kept_stocks import kept_layout
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.typesetting.fonts import FontUse
from labelsvc.storage.batches.batch_records import NewBatch
from labelsvc.storage.products.products import StoredProduct
from labelsvc.workflows.batches.kept_symbols import batch_encoder
from labelsvc.workflows.batches.order_batch import SpecimenWords
from labelsvc.workflows.designs.preview_label import CODE, finished_png
from labelsvc.workflows.print_assets import PrintAssets

PICTURES_KEPT = 400
"""Pictures of about 15 kB each, remembered by all that is on them."""
LABEL_DPI, SHEET_PIXELS = 200, 1_400


def label_png(
    name: str,
    stored: StoredProduct | None,
    assets: PrintAssets,
    marks: SpecimenWords,
    *,
    host: Host,
    now: datetime,
    source: bytes | None = None,
) -> bytes:
    """Return a finished label as PNG, marked as a specimen. Raises DesignRefused and PrintRefused as printing would."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return _label(name, stored, assets, marks, host, day, source)


@lru_cache(PICTURES_KEPT)
def _label(
    name: str,
    stored: StoredProduct | None,
    assets: PrintAssets,
    marks: SpecimenWords,
    host: Host,
    day: datetime,
    source: bytes | None,
) -> bytes:
    return finished_png(name, stored, assets, marks, host=host, now=day, source=source, dpi=LABEL_DPI)


def sheet_png(new: NewBatch, assets: PrintAssets, marks: SpecimenWords, *, now: datetime) -> bytes:
    """Return the first sheet of an order as PNG, every label marked as a specimen and with a code that no stamp has."""
    assets = assets.kept(new.options)
    design = assets.design(new.design.name, new.design.content)
    layout = kept_layout(new.stock.content, design.shape)
    first = new.parts[0]
    quantities = [line.quantity for line in new.lines]
    pieces = min(first.pieces, layout.per_sheet - first.skip)
    if new.options.step_and_repeat:
        pieces = min(pieces, quantities[0])
    part = Part(1, 1, 1, 0, pieces, first.skip)
    use, host = FontUse(), Host.parse(new.host)
    runs = []
    for run in runs_in(part, quantities):
        line = new.lines[run.line]
        product, recognition = line.product, line.recognition
        facts = LabelFacts(product=product, recognition=recognition, host=host.name, mark=marks.specimen)
        art = draw(fill(design, facts), use)
        runs.append(
            PieceRun(
                run.line + 1, run.first + 1, [CODE] * run.count, product.name, product.producer, recognition.stars, art
            )
        )
    job = PartJob(
        title=design.title,
        ordered_at=now,
        layout=layout,
        part=part,
        total_sheets=1,
        runs=runs,
        encoder=batch_encoder(host, new.options),
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
        step_and_repeat=new.options.step_and_repeat,
    )
    stream = BytesIO()
    write_part(stream, BytesIO(), job)
    return page_png(stream.getvalue(), SHEET_PIXELS)
