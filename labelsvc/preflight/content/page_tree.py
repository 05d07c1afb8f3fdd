"""Entries that a page has itself or from the nodes above it, and what of it a viewer shows (ISO 32000-1, 7.7.3)."""

from __future__ import annotations

from typing import Any

from labelsvc.preflight.content.path_box import Box
from labelsvc.preflight.content.pdf_values import dictionary_of, numbers_of

NEAR_PT = 0.02
"""Rounding tolerance of a box: 0.007 mm."""
_INHERITED_DEPTH = 40


def inherited(page: Any, key: str) -> Any:
    """Return an entry that a page may inherit from the nodes above it (ISO 32000-1, 7.7.3.4)."""
    node = page
    for _ in range(_INHERITED_DEPTH):
        if key in node:
            return node.get(key)
        node = dictionary_of(node.get("/Parent"))
    return None


def box_of(value: Any) -> Box | None:
    """Return a rectangle with ordered corners; None if it is invalid or has no area."""
    sides = numbers_of(value, 4)
    if sides is None:
        return None
    x0, y0, x1, y1 = sides
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if box[2] - box[0] > NEAR_PT and box[3] - box[1] > NEAR_PT else None


def visible_box(page: Any) -> Box | None:
    """Return what a viewer shows of a page: its CropBox, as far as it lies in the MediaBox; None without a MediaBox."""
    media, crop = box_of(inherited(page, "/MediaBox")), box_of(inherited(page, "/CropBox"))
    if media is None or crop is None:
        return media
    shown = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return shown if shown[0] < shown[2] and shown[1] < shown[3] else media
