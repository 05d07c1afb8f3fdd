"""Say how many products of an import's files would have what a trace code must lead to, and what each row lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from labelsvc.domain.trace.profile import NO_PROFILE
from labelsvc.domain.trace.trace_facts import TraceFactName
from labelsvc.records.rows import RowLocation
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.workflows.import_report import ImportReport
from labelsvc.workflows.profiles.measure_product import measure_product


@dataclass(frozen=True, slots=True)
class LackingRow:
    """A product of the files that lacks some of the nine facts, with the row of its newest recognition."""

    place: RowLocation
    name: str
    producer: str
    lacking: tuple[TraceFactName, ...]


@dataclass(frozen=True, slots=True)
class ImportMeter:
    """``products`` of the files are goods; those in ``rows`` would lack facts."""

    products: int
    rows: tuple[LackingRow, ...]

    @property
    def whole(self) -> int:
        """How many would have all nine facts."""
        return self.products - len(self.rows)


def measure_import(report: ImportReport, profiles: Profiles, today: date) -> ImportMeter:
    """Return the meter of a preview, in the files' order."""
    foreseen = [(taken.row, taken.foreseen) for taken in report.newest() if taken.foreseen is not None]
    held = profiles.many({stored.id for _, stored in foreseen if stored.id})
    meters = [(row, measure_product(stored, held.get(stored.id, NO_PROFILE), today)) for row, stored in foreseen]
    goods = [(row, meter) for row, meter in meters if meter.applies]
    lacking = (
        LackingRow(row.place, row.product.name, row.product.producer, meter.lacking)
        for row, meter in goods
        if meter.lacking
    )
    return ImportMeter(len(goods), tuple(lacking))
