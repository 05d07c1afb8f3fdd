"""What people read of a part that failed for a reason that nobody foresaw: which product, and how it ended."""

from __future__ import annotations

from labelsvc.domain.errors import LabelsvcError
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.claims import PartClaim

MOST_TRIES = 3
"""So often a part is tried."""


def unforeseen_error(claim: PartClaim, line: int | None, kind: str, batches: Batches) -> LabelsvcError:
    """Return the reason of a part in which an error of a ``kind`` came up, when ``line`` was worked on."""
    if line is None:
        return LabelsvcError.from_code("print.unforeseen", kind=kind)
    product = _product(claim, line, batches)
    return LabelsvcError.from_code("print.unforeseen_at", part=claim.number, product=product, kind=kind)


def lost_process_error(claim: PartClaim, line: int | None, batches: Batches) -> LabelsvcError:
    """Return the reason of a part whose process died again and again, at last when ``line`` was worked on."""
    if line is None:
        return LabelsvcError.from_code("print.part_lost", part=claim.number)
    return LabelsvcError.from_code("print.part_lost_at", part=claim.number, product=_product(claim, line, batches))


def _product(claim: PartClaim, line: int, batches: Batches) -> str:
    return batches.lines(claim.batch)[line].product.name
