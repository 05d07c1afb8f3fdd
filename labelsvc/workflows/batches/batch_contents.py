"""A stored batch with everything on its labels, and their positions; or as much of it as one part takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from labelsvc.domain.batch import LineRun, Part, line_ends, runs_in
from labelsvc.domain.host import Host
from labelsvc.domain.imposed_positions import BatchPositions
from labelsvc.domain.layout import Layout
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import LabelFacts
from labelsvc.rendering.qr.encoder import QrEncoder
from labelsvc.rendering.sheets.kept_stocks import kept_layout
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.people.audit_chain import AuditHead
from labelsvc.workflows.kept_symbols import batch_encoder
from labelsvc.workflows.paper_words import SpecimenWords
from labelsvc.workflows.print_assets import PrintAssets


@dataclass(frozen=True, slots=True)
class PartLines:
    """A part with the lines that stand in it, by their place in the batch; ``runs``: which pieces of them."""

    part: Part
    runs: Sequence[LineRun]
    lines: Mapping[int, BatchLine]

    @classmethod
    def read(cls, batch: Batch, part: Part, batches: Batches) -> Self:
        """Read them: of a batch of 200,000 lines a part has a thousand."""
        runs = runs_in(part, batches.line_ends(batch.name))
        first, last = runs[0].line, runs[-1].line
        lines = batches.lines(batch.name, range(first, last + 1))
        return cls(part, runs, dict(enumerate(lines, first)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFrame:
    """A batch and its parts; design and layout as it keeps them, and the assets that it is drawn with."""

    batch: Batch
    parts: Sequence[BatchPart]
    assets: PrintAssets
    design: Design
    layout: Layout

    @classmethod
    def read(cls, batch: Batch, batches: Batches, assets: PrintAssets) -> Self:
        """Read a batch; StockRefused, DesignRefused if what it keeps cannot be read."""
        return cls(**_frame_facts(batch, batches, assets))

    @property
    def host(self) -> Host:
        """The host of all its codes."""
        return Host.parse(self.batch.host)

    @property
    def encoder(self) -> QrEncoder:
        """What makes the symbols of all its codes."""
        return batch_encoder(self.host, self.batch.options)

    @property
    def pieces(self) -> int:
        """How many labels it has."""
        return sum(each.part.pieces for each in self.parts)

    @property
    def sheets(self) -> int:
        """On how many sheets."""
        last = self.parts[-1].part
        return last.first_sheet + last.sheets - 1

    def facts(self, line: BatchLine, marks: SpecimenWords) -> LabelFacts:
        """Return what is on the labels of a line."""
        host = self.host
        mark = marks.for_label(specimen=host.specimen or line.specimen, trial=self.batch.trial)
        return LabelFacts(
            product=line.product,
            recognition=line.recognition,
            host=host.name,
            mark=mark,
            lot=line.lot,
            dot_mm=self.layout.stock.dot_mm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchContents(BatchFrame):
    """A batch with all its lines; ``ends`` as :func:`line_ends` gives them.

    ``audit_head``: the audit's chain as it was when the batch was ordered.
    """

    lines: Sequence[BatchLine]
    ends: Sequence[int]
    audit_head: AuditHead

    @classmethod
    def read(cls, batch: Batch, batches: Batches, assets: PrintAssets) -> Self:
        """Read a batch with its lines; StockRefused, DesignRefused if what it keeps cannot be read."""
        lines, head = batches.lines(batch.name), batches.audit_head(batch.id)
        ends = line_ends(each.line.quantity for each in lines)
        return cls(**_frame_facts(batch, batches, assets), lines=lines, ends=ends, audit_head=head)

    @property
    def pieces(self) -> int:
        """How many labels it has, whichever parts are drawn."""
        return self.ends[-1]

    @property
    def places(self) -> BatchPositions:
        """Where every label stands."""
        lines, parts = [each.line for each in self.lines], [each.part for each in self.parts]
        apart = self.batch.options.step_and_repeat
        return BatchPositions(lines, parts, self.layout, apart)

    def part_lines(self, part: Part) -> PartLines:
        """Return a part with its lines."""
        runs = runs_in(part, self.ends)
        return PartLines(part, runs, {run.line: self.lines[run.line] for run in runs})


def _frame_facts(batch: Batch, batches: Batches, assets: PrintAssets) -> dict[str, Any]:
    own = assets.kept(batch.options).with_looks(batches.looks(batch))
    design = own.design(batch.design.name, batch.design.content)
    layout = kept_layout(batch.stock.content, design.shape, may_turn=batch.options.may_turn)
    return {"batch": batch, "parts": batches.parts(batch.name), "assets": own, "design": design, "layout": layout}
