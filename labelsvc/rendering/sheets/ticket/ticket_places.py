"""Where the parts of a ticket stand, by the size of the label that it shows."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.shape import Shape
from labelsvc.rendering.sheets.ticket.ticket_job import SHEET_MM, sheet_end_mm
from labelsvc.rendering.sheets.ticket.ticket_page import EDGE_MM, WIDTH_MM

PICTURE_MM, PICTURE_TOP_MM = (62.0, 84.0), 46.0
PICTURE_OVER_SHEET_MM, SHEET_TOP_MM = (62.0, 58.0), 109.0
MOST_BESIDE_SHEET_MM = (106.0, 95.0)
"""The label's frame; that of a label that stands over the picture of its sheet, and of a larger one beside it."""
FACTS_LEFT_MM = 92.0


@dataclass(frozen=True, slots=True)
class TicketPlaces:
    """Where a ticket's parts stand, in mm: the label's frame, corners of sheet and facts, where the pictures end."""

    frame_mm: tuple[float, float]
    sheet_at_mm: tuple[float, float]
    facts_at_mm: tuple[float, float]
    pictures_end_mm: float


def ticket_places(shape: Shape, *, has_job: bool) -> TicketPlaces:
    """Return the places for a label: it is drawn in its own size at least, as its least texts are as small as may be.

    A label too large for the page is smaller there all the same, and so are all in tickets of older batches.
    """
    beside = FACTS_LEFT_MM, PICTURE_TOP_MM
    if not has_job:
        return TicketPlaces(PICTURE_MM, (0.0, 0.0), beside, PICTURE_TOP_MM + PICTURE_MM[1] + 3)
    over, sheet_left = PICTURE_OVER_SHEET_MM, WIDTH_MM - EDGE_MM - SHEET_MM[0]
    if shape.width_mm <= over[0] and shape.height_mm <= over[1]:
        return TicketPlaces(over, (EDGE_MM, SHEET_TOP_MM), beside, sheet_end_mm(SHEET_TOP_MM))
    frame = min(shape.width_mm, MOST_BESIDE_SHEET_MM[0]), min(shape.height_mm, MOST_BESIDE_SHEET_MM[1])
    end = max(PICTURE_TOP_MM + frame[1], sheet_end_mm(PICTURE_TOP_MM))
    return TicketPlaces(frame, (sheet_left, PICTURE_TOP_MM), (EDGE_MM, end + 5), end)
