"""Rows of batches, lines and parts: written by orders, and read back at any age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

from labelsvc.domain.batch import Line, Part
from labelsvc.domain.print_options import PrintOptions
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart, NewBatch, SourceFile, UsedException
from labelsvc.storage.batches.printed_lots import lot_snapshot, printed_lot
from labelsvc.storage.batches.stop_reasons import StopReason, batch_reason
from labelsvc.storage.keys.epoch_rows import LineAllotment
from labelsvc.storage.products.rows import printed_recognition, product_of, snapshot

EXCEPTIONS = "exceptions"
"""The key of the exceptions among a batch's options."""
_PART_FACTS = ("number", "first_sheet", "sheets", "first_piece", "pieces", "skip")
_BATCH_FACTS = (
    *("id", "name", "order_key", "ordered_at", "who", "state", "epoch", "host", "trial", "mark"),
    *("versions", "folder", "queued", "producer_id", "looks_sha256", "cleared_at"),
)


def batch_of(row: Any) -> Batch:
    """Return a batch; the row has its epoch's name and the contents of its design and stock besides its own columns."""
    kept = dict(row["options"])
    exceptions, reason = kept.pop(EXCEPTIONS, ()), batch_reason(row["state"], row["reason"])
    return Batch(
        **{name: row[name] for name in _BATCH_FACTS},
        reason=reason.said,
        problems=reason.problems,
        options=PrintOptions.from_json(kept),
        exceptions=tuple(UsedException(*facts) for facts in exceptions),
        design=SourceFile(row["design"], bytes(row["design_content"])),
        stock=SourceFile(row["stock"], bytes(row["stock_content"])),
    )


def line_of(row: Any) -> BatchLine:
    """Return a line with product and recognition as they were ordered."""
    facts = row["snapshot"]
    line = Line(row["number"], row["quantity"], counted=row["last_serial"] > 0)
    product, recognition = product_of(facts), printed_recognition(facts)
    ids = row["product_id"], row["recognition_id"]
    return BatchLine(line, product, recognition, row["specimen"], *ids, printed_lot(facts))


def part_of(row: Any) -> BatchPart:
    """Return a part and what became of it."""
    part = Part(**{name: row[name] for name in _PART_FACTS})
    reason = StopReason.parse(row["reason"])
    told = row["started_at"], row["refused"], reason.problems
    return BatchPart(part, row["state"], row["file"], row["sha256"], row["bytes"], reason.said, *told)


def order_values(new: NewBatch) -> dict[str, Any]:
    """Return the columns of a batch that its order says."""
    exceptions = {EXCEPTIONS: [astuple(used) for used in new.exceptions]} if new.exceptions else {}
    return {
        "order_key": new.order_key or None,
        "who": new.who,
        "design": new.design.name,
        "design_sha256": new.design.sha256,
        "stock": new.stock.name,
        "stock_sha256": new.stock.sha256,
        "host": new.host,
        "trial": new.trial,
        "mark": new.mark,
        "options": new.options.to_json() | exceptions,
        "versions": dict(new.versions),
        "queued": new.queued,
        "producer_id": new.producer_id,
    }


def line_values(new: NewBatch, allotment: LineAllotment, batch_id: int) -> Iterator[dict[str, Any]]:
    """Yield the columns of a new batch's lines, in the order of printing."""
    for position, each in enumerate(new.lines):
        line = Line(allotment.first_line + position, each.quantity, each.counted)
        yield {
            "epoch_id": allotment.epoch.id,
            "number": line.number,
            "batch_id": batch_id,
            "position": position,
            "product_id": each.product_id,
            "recognition_id": each.recognition_id,
            "quantity": line.quantity,
            "first_serial": line.serials[0],
            "last_serial": line.serials[-1],
            "stars": each.recognition.stars,
            "specimen": each.specimen,
            "snapshot": snapshot(each.product, each.recognition) | lot_snapshot(each.lot),
        }


def part_values(part: Part, batch_id: int) -> dict[str, Any]:
    """Return the columns of a new batch's part."""
    return {"batch_id": batch_id, **{name: getattr(part, name) for name in _PART_FACTS}}
