"""Pictures for a screen: a product's label as it would print today, and the first sheet of an order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO

from labelsvc.domain.batch import Part, line_ends, runs_in
from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.host import Host
from labelsvc.pdf.raster import page_png
from labelsvc.rendering.design.filling import LabelFacts
from labelsvc.rendering.sheets.kept_stocks import kept_layout
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.storage.batches.batch_records import NewBatch
from labelsvc.workflows.designs.preview_label import LabelPreview, finished_png, preview_refusals
from labelsvc.workflows.kept_symbols import batch_encoder
from labelsvc.workflows.part_jobs import CODE, LabelRun, PartPaper, part_job
from labelsvc.workflows.print_assets import PrintAssets

PICTURES_KEPT = 400
"""Pictures of about 15 kB each, remembered by all that is on them."""
LABEL_DPI, SHEET_PIXELS = 200, 1_400
LARGEST_PIXELS, THUMBNAIL_PIXELS = 1_600, 420
"""The longest side of a label's picture."""
_LOOKED_AT_BY_NOBODY_DPI = 30
_DRAWN_FIRST = ("tem-25x35", "nhan-60x90")
"""A stamp, and a label with the fields of law: more of them load hardly more."""
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def label_png(preview: LabelPreview, assets: PrintAssets) -> bytes:
    """Return a finished label as PNG, marked as a specimen. Raises DesignRefused and PrintRefused as printing would."""
    return _label(_of_day(preview), assets, LARGEST_PIXELS)


def label_thumbnail(preview: LabelPreview, assets: PrintAssets) -> bytes:
    """Return the same, small enough for a page of many."""
    return _label(_of_day(preview), assets, THUMBNAIL_PIXELS)


def _of_day(preview: LabelPreview) -> LabelPreview:
    return replace(preview, now=preview.now.replace(hour=0, minute=0, second=0, microsecond=0))


@lru_cache(PICTURES_KEPT)
def _label(preview: LabelPreview, assets: PrintAssets, longest_side: int) -> bytes:
    shape = assets.design(preview.name, preview.source).shape
    dpi = int(longest_side * 25.4 / max(shape.width_mm, shape.height_mm))
    return finished_png(preview, assets, min(LABEL_DPI, dpi))


def load_designs(assets: PrintAssets, host: Host) -> None:
    """Read the shipped designs and draw some, so that the first pictures find modules, fonts and tables loaded.

    The first ones of this process, and of all that are forked of it.
    """
    for name in assets.design_names:
        preview = LabelPreview(name=name, stored=None, mark="", host=host, now=_ANY_TIME)
        with suppress(LabelsvcError):
            assets.heading(name)
            preview_refusals(preview, assets)
            if name in _DRAWN_FIRST:
                finished_png(preview, assets, _LOOKED_AT_BY_NOBODY_DPI)


def sheet_png(new: NewBatch, assets: PrintAssets, mark: str, *, now: datetime) -> bytes:
    """Return the first sheet of an order as PNG, every label marked as a specimen and with a code that no stamp has."""
    assets, host = assets.kept(new.options), Host.parse(new.host)
    design = assets.design(new.design.name, new.design.content)
    layout = kept_layout(new.stock.content, design.shape, may_turn=new.options.may_turn)
    first = new.parts[0]
    quantities = [line.quantity for line in new.lines]
    pieces = min(first.pieces, layout.per_sheet - first.skip)
    if new.options.step_and_repeat:
        pieces = min(pieces, quantities[0])
    part = Part(1, 1, 1, 0, pieces, first.skip)
    runs = []
    for run in runs_in(part, line_ends(quantities)):
        line = new.lines[run.line]
        facts = LabelFacts(
            product=line.product,
            recognition=line.recognition,
            host=host.name,
            mark=mark,
            lot=line.lot,
            dot_mm=layout.stock.dot_mm,
        )
        runs.append(LabelRun(run.line + 1, run.first + 1, [CODE] * run.count, facts))
    paper = PartPaper(
        layout=layout,
        part=part,
        total_sheets=1,
        title=design.title,
        slug=mark,
        ordered_at=now,
        producer="labelsvc",
        step_and_repeat=new.options.step_and_repeat,
    )
    stream = BytesIO()
    write_part(stream, BytesIO(), part_job(design, assets, batch_encoder(host, new.options), runs, paper))
    return page_png(stream.getvalue(), SHEET_PIXELS)
