"""Lots that were named with an order: kept with its lines as they are printed, and entered for all of their stamps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert

from labelsvc.domain.trace.lot import Lot
from labelsvc.storage.batches.batch_records import NewBatch
from labelsvc.storage.db.tables.serials import lots
from labelsvc.storage.keys.epoch_rows import LineAllotment

_LOT = "lot"
"""The key of a lot in a line's snapshot; older lines have none."""


def lot_snapshot(lot: Lot | None) -> dict[str, Any]:
    """Return a lot as a line's snapshot keeps it, in values that JSON has."""
    if lot is None:
        return {}
    days = {name: day.isoformat() for name in ("made_on", "use_by") if (day := getattr(lot, name))}
    return {_LOT: {"number": lot.number, **days}}


def printed_lot(facts: Mapping[str, Any]) -> Lot | None:
    """Return the lot in a line's snapshot, None if it has none."""
    kept = facts.get(_LOT)
    if not kept:
        return None
    made_on, use_by = (date.fromisoformat(kept[name]) if kept.get(name) else None for name in ("made_on", "use_by"))
    return Lot(kept.get("number", ""), made_on, use_by)


def enter_printed_lots(connection: Connection, new: NewBatch, allotment: LineAllotment, now: datetime) -> None:
    """Enter the lots of a new batch's counted lines for all of their stamps, so that their pages show them."""
    rows = [
        {
            "epoch_id": allotment.epoch.id,
            "line": allotment.first_line + position,
            "first_serial": 1,
            "last_serial": line.quantity,
            "number": line.lot.number,
            "made_on": line.lot.made_on,
            "use_by": line.lot.use_by,
            "at": now,
            "who": new.who,
        }
        for position, line in enumerate(new.lines)
        if line.lot and line.counted
    ]
    if rows:
        connection.execute(insert(lots), rows)
