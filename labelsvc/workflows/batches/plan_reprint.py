"""Look at a reprint before anything is made: which pieces it means, and whether they may be printed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.imposed_positions import BatchPositions, ImposedPosition
from labelsvc.domain.serial_ranges import SerialRange, in_both, serial_ranges_of
from labelsvc.domain.sheet import Layout
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.sheets.kept_stocks import kept_layout
from labelsvc.storage.batches.batch_records import Batch, BatchLine, BatchPart
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.batches.reprints import Reprints
from labelsvc.storage.batches.voids import Voids
from labelsvc.storage.products.products import Products
from labelsvc.workflows.batches.still_printable import refuse_not_in_force
from labelsvc.workflows.print_assets import PrintAssets


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBatch:
    """A batch that is whole, with everything that says where its pieces stand."""

    batch: Batch
    lines: tuple[BatchLine, ...]
    parts: tuple[BatchPart, ...]
    assets: PrintAssets
    design: Design
    layout: Layout

    @classmethod
    def get(cls, name: str, batches: Batches, assets: PrintAssets) -> PrintedBatch:
        """Return a batch; NotFound where there is none, PrintRefused where it is not printed to its end."""
        batch = batches.get(name)
        if batch.state != "ready":
            raise PrintRefused.of("reprint.not_whole", batch=name)
        assets = assets.kept(batch.options)
        design = assets.design(batch.design.name, batch.design.content)
        return cls(
            batch=batch,
            lines=batches.lines(name),
            parts=batches.parts(name),
            assets=assets,
            design=design,
            layout=kept_layout(batch.stock.content, design.shape),
        )

    @property
    def places(self) -> BatchPositions:
        """Where every piece stands."""
        apart = self.batch.options.step_and_repeat
        lines, parts = [each.line for each in self.lines], [each.part for each in self.parts]
        return BatchPositions(lines, parts, self.layout.per_sheet, self.layout.stock.order, apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintPlan:
    """A reprint that has been looked at but not made.

    ``sheets``: those that were asked for, empty where serials were. ``places`` of the pieces, sheet by sheet;
    ``before``: those of them that were made again before; ``number``: the reprint's in its batch, from 1.
    """

    printed: PrintedBatch
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
    *,
    sheets: Sequence[range] = (),
    serials: Sequence[SerialRange] = (),
    assets: PrintAssets,
    batches: Batches,
    products: Products,
    voids: Voids,
    reprints: Reprints,
    today: date,
) -> ReprintPlan:
    """Look at a reprint of whole sheets, or of some serials.

    1. The batch is printed to its end, and has those sheets or serials (NotFound names those it has).
    2. None of the pieces is void, and the recognition that they were printed under is in force (PrintRefused).
    """
    printed = PrintedBatch.get(name, batches, assets)  # 1
    places = printed.places
    places.check(serials)
    chosen = tuple(places.of(serials) if serials else places.on_sheets(sheets))
    pieces = serial_ranges_of(map(places.stamp_at, chosen))
    refuse_void(name, pieces, voids)  # 2
    refuse_not_in_force([printed.lines[i] for i in sorted({place.line for place in chosen})], products, today)
    earlier = [some for reprint in reprints.of(name) for some in reprint.pieces]
    return ReprintPlan(
        printed=printed,
        sheets=tuple(sheets),
        places=chosen,
        pieces=pieces,
        before=in_both(pieces, earlier),
        number=reprints.next_number(name),
    )


def refuse_void(name: str, pieces: Sequence[SerialRange], voids: Voids) -> None:
    """Refuse (PrintRefused) pieces of which some are void."""
    void = in_both(pieces, [each.pieces for each in voids.of(name)])
    if void:
        raise PrintRefused.of("replace.already_void", batch=name, pieces=", ".join(map(str, sorted(void))))
