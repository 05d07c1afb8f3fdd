"""A label of a design in the making, drawn as the press does: for the studio's looks, and for comparing versions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from io import BytesIO
from math import sqrt

from labelsvc.domain.batch import Part
from labelsvc.domain.errors import Problem
from labelsvc.domain.host import Host
from labelsvc.domain.layout import Layout, layout
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.sheet import Stock
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.rendering.design.checks.clearances import LEAST_BLEED_MM
from labelsvc.rendering.design.design import Design, DesignMeans, read_design_by_node
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts, fill_what_fits
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.workflows.part_jobs import CODE, LabelRun, PartPaper, part_job
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.studio.look_items import StudioItem, look_items
from labelsvc.workflows.studio.samples import GroupSamples, SampleProduct, choose_samples

CSS_DPI = 96
"""Of scale 1: a CSS pixel."""
LEAST_SCALE, MOST_SCALE = 0.25, 16.0
MOST_PIXELS = 6_000_000
_ONE = Stock(name="", title="", title_en="", kind="single", bleed_mm=LEAST_BLEED_MM, die_line=False)
"""One label with its bleed on a page of its own, without die line and marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookQuestion:
    """What is asked of a design in the making.

    ``sample``: one of SAMPLES; ``product``: another product, which goes before it. ``scale``: pixels of the picture for
    each CSS pixel. ``mark``: the word that the label bears as a specimen. ``stock``: lay it out on this one too.
    ``origin``: the design that a producer's one is a copy of.
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
    origin: bytes = b""


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """A filled label with what was left out of it, each with the node of its element."""

    filled: FilledLabel
    refused: list[tuple[int, Problem]]
    facts: LabelFacts


class LabelDrawing:
    """A question under way. What it gives may raise DesignRefused, and what drawing refuses."""

    def __init__(self, assets: PrintAssets, question: LookQuestion) -> None:
        self._assets, self.asked = assets, question
        self.today = question.now.astimezone(VIETNAM).date()

    @cached_property
    def design(self) -> Design:
        """The design, read by node; required elements may be lacking yet."""
        assets = self._assets
        means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
        return read_design_by_node(self.asked.source, self.asked.name, means, unfinished=True)

    @cached_property
    def samples(self) -> dict[str, LabelFacts]:
        """The facts of each sample, and of the product that is asked for."""
        chosen = dict(choose_samples(self.asked.samples, self.design.groups))
        if self.asked.product:
            chosen[self.asked.product_name] = self.asked.product
        return {name: self._facts(sample) for name, sample in chosen.items()}

    @property
    def shown(self) -> str:
        """The name of the sample that is drawn."""
        return self.asked.product_name if self.asked.product else self.asked.sample

    @cached_property
    def label(self) -> ShownLabel:
        """The label of the sample that is drawn."""
        facts = self.samples[self.shown]
        return ShownLabel(*fill_what_fits(self.design, facts), facts)

    @cached_property
    def items(self) -> list[StudioItem]:
        """Its items."""
        return look_items(self.label.filled, self._encoder.version)

    @property
    def dpi(self) -> int:
        """The resolution of the scale, less where the picture would have too many pixels."""
        (width, height), scale = self.bled_size_mm, max(LEAST_SCALE, min(self.asked.scale, MOST_SCALE))
        return max(1, int(min(scale * CSS_DPI, sqrt(MOST_PIXELS / (width * height)) * 25.4)))

    @property
    def bled_size_mm(self) -> tuple[float, float]:
        """Width and height of the label with its bleed."""
        shape = self.design.shape
        return shape.width_mm + 2 * LEAST_BLEED_MM, shape.height_mm + 2 * LEAST_BLEED_MM

    def bled_page(self) -> bytes:
        """Return the label with its bleed on a page of its own, without die line and marks."""
        return self.page(layout(_ONE, self.design.shape))

    def page(self, placed: Layout) -> bytes:
        """Return a sheet full of the label as a press file."""
        count = placed.per_sheet
        paper = PartPaper(
            layout=placed,
            part=Part(1, 1, 1, 0, count),
            total_sheets=1,
            title=self.design.title,
            slug=self.asked.mark,
            ordered_at=self.asked.now,
        )
        run, stream = LabelRun(1, 1, [CODE] * count, self.label.facts, self.label.filled), BytesIO()
        write_part(stream, BytesIO(), part_job(self.design, self._assets, self._encoder, [run], paper))
        return stream.getvalue()

    @cached_property
    def _encoder(self) -> QrEncoder:
        return encoder_for(self.asked.host, self.design.qr.size_mm)

    def _facts(self, sample: SampleProduct) -> LabelFacts:
        recognition = sample.recognition or Recognition(stars=4, decision_date=self.today)
        group = sample.product.group or next(group for group in ProductGroup if group in self.design.groups)
        product = replace(sample.product, group=group)
        return LabelFacts(product=product, recognition=recognition, host=self.asked.host.name, mark=self.asked.mark)
