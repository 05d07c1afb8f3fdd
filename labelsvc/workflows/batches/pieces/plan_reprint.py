"""Plans a reprint before anything is made: which pieces, and whether they may be reprinted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.imposed_positions import ImposedPosition, check_issued
from labelsvc.domain.serial_ranges import SerialRange, in_both, serial_ranges_of
from labelsvc.storage.batches.voids import Voids
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.still_printable import refuse_not_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintPlan:
    """A planned reprint.

    ``sheets``: those that were asked for, empty if serials were. ``places`` of the pieces, sheet by sheet;
    ``before``: those of them that were made again before; ``number``: the reprint's in its batch, from 1.
    """

    printed: BatchContents
    sheets: tuple[range, ...]
    places: tuple[ImposedPosition, ...]
    pieces: tuple[SerialRange, ...]
    before: tuple[SerialRange, ...]
    number: int

    @property
    def pages(self) -> list[int]:
        """The sheets of the batch that the reprint's pages are or stand for, in order."""
        return list(dict.fromkeys(place.sheet for place in self.places))


def plan_reprint(
    name: str,
    services: BatchServices,
    today: date,
    *,
    sheets: Sequence[range] = (),
    serials: Sequence[SerialRange] = (),
) -> ReprintPlan:
    """Look at a reprint of whole sheets, or of some serials.

    1. The batch is printed to its end, and has those sheets or serials (NotFound names those it has).
    2. None of the pieces is void, and the recognition that they were printed under is in force (PrintRefused).
    """
    printed = whole_batch(name, services)  # 1
    places = printed.places
    check_issued(places.lines, serials)
    chosen = tuple(places.for_serials(serials) if serials else places.on_sheets(sheets))
    pieces = serial_ranges_of(map(places.stamp_at, chosen))
    refuse_void(name, pieces, services.voids)  # 2
    lines = [printed.lines[i] for i in sorted({place.line for place in chosen})]
    refuse_not_in_force(lines, services.products, today)
    earlier = [some for reprint in services.reprints.for_batch(name) for some in reprint.pieces]
    return ReprintPlan(
        printed=printed,
        sheets=tuple(sheets),
        places=chosen,
        pieces=pieces,
        before=in_both(pieces, earlier),
        number=services.reprints.next_number(name),
    )


def whole_batch(name: str, services: BatchServices) -> BatchContents:
    """Return a batch; NotFound if there is none, PrintRefused if it is not printed to its end."""
    batch = services.batches.get(name)
    if batch.state != "ready":
        raise PrintRefused.from_code("reprint.not_whole", batch=name)
    return BatchContents.read(batch, services.batches, services.assets)


def refuse_void(name: str, pieces: Sequence[SerialRange], voids: Voids) -> None:
    """Refuse (PrintRefused) pieces of which some are void."""
    void = in_both(pieces, [each.pieces for each in voids.for_batch(name)])
    if void:
        raise PrintRefused.from_code("replace.already_void", batch=name, pieces=", ".join(map(str, sorted(void))))
