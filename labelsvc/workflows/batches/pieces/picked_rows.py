"""Manifest rows of selected pieces, computed from keys and positions, not copied from a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from labelsvc.domain.imposed_positions import ImposedPosition
from labelsvc.domain.label_code import EpochKey, StampIdentity
from labelsvc.rendering.sheets import manifest as manifest_rows
from labelsvc.workflows.batches.pieces.plan_reprint import ReprintPlan

MANIFEST_HEADER = (manifest_rows.MANIFEST_HEADER + manifest_rows.END_OF_ROW).encode()


def picked_rows(plan: ReprintPlan, key: EpochKey, page_of: Callable[[ImposedPosition], tuple[int, int]]) -> list[bytes]:
    """Return a row for each piece of a plan; ``page_of`` says in which file and on which page, from 1, it stands."""
    printed = plan.printed
    encoder = printed.encoder
    cells = manifest_rows.place_cells(printed.layout.positions)
    places, rows = printed.places, []
    for place in plan.places:
        line = printed.lines[place.line]
        number, serial = places.stamp_at(place)
        code = key.seal(StampIdentity(number, serial))
        end = manifest_rows.end_cells(line.product.name, line.product.producer, line.recognition.stars)
        rows.append(
            manifest_rows.page_rows(
                page_of(place), [cells[place.position]], [(f"{number},", end)], [serial], [code], encoder.urls([code])
            )
        )
    return rows


def rows_not_in(manifest: Path, rows: Sequence[bytes]) -> list[bytes]:
    """Return the rows that a batch's manifest does not have, letter for letter."""
    wanted = dict.fromkeys(rows)
    with manifest.open("rb") as stream:
        for row in stream:
            wanted.pop(row, None)
    return list(wanted)
