"""Look at a design in the making, in a confined child: its picture as the press draws it, its items, what is found.

The child answers one line of JSON, then the pictures.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from io import BytesIO
from math import sqrt
from typing import Any

from labelsvc.domain.batch import Part
from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.shape import Circle, PathShape, Rectangle, Shape
from labelsvc.domain.sheet import Stock
from labelsvc.domain.verdict import VIETNAM
from labelsvc.pdf.raster import first_page_png, page_png
from labelsvc.rendering.design.clearances import LEAST_BLEED_MM, safety_mm
from labelsvc.rendering.design.design import Design, DesignMeans, read_design_by_node
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts, fill_what_fits
from labelsvc.rendering.design.source import element_lines
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.workflows.part_jobs import CODE, LabelRun, PartPaper, part_job
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.problem_json import problem_json
from labelsvc.workflows.studio.look_findings import (
    LookFinding,
    of_samples,
    of_the_design,
    of_the_page,
    of_the_source,
    with_lines,
)
from labelsvc.workflows.studio.look_items import StudioItem, look_items
from labelsvc.workflows.studio.samples import GroupSamples, SampleProduct, choose_samples

CSS_DPI = 96
"""Of scale 1: a CSS pixel."""
LEAST_SCALE, MOST_SCALE = 0.25, 16.0
MOST_PIXELS = 6_000_000
SHEET_PIXELS = 1_400
_ONE = Stock(name="", title="", title_en="", kind="single", bleed_mm=LEAST_BLEED_MM, die_line=False)
"""One label with its bleed on a page of its own, without die line and marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookQuestion:
    """What is asked of a design in the making.

    ``sample``: one of SAMPLES; ``product``: another product, which goes before it. ``scale``: pixels of the picture for
    each CSS pixel. ``mark``: the word that the label bears as a specimen. ``stock``: lay it out on this one too.
    """

    name: str
    source: bytes
    host: Host
    now: datetime
    sample: str = "usual"
    product: SampleProduct | None = None
    product_name: str = ""
    samples: tuple[GroupSamples, ...] = ()
    scale: float = 2.0
    mark: str = ""
    stock: Stock | None = None
    picture: bool = True
    findings: bool = True


@dataclass(frozen=True, slots=True)
class LookJob:
    """All that the child needs: the office's palette and fonts too."""

    assets: PrintAssets
    question: LookQuestion

    def answer(self) -> bytes:
        """Look, in the child."""
        look = _Look(self.assets, self.question)
        said, pictures = look.answer()
        return (
            json.dumps(said | {"sizes": [len(picture) for picture in pictures]}).encode() + b"\n" + b"".join(pictures)
        )


