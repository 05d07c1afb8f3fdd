"""What people read of a part that failed for a reason that nobody foresaw: which product, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.storage.batches.batch_records import BatchPart
from labelsvc.storage.batches.batches import Batches

MOST_TRIES = 3
"""So often a part is tried, and the end of a batch."""
REASONS_NAMED = 3
"""So many different reasons a stopped batch gives; each part has its own."""


def unforeseen_error(batch: str, line: int | None, kind: str, batches: Batches) -> LabelsvcError:
    """Return the reason of a part in which an error of a ``kind`` came up, when ``line`` was worked on."""
    if line is None:
        return LabelsvcError.from_code("print.unforeseen", kind=kind)
    return LabelsvcError.from_code("print.unforeseen_at", product=_product(batch, line, batches), kind=kind)


def lost_process_error(batch: str, line: int | None, batches: Batches) -> LabelsvcError:
    """Return the reason of a part whose process died again and again, at last when ``line`` was worked on."""
    if line is None:
        return LabelsvcError.from_code("print.part_lost")
    return LabelsvcError.from_code("print.part_lost_at", product=_product(batch, line, batches))


def problems_of_parts(parts: Sequence[BatchPart]) -> list[Problem]:
    """Return why a batch stopped: its first reasons, each with the parts that failed for it."""
    failed: dict[str, list[BatchPart]] = {}
    for part in parts:
        if part.state == "failed":
            failed.setdefault(part.reason, []).append(part)
    told: list[Problem] = []
    for reason, group in list(failed.items())[:REASONS_NAMED]:
        problems = group[0].problems
        if problems and len(parts) == 1:
            told += problems
            continue
        numbers = [part.part.number for part in group]
        told += [Problem("print.parts_failed", {"parts": numbers, "why": (problems or (reason,))[0]}), *problems[1:]]
    if any(part.state == "done" for part in parts):
        told.append(Problem("print.others_done"))
    return told


def _product(batch: str, line: int, batches: Batches) -> str:
    return batches.lines(batch, range(line, line + 1))[0].product.name
