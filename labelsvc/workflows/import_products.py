"""Take the records of these files into the database.

1. read the files
2. settle rows that speak of the same recognition twice
3. renew places where that is asked for, and tell what is proposed
4. compare them with what is stored, field by field, and save what is new or changed, all at once
5. tell what became of every row, and what the files order
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from labelsvc.domain.errors import Problem, RecordsUnreadable
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.records.columns import COLUMN
from labelsvc.records.records_file import RecordsFile, read_records
from labelsvc.records.repeats import resolve_repeats
from labelsvc.records.rows import RecordRow, RowLocation, row_ranges
from labelsvc.storage.products.import_progress import ImportProgress, untold
from labelsvc.storage.products.imports import Imports, outcomes_digest
from labelsvc.storage.products.product_states import ImportedRow, ImportOutcome
from labelsvc.workflows.demonstration_profiles import DemonstrationProfiles
from labelsvc.workflows.demonstration_records import demonstration_records
from labelsvc.workflows.import_report import AcceptedRow, ImportReport
from labelsvc.workflows.places.place_report import PlaceReport
from labelsvc.workflows.places.renew_rows import RowRenewer

MOST_ROWS = 30_000
"""Of an import on the web, by a page or by a machine: ten times the city's products. More take longer than an answer
may, and scans wait for what is written; the command line takes them all."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are imported.

    ``sample``: the demonstration data, whose records stay demonstration data in whatever file they come, also with a
    quantity written in. ``preview``: write nothing. ``most_rows`` bounds the rows of all files together; None leaves
    the bound of each file. ``convert_legacy``: convert garbled text where it is known what was meant. ``compared``:
    what the preview that somebody looked at was of (``ImportReport.compared``); the import is refused where it would
    do something else now. ``places``: how places are renewed; None looks at none of them. ``renew_places``: renew
    what can be; else it is only told. ``profiles``: what new records of the demonstration get besides. ``progress``:
    who is told how far it is.
    """

    sample: Path | None = None
    preview: bool = False
    most_rows: int | None = None
    convert_legacy: bool = False
    compared: str = ""
    places: PlaceRenewer | None = None
    renew_places: bool = False
    profiles: DemonstrationProfiles | None = None
    progress: ImportProgress = untold


def import_products(
    files: Sequence[tuple[str, Path | BinaryIO]],
    imports: Imports,
    *,
    who: str,
    now: datetime,
    today: date,
    options: ImportOptions = ImportOptions(),
) -> ImportReport:
    """Import files (name, path or stream). Raises RecordsUnreadable if none of the files can be read.

    Raises ChangedMeanwhile if records changed since the preview that the options name.
    """
    report = ImportReport(places=PlaceReport(renewed=options.renew_places))
    read = _read(files, today, report, options)  # 1
    rows, contradicting, notes = resolve_repeats(row for file in read for row in file.rows)  # 2
    report.refused += [row for file in read for row in file.refused] + contradicting
    report.warnings += [warning for file in read for warning in file.warnings] + notes
    renewer = RowRenewer(options.places, options.renew_places, report.places) if options.places else None
    sample = demonstration_records(options.sample, imports, today)
    real, of_sample = _parted(rows, sample.claims)
    rows_taken = _RowsTaken(imports.heard_by(options.progress), who, now, options, report)
    for demonstration, found in ((False, _by_decision(real)), (True, _by_decision(map(sample.dated, of_sample)))):
        part = renewer.rows(found, imports, demonstration=demonstration) if renewer else found  # 3
        rows_taken.take(part, demonstration)  # 4 and 5
    if options.profiles and not options.preview:
        options.profiles.give(report.taken, who, today)
    _in_order_of_files(report, read)
    report.warnings += _issuer_doubts(report.taken)
    return report


@dataclass(frozen=True, slots=True)
class _RowsTaken:
    """Takes rows into the database, or foresees that for a preview; what became of them is in the report."""

    imports: Imports
    who: str
    now: datetime
    options: ImportOptions
    report: ImportReport

    def take(self, rows: list[RecordRow], demonstration: bool) -> None:
        """Compare rows with what is stored and save them; ``demonstration`` data apart from real records."""
        told = [ImportedRow(row.product, row.recognition, row.given, row.blank) for row in rows]
        foreseen: Mapping[tuple[str, str], StoredProduct] = {}
        if self.options.preview:
            outcomes, foreseen = self.imports.foresee(told, demonstration=demonstration)
            self.report.comparisons[demonstration] = outcomes_digest(outcomes)
        elif told:
            outcomes = self._save(told, ", ".join(dict.fromkeys(row.place.file for row in rows)), demonstration)
        else:
            return
        _tell(zip(rows, outcomes, strict=True), self.report, demonstration, foreseen)

    def _save(self, told: list[ImportedRow], source: str, demonstration: bool) -> list[ImportOutcome]:
        compared = self.options.compared.split("-")[demonstration] if "-" in self.options.compared else ""
        return self.imports.save(
            told, who=self.who, source=source, now=self.now, demonstration=demonstration, compared=compared
        )


def _read(
    files: Sequence[tuple[str, Path | BinaryIO]], today: date, report: ImportReport, options: ImportOptions
) -> list[RecordsFile]:
    read: list[RecordsFile] = []
    for name, source in files:
        rows = sum(len(file.rows) + len(file.refused) for file in read)
        left = None if options.most_rows is None else options.most_rows - rows
        try:
            told = partial(_tell_read, options.progress, rows)
            found = read_records(source, name, today, left, convert_legacy=options.convert_legacy, progress=told)
            read.append(found)
        except RecordsUnreadable as error:
            report.unreadable.extend(error.problems)
    report.unreadable.extend(problem for file in read for problem in file.unreadable)
    if all(file.is_unread for file in read):
        raise RecordsUnreadable(*report.unreadable)
    report.conversions.extend(conversion for file in read for conversion in file.conversions)
    return read


def _tell_read(progress: ImportProgress, before: int, rows: int) -> None:
    progress("reading", before + rows, 0)


def _parted(rows: list[RecordRow], claim: Callable[[RecordRow], bool]) -> tuple[list[RecordRow], list[RecordRow]]:
    """Return the rows of which the claim is false, and those of which it is true."""
    parts: tuple[list[RecordRow], list[RecordRow]] = [], []
    for row in rows:
        parts[claim(row)].append(row)
    return parts


def _by_decision(rows: Iterable[RecordRow]) -> list[RecordRow]:
    """Return the rows with the newest decision last: what it says of the product is what stays."""
    return sorted(rows, key=lambda row: row.recognition.decision_date)


def _tell(
    settled: Iterable[tuple[RecordRow, ImportOutcome]],
    report: ImportReport,
    demonstration: bool,
    foreseen: Mapping[tuple[str, str], StoredProduct],
) -> None:
    kept: Counter[tuple[str, str]] = Counter()
    for row, outcome in settled:
        if outcome.kind == "refused":
            report.refused.append(row.refused(*outcome.problems))
        else:
            facts = outcome.kind, outcome.product_id, outcome.recognition_id, outcome.differences
            as_foreseen = foreseen.get(row.product.key) if foreseen else None
            report.taken.append(AcceptedRow(row, *facts, demonstration, as_foreseen))
            if outcome.kept:
                kept.update((row.place.file, name) for name in outcome.kept)
    for (file, name), cells in sorted(kept.items()):
        why = Problem("records.kept", {"heading": COLUMN[name].heading, "cells": cells})
        report.warnings.append(Problem("records.file", {"file": file, "why": why}))


def _issuer_doubts(taken: Iterable[AcceptedRow]) -> Iterator[Problem]:
    """Yield a warning for each issuer that may not have given the stars of some rows, with those rows."""
    rows: dict[tuple[str, ...], tuple[Problem, list[int]]] = {}
    for each in taken:
        if doubt := each.row.recognition.issuer_doubt:
            place = each.row.place
            _, numbers = rows.setdefault((place.file, place.sheet, str(doubt)), (doubt, []))
            numbers.append(place.row)
    for (file, sheet, _), (why, numbers) in rows.items():
        facts = {"rows": row_ranges(numbers), "count": len(numbers), "why": why}
        where = f"{file}, {sheet}" if sheet else file
        yield Problem("records.file", {"file": where, "why": Problem("records.issuer_doubt", facts)})


def _in_order_of_files(report: ImportReport, read: list[RecordsFile]) -> None:
    sheets = dict.fromkeys((file.name, sheet) for file in read for sheet in file.sheets)
    ranks = {sheet: rank for rank, sheet in enumerate(sheets)}

    def rank(place: RowLocation) -> tuple[int, int]:
        return ranks[place.file, place.sheet], place.row

    report.taken.sort(key=lambda taken: rank(taken.row.place))
    report.refused.sort(key=lambda refused: rank(refused.place))
