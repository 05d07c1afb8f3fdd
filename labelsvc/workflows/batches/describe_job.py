"""What a ticket says of a job besides its files: its sheet, the address of its page, and its rolls."""

from __future__ import annotations

from collections import Counter

from labelsvc.domain.sheet import Stock
from labelsvc.rendering.sheets.ticket.ticket_job import TicketJob
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.paper_words import Say

LENGTHS_SHOWN = 3
"""So many different lengths of rolls are named one by one."""
FIRST_OFF = ("head", "foot", "right", "left")
"""What comes off a roll first at its unwind directions 1–4 (labels outside) and 5–8 (inside)."""


def ticket_job(contents: BatchContents, say: Say, address: str) -> TicketJob:
    """Return the picture of the first sheet, the QR code of the batch's page at the desk, and the line for signatures.

    Where the desk has no address, the QR code says the batch's name.
    """
    places, name = contents.places, contents.batch.name
    on_sheet = places.on_sheets([range(1, 2)])
    ends = [_stamp(*places.stamp_at(place), say) for place in (on_sheet[0], on_sheet[-1])]
    return TicketJob(
        layout=contents.layout,
        taken=[place.position for place in on_sheet],
        captions=(
            say("ticket.sheet", columns=contents.layout.columns, rows=contents.layout.rows),
            say("ticket.first_label", stamp=ends[0]),
            say("ticket.last_label", stamp=ends[1]),
        ),
        link=f"{address}/office/batches/{name}" if address else name,
        signatures=[say(f"ticket.{kind}") for kind in ("printed_by", "checked_by", "signed_on")],
    )


def _stamp(line: int, serial: int, say: Say) -> str:
    return say("ticket.stamp", line=line, serial=serial) if serial else say("ticket.uncounted_stamp", line=line)


def roll_facts(contents: BatchContents, say: Say) -> dict[str, str]:
    """Return what the ticket says of a roll, by the name of the sentence that heads it; nothing of other stocks."""
    stock = contents.layout.stock
    if stock.kind != "roll":
        return {}
    values = {
        "rolls": _rolls(contents, say),
        "core": say("ticket.core_value", core_mm=stock.core_mm) if stock.core_mm else "",
        "unwind": _unwind(stock.unwind, say),
        "eye_mark": _eye_mark(stock, say),
    }
    return {name: value for name, value in values.items() if value}


def _rolls(contents: BatchContents, say: Say) -> str:
    """Say how many rolls are needed and how many labels each holds."""
    rolls = contents.places.rolls
    if not rolls:
        return ""
    lengths = Counter(rolls).most_common()
    if len(lengths) <= LENGTHS_SHOWN:
        each = ", ".join(say("ticket.rolls_of", rolls=count, pieces=pieces) for pieces, count in lengths)
    else:
        each = say("ticket.rolls_between", least=min(rolls), most=max(rolls))
    stock, columns = contents.layout.stock, contents.layout.columns
    lanes = 1 if stock.order == "lanes" else columns
    length = say("ticket.rolls_length", length_m=stock.roll_length_m) if stock.roll_length_m else ""
    return say("ticket.rolls_value", rolls=len(rolls), lanes=lanes, each=each) + length


def _unwind(unwind: int, say: Say) -> str:
    if not unwind:
        return ""
    face = "outside" if unwind <= len(FIRST_OFF) else "inside"
    first = FIRST_OFF[(unwind - 1) % len(FIRST_OFF)]
    words = {"face": say(f"ticket.wound_{face}"), "first": say(f"ticket.first_{first}")}
    return say("ticket.unwind_value", number=unwind, **words)


def _eye_mark(stock: Stock, say: Say) -> str:
    mark = stock.eye_mark
    if mark is None:
        return ""
    sizes = {"width_mm": mark.width_mm, "height_mm": mark.height_mm, "from_edge_mm": mark.from_edge_mm}
    return say("ticket.eye_mark_value", side=say(f"ticket.side_{mark.side}"), from_top_mm=mark.from_top_mm, **sizes)