class _Look:
    """A look under way."""

    def __init__(self, assets: PrintAssets, question: LookQuestion) -> None:
        self._assets, self._asked = assets, question
        self._today = question.now.astimezone(VIETNAM).date()

    def answer(self) -> tuple[dict[str, Any], list[bytes]]:
        """Return what is said, and the pictures of label and sheet: empty where none is asked for."""
        try:
            return self._drawn()
        except LabelsvcError as error:
            return {"findings": self._told(of_the_source(error.problems))}, [b"", b""]

    def _drawn(self) -> tuple[dict[str, Any], list[bytes]]:
        asked, design = self._asked, self._design
        shown = asked.product_name if asked.product else asked.sample
        facts = self._samples[shown]
        label = _Label(design, *fill_what_fits(design, facts), facts)
        items = look_items(label.filled, self._encoder.version)
        said = _sizes(design) | {"items": items, "sample": shown, "product": facts.product.name}
        picture = sheet = b""
        if asked.picture:
            pdf = self._page(label, layout(_ONE, design.shape))
            picture = first_page_png(pdf, _dpi(design, asked.scale))
        if asked.stock:
            told, sheet = self._sheet(label, asked.stock)
            said |= {"layout": told}
        found = of_the_source([problem for _, problem in label.refused])
        found = [replace(finding, node=node) for finding, (node, _) in zip(found, label.refused, strict=True)]
        if asked.findings:
            found = self._findings(label, items)
        return said | {"findings": self._told(found), "judged": asked.findings}, [picture, sheet]

    @cached_property
    def _design(self) -> Design:
        assets = self._assets
        means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
        return read_design_by_node(self._asked.source, self._asked.name, means)

    @cached_property
    def _encoder(self) -> QrEncoder:
        return encoder_for(self._asked.host, self._design.qr.size_mm)

    @cached_property
    def _samples(self) -> dict[str, LabelFacts]:
        """The facts of each sample, and of the product that is asked for."""
        chosen = dict(choose_samples(self._asked.samples, self._design.groups))
        if self._asked.product:
            chosen[self._asked.product_name] = self._asked.product
        return {name: self._facts(sample) for name, sample in chosen.items()}

    def _facts(self, sample: SampleProduct) -> LabelFacts:
        recognition = sample.recognition or Recognition(stars=4, decision_date=self._today)
        group = sample.product.group or next(group for group in ProductGroup if group in self._design.groups)
        product = replace(sample.product, group=group)
        host, mark = self._asked.host.name, self._asked.mark
        return LabelFacts(product=product, recognition=recognition, host=host, mark=mark)

    def _findings(self, label: _Label, items: list[StudioItem]) -> list[LookFinding]:
        design, law = self._design, self._assets.law
        page = self._page(label, self._assets.layout("single", design))
        return [
            *of_the_design(design, law, self._asked.host),
            *of_samples(design, self._samples, law, self._today),
            *of_the_page(page, items, self._assets.stock("single")),
        ]

    def _sheet(self, label: _Label, stock: Stock) -> tuple[dict[str, Any], bytes]:
        """Return how many labels a stock holds, and its first sheet; or why it holds none."""
        try:
            placed = layout(stock, self._design.shape, may_turn=True)
        except LabelsvcError as error:
            return {"problems": list(map(problem_json, error.problems))}, b""
        told = {"per_sheet": placed.per_sheet, "columns": placed.columns, "rows": placed.rows, "turned": placed.turned}
        return told, page_png(self._page(label, placed), SHEET_PIXELS)

    def _page(self, label: _Label, placed: Layout) -> bytes:
        """Return a sheet full of a label as a press file."""
        count = placed.per_sheet
        paper = PartPaper(
            layout=placed,
            part=Part(1, 1, 1, 0, count),
            total_sheets=1,
            title=self._design.title,
            slug=self._asked.mark,
            ordered_at=self._asked.now,
        )
        run, stream = LabelRun(1, 1, [CODE] * count, label.facts, label.filled), BytesIO()
        write_part(stream, BytesIO(), part_job(self._design, self._assets, self._encoder, [run], paper))
        return stream.getvalue()

    def _told(self, found: Sequence[LookFinding]) -> list[dict[str, Any]]:
        lines = element_lines(self._asked.source) if found else []
        return [with_lines(finding, lines).to_json() for finding in found]


@dataclass(frozen=True, slots=True)
class _Label:
    """A label with what was left out of it, each with the node of its element."""

    design: Design
    filled: FilledLabel
    refused: list[tuple[int, Problem]]
    facts: LabelFacts


def _sizes(design: Design) -> dict[str, Any]:
    """Return the trim with its bleed and safety margin; the picture shows the bleed too."""
    shape = design.shape
    sizes = {"width_mm": shape.width_mm, "height_mm": shape.height_mm, "bleed_mm": LEAST_BLEED_MM}
    return sizes | {"safety_mm": safety_mm(design), "shape": _shape(shape), "groups": _groups(design)}


def _shape(shape: Shape) -> dict[str, Any]:
    match shape:
        case Circle():
            return {"kind": "circle"}
        case PathShape(d=d):
            return {"kind": "path", "d": d}
        case Rectangle(corner_mm=corner):
            return {"kind": "rectangle", "corner_mm": corner}


def _groups(design: Design) -> list[str]:
    return [group.name.lower() for group in ProductGroup if group in design.groups]


def _dpi(design: Design, scale: float) -> int:
    """Return the resolution of a scale, less where the picture would have too many pixels."""
    width, height = (side + 2 * LEAST_BLEED_MM for side in (design.shape.width_mm, design.shape.height_mm))
    most = sqrt(MOST_PIXELS / (width * height)) * 25.4
    return max(1, int(min(max(LEAST_SCALE, min(scale, MOST_SCALE)) * CSS_DPI, most)))
