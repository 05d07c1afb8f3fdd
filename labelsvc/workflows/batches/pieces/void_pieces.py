"""Voids lost or destroyed pieces without replacement, even if the product may no longer be printed."""

from __future__ import annotations

from collections.abc import Sequence

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.imposed_positions import check_issued
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.voids import ReportedLoss, Voids
from labelsvc.workflows.batches.pieces.plan_reprint import refuse_void

KINDS = ("lost", "destroyed")


def plan_void(
    name: str, pieces: Sequence[SerialRange], kind: str, reason: str, batches: Batches, voids: Voids
) -> ReportedLoss:
    """Check what is to be voided beforehand; ``Voids.add`` does it.

    1. Somebody says that the pieces were lost or destroyed (``kind``), and why (InvalidValue).
    2. The batch, printed to its end or not, has those serials (NotFound names those it has).
    3. None of them is void (PrintRefused).
    """
    if kind not in KINDS:  # 1
        raise InvalidValue.from_code("void.no_kind", field="kind")
    if not reason.strip():
        raise InvalidValue.from_code("reprint.no_reason", field="reason")
    check_issued((each.line for each in batches.lines(name)), pieces)  # 2
    refuse_void(name, pieces, voids)  # 3
    return ReportedLoss(name, pieces, reason.strip(), kind)
