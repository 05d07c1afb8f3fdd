"""A stored batch with everything on its labels, and their positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchContents:
    """A batch, its lines and parts; design and layout as it keeps them, and the assets that it is drawn with.

    ``audit_head``: the audit's chain as it was when the batch was ordered.
    """

    batch: Batch
    lines: Sequence[BatchLine]
    parts: Sequence[BatchPart]
    assets: PrintAssets
    design: Design
    layout: Layout
    audit_head: AuditHead

    @classmethod
    def read(cls, batch: Batch, batches: Batches, assets: PrintAssets) -> Self:
        """Read a batch's lines and parts; StockRefused, DesignRefused if what it keeps cannot be read."""
        own = assets.kept(batch.options).with_looks(batches.looks(batch))
        design = own.design(batch.design.name, batch.design.content)
        return cls(
            batch=batch,
            lines=batches.lines(batch.name),
            parts=batches.parts(batch.name),
            assets=own,
            design=design,
            layout=kept_layout(batch.stock.content, design.shape, may_turn=batch.options.may_turn),
            audit_head=batches.audit_head(batch.id),
        )

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
        return sum(line.line.quantity for line in self.lines)

    @property
    def sheets(self) -> int:
        """On how many sheets."""
        last = self.parts[-1].part
        return last.first_sheet + last.sheets - 1

    @property
    def places(self) -> BatchPositions:
        """Where every label stands."""
        lines, parts = [each.line for each in self.lines], [each.part for each in self.parts]
        apart = self.batch.options.step_and_repeat
        return BatchPositions(lines, parts, self.layout, apart)

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
