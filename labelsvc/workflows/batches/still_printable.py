"""Checks whether labels ordered earlier may still be printed: recognitions end, and nothing may be printed twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from labelsvc.domain.errors import PrintRefused, Problem
from labelsvc.domain.permission import may_reprint
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.products.products import Products


def refuse_not_in_force(lines: Sequence[BatchLine], products: Products, today: date) -> None:
    """Refuse (PrintRefused) lines whose labels may not be made today, each with the reason."""
    stored = products.many({line.product_id for line in lines})
    problems = []
    for line in lines:
        known = stored[line.product_id]
        now = next(each.recognition for each in known.recognitions if each.id == line.recognition_id)
        for reason in may_reprint(now, known.history, today, stars=line.recognition.stars).reasons:
            facts = {"product": line.product.name, "producer": line.product.producer, "why": reason}
            problems.append(Problem("reprint.refused", facts))
    if problems:
        raise PrintRefused(*problems)


def would_stop_again(batch: Batch, parts: Sequence[BatchPart]) -> bool:
    """Tell whether going on with a batch that is held would stop where it did: one of its labels is refused.

    One that is held because the office was moved or restored has no folder; whoever knows that the first machine did
    not print it lets it go on.
    """
    return batch.state == "held" and bool(batch.folder) and any(part.refused for part in parts)


def refuse_second_set(batch: Batch, parts: Sequence[BatchPart], folder: StoredFolder) -> None:
    """Refuse (PrintRefused) to make a released batch's press files anew in a folder that lacks some of them.

    Its sheets may be on paper: whoever destroyed them declares so, and void stamps are left out (``reprint``).
    """
    if batch.state != "ready":
        return
    stored = folder.files()
    lacking = [part.file for part in parts if part.file not in stored]
    if lacking:
        sheets = parts[-1].part.first_sheet + parts[-1].part.sheets - 1
        facts = {"batch": batch.name, "folder": folder.place, "files": lacking, "sheets": f"1-{sheets}"}
        raise PrintRefused.from_code("print.released", **facts)
