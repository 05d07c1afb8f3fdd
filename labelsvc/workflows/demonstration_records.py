"""The demonstration's records: known again in whatever file they come, and dated relative to the day of their import.

Their decisions are illustrative. The file's days are those of :data:`SAMPLE_DAY`; imported on another day they all move
by as many days, so that some are expired, some end within weeks and most are in force in any year. A home keeps the
days of its first import: the same file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from labelsvc.records.records_file import read_records
from labelsvc.records.rows import RecordRow
from labelsvc.storage.products.imports import Imports

SAMPLE_DAY = date(2026, 11, 24)
"""The day that the file's decisions were dated for."""

Decision = tuple[date, int, str]
DecidedProduct = tuple[Decision, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DemonstrationRecords:
    """What tells the sample's records, and by how much their days move in this home."""

    decisions: frozenset[DecidedProduct]
    moved: timedelta
    decisions_here: frozenset[DecidedProduct]
    """The same, dated as in this home."""

    def claims(self, row: RecordRow) -> bool:
        """Return whether a row is one of the sample's, dated as the file dates it or as this home does."""
        if not self.decisions:
            return False
        told = _told(row)
        return told in self.decisions or told in self.decisions_here

    def dated(self, row: RecordRow) -> RecordRow:
        """Return a row of the sample with the days that it has in this home."""
        if _told(row) not in self.decisions or not self.moved:
            return row
        days = {name: getattr(row.recognition, name) for name in ("decision_date", "valid_from", "valid_until")}
        moved = {name: day + self.moved for name, day in days.items() if day is not None}
        return replace(row, recognition=replace(row.recognition, **moved))


def demonstration_records(sample: Path | None, imports: Imports, today: date) -> DemonstrationRecords:
    """Return the sample's records as this home knows them; without a sample there are none."""
    rows = _sample_rows(sample, sample.stat().st_mtime_ns, max(today, SAMPLE_DAY)) if sample else ()
    told, moved = frozenset(map(_told, rows)), _moved(rows, imports, today)
    here = frozenset(((day + moved, stars, number), key) for (day, stars, number), key in told)
    return DemonstrationRecords(told, moved, here)


@lru_cache(1)
def _sample_rows(sample: Path, _changed_ns: int, today: date) -> tuple[RecordRow, ...]:
    """Return the sample's rows; every import asks for them, and they are the same until its file or the day changes."""
    return tuple(read_records(sample, sample.name, today).rows)


def _moved(rows: Sequence[RecordRow], imports: Imports, today: date) -> timedelta:
    """Return by how much the days of this home's first import moved; of a home that has none, by today."""
    known = imports.stored({row.product.key for row in rows}, demonstration=True)
    moves: Counter[timedelta] = Counter()
    for row in rows:
        if row.product.key in known:
            days = (each.decision_date for each in known[row.product.key].history)
            moves.update(day - row.recognition.decision_date for day in days)
    return moves.most_common(1)[0][0] if moves else today - SAMPLE_DAY


def _told(row: RecordRow) -> DecidedProduct:
    recognition = row.recognition
    return (recognition.decision_date, recognition.stars, recognition.decision_number), row.product.key
