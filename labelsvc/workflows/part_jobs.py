"""What a part is drawn from: the one way from designs and products to a job of the press, for batches and previews."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from labelsvc import __version__
from labelsvc.domain.batch import Part
from labelsvc.domain.imposed_positions import PickedImposition
from labelsvc.domain.layout import Layout
from labelsvc.domain.qr_version import QrVersion
from labelsvc.domain.thermal.label_printer import LabelPrinter, SquareSlot
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts, fill
from labelsvc.rendering.qr.encoder import QrEncoder, Symbols
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.workflows.print_assets import PrintAssets

PRODUCER = f"labelsvc {__version__}"
CODE = "0" * 20
"""Twenty zeros: no epoch's key is known to make them, and the page says that they are not ours."""
Inspect = Callable[[Symbols, list[str]], None]
"""Sees symbols and their URLs before they are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPaper:
    """The sheets of a part: where labels stand on them, and what is written beside them and in the file.

    ``slug`` leaves {sheet} and {sheets} open. ``picked``: where the labels stand, where not one after the other.
    """

    layout: Layout
    part: Part
    total_sheets: int
    title: str
    slug: str
    ordered_at: datetime
    producer: str = PRODUCER
    step_and_repeat: bool = False
    picked: PickedImposition | None = None


@dataclass(frozen=True, slots=True)
class LabelRun:
    """Consecutive labels of one product; ``first_serial`` 0 = uncounted, then every label has serial 0.

    ``filled``: the label, where it is filled already.
    """

    line: int
    first_serial: int
    codes: Sequence[str]
    facts: LabelFacts
    filled: FilledLabel | None = None


def part_job(
    design: Design,
    assets: PrintAssets,
    encoder: QrEncoder,
    runs: Iterable[LabelRun],
    paper: PartPaper,
    inspect: Inspect | None = None,
) -> PartJob:
    """Fill and draw the design once for each line. Raises PrintRefused if a text does not fit or lacks a letter."""
    use, arts = FontUse(), dict[int, bytes]()
    qr_x_mm, qr_y_mm, qr_size_mm = qr_square(design, encoder.version, paper.layout.stock.printer)
    return PartJob(
        title=paper.title,
        ordered_at=paper.ordered_at,
        layout=paper.layout,
        part=paper.part,
        total_sheets=paper.total_sheets,
        runs=[_piece_run(run, design, use, arts) for run in runs],
        encoder=encoder,
        qr_x_mm=qr_x_mm,
        qr_y_mm=qr_y_mm,
        qr_size_mm=qr_size_mm,
        piece_text=design.piece_text,
        fonts=use,
        slug_face=assets.fonts.face("BeVietnamPro-Regular"),
        slug=paper.slug,
        profile=assets.profile,
        producer=paper.producer,
        spots=assets.palette.spots,
        xobjects=design.xobjects,
        step_and_repeat=paper.step_and_repeat,
        picked=paper.picked,
        inspect=inspect,
    )


def qr_square(design: Design, version: QrVersion, printer: LabelPrinter | None) -> SquareSlot:
    """Return the square of a QR with its quiet zone: the slot, on a thermal printer what it holds in whole dots."""
    slot = design.qr.x_mm, design.qr.y_mm, design.qr.size_mm
    return printer.square_at_dots(slot, version.modules_with_quiet_zone) if printer else slot


def _piece_run(run: LabelRun, design: Design, use: FontUse, arts: dict[int, bytes]) -> PieceRun:
    product, recognition = run.facts.product, run.facts.recognition
    if run.line not in arts:
        arts[run.line] = draw(run.filled or fill(design, run.facts), use)
    names = product.name, product.producer
    return PieceRun(run.line, run.first_serial, run.codes, *names, recognition.stars, arts[run.line])
