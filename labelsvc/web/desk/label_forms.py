"""The forms of a batch's labels, and whether they may be used today: for the producers' pages and the API."""

from __future__ import annotations

from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.web.desk import context as desk
from labelsvc.workflows.batches.batch_files import Batch
from labelsvc.workflows.batches.label_exports import LabelExports
from labelsvc.workflows.batches.pieces.plan_reprint import refuse_void
from labelsvc.workflows.batches.still_printable import refuse_not_in_force


def forms_of(batch: Batch) -> LabelExports:
    """Return the forms of a batch's labels."""
    return LabelExports.for_batch(batch, desk.services().batch_services)


def refuse_unusable(batch: Batch) -> None:
    """Refuse (PrintRefused) a batch whose labels may not be used today, or of which some are void, with the reasons."""
    services = desk.services()
    lines = services.batches.lines(batch.name)
    refuse_void(batch.name, [SerialRange(line.line.number, 1, line.line.quantity) for line in lines], services.voids)
    refuse_not_in_force(lines, services.products, desk.today())
