"""Preview a label: one piece on a page of its own, as it would print, with a code that no stamp has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from labelsvc.domain.batch import Part
from labelsvc.domain.errors import LabelsvcError, PrintRefused, Problem
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.host import Host
from labelsvc.domain.layout import Layout, layout_for_picture
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.product import name_key, without_diacritics
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.pdf.raster import finished_labels
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import LabelFacts, fill
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.storage.products.products import Products
from labelsvc.workflows.designs.design_groups import group_refusal
from labelsvc.workflows.designs.example_products import example_facts, shown_product
from labelsvc.workflows.part_jobs import CODE, LabelRun, PartPaper, part_job
from labelsvc.workflows.print_assets import PrintAssets

DPI = 300
MOST_LOOKED_AT = 500
"""Products among which the one of the name that was typed is looked for."""


def product_meant(typed: str, products: Products) -> StoredProduct | None:
    """Return the product of that very name, else the first that has all the words typed somewhere."""
    found = products.search(typed, limit=MOST_LOOKED_AT)
    name = without_diacritics(typed)
    alike = [stored for stored in found if without_diacritics(stored.product.name) == name]
    exact = [stored for stored in alike if name_key(stored.product.name) == name_key(typed)]
    return next(iter(exact + alike + found), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPreview:
    """A label to look at: ``stored`` None shows a made-up product, ``mark`` is the word that it bears as a specimen.

    ``source`` is a design that is in no file; ``name`` then names it alone.
    """

    name: str
    stored: StoredProduct | None
    mark: str
    host: Host
    now: datetime
    source: bytes | None = None

    def facts(self, design: Design) -> LabelFacts:
        """Return what is on the label; without a recognition today, what a made-up product of the design would have."""
        today = self.now.astimezone(VIETNAM).date()
        recognition = current_recognition(self.stored.history, today) if self.stored else None
        if not (self.stored and recognition):
            return example_facts(self.host, self.mark, today, design.groups, shown_product(design.groups))
        return LabelFacts(product=self.stored.product, recognition=recognition, host=self.host.name, mark=self.mark)


def preview_label(path: Path, preview: LabelPreview, assets: PrintAssets) -> None:
    """Write the preview: a press file as .pdf, or the finished label as .png at 300 dpi.

    Raises DesignRefused and PrintRefused as printing would.
    """
    content = label_pdf(preview, assets) if path.suffix.lower() == ".pdf" else finished_png(preview, assets, DPI)
    with whole_file(path) as file:
        file.write(content)


def label_pdf(preview: LabelPreview, assets: PrintAssets) -> bytes:
    """Return the label as a press PDF, marked as a specimen."""
    design = assets.design(preview.name, preview.source)
    return _page(preview, design, assets.layout("single", design), assets)


def finished_png(preview: LabelPreview, assets: PrintAssets, dpi: int) -> bytes:
    """Return the label as it is when it is cut, as PNG: no die line, transparent outside of its trim."""
    design = assets.design(preview.name, preview.source)
    pdf = _page(preview, design, layout_for_picture(design.shape), assets)
    return next(finished_labels(pdf, design.shape, dpi))


def preview_refusals(preview: LabelPreview, assets: PrintAssets) -> tuple[Problem, ...]:
    """Return why a label cannot be shown; nothing where it can. Its texts are fitted, and nothing is drawn."""
    try:
        design = assets.design(preview.name, preview.source)
        facts = _facts(preview, design, assets)
        fill(design, replace(facts, product=preview.stored.product) if preview.stored else facts)
    except LabelsvcError as error:
        return error.problems
    return ()


def _facts(preview: LabelPreview, design: Design, assets: PrintAssets) -> LabelFacts:
    if preview.stored and (refusal := group_refusal(preview.stored.product, design, assets)):
        raise PrintRefused(refusal)
    return preview.facts(design)


def _page(preview: LabelPreview, design: Design, layout: Layout, assets: PrintAssets) -> bytes:
    facts = _facts(preview, design, assets)
    paper = PartPaper(
        layout=layout,
        part=Part(1, 1, 1, 0, 1),
        total_sheets=1,
        title=f"{design.title} – {facts.product.name}",
        slug=preview.mark,
        ordered_at=preview.now,
        producer="labelsvc",
    )
    stream = BytesIO()
    encoder = encoder_for(preview.host, design.qr.size_mm)
    write_part(stream, BytesIO(), part_job(design, assets, encoder, [LabelRun(1, 1, [CODE], facts)], paper))
    return stream.getvalue()
