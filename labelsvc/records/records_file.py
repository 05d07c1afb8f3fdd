"""Reads a records file: .xlsx, .xls, .ods or .csv; every problem in one pass, good rows beside refused ones.

1. detect what the file really is, before anything in it is unpacked
2. go through its sheets, skipping hidden and empty ones
3. find a sheet's headings
4. read its rows
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NoReturn

from labelsvc.domain.errors import Problem, RecordsUnreadable
from labelsvc.domain.places.districts import HANOI_DISTRICTS
from labelsvc.domain.product import without_diacritics
from labelsvc.records.columns import COLUMN, NEEDED
from labelsvc.records.container import MOST_BYTES, container_of
from labelsvc.records.csv_reader import csv_sheets
from labelsvc.records.headings import ROWS_LOOKED_AT, Headings, faults_of, find_headings, warnings_of
from labelsvc.records.row_reader import RowReader
from labelsvc.records.rows import LetterConversion, RecordRow, RefusedRow, RowLocation
from labelsvc.records.workbook import Worksheet, WorksheetRow, workbook_sheets

MOST_REFUSED = 20_000
"""Six times the products ever recognised by the city."""
FAULTS_SHOWN = 20
TOLD_EACH = 1_000
"""Rows between two words on how many were read."""
_DISTRICTS = {without_diacritics(district): district for district in HANOI_DISTRICTS}
_SHEET_TITLE = re.compile(r"^(?:\d+\W+)?(?:(?:huyen|quan|thi xa)\b|h\.|q\.|tx\.?)?\s*")


@dataclass(frozen=True, slots=True)
class RecordsFile:
    """The contents of a file: its records and refused rows.

    ``unreadable``: why sheets with faulty headings were not read; their rows are among the refused ones, with the same
    problem. ``left_out``: sheets that are hidden or have no table, such as notes. ``conversions``: the cells whose
    letters were converted, or would be.
    """

    name: str
    sheets: list[str] = field(default_factory=list)
    rows: list[RecordRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    conversions: list[LetterConversion] = field(default_factory=list)

    @property
    def is_unread(self) -> bool:
        """Return whether no sheet of the file could be read."""
        unread = {id(problem) for problem in self.unreadable}
        return not self.rows and all(id(problem) in unread for row in self.refused for problem in row.problems)


def read_records(
    source: Path | BinaryIO,
    name: str,
    today: date,
    most_rows: int | None = None,
    *,
    convert_legacy: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
) -> RecordsFile:
    """Read at most ``most_rows`` rows of a records file; ``name`` appears in every message.

    ``convert_legacy``: garbled text is converted if the original is known, otherwise refused. ``progress`` is told how
    many rows were read, now and then.
    Raises RecordsUnreadable if nothing can be read; :mod:`labelsvc.records.container` lists what is refused unopened.
    """
    found = RecordsFile(name)
    with _opened(source, name) as file, _sheets(file, name, convert_legacy) as sheets:
        for sheet in sheets:
            found.sheets.append(sheet.name)
            _read_sheet(sheet, found, _ReadOptions(today, most_rows, convert_legacy, progress))
    if not found.rows and not found.refused:
        nothing = [Problem("records.no_rows", {"file": name})]
        raise RecordsUnreadable(*(found.unreadable + found.left_out or nothing))
    found.warnings.extend(found.left_out)
    return found


@dataclass(frozen=True, slots=True)
class _ReadOptions:
    """How a file is to be read."""

    today: date
    most_rows: int | None
    convert_legacy: bool
    progress: Callable[[int], None]


def district_of(sheet_name: str) -> str | None:
    """Return the district of Hanoi that a sheet is named after ("Huyện Gia Lâm", "ba vi"), or None."""
    return _DISTRICTS.get(_SHEET_TITLE.sub("", without_diacritics(sheet_name)))


def _read_sheet(sheet: Worksheet, found: RecordsFile, asked: _ReadOptions) -> None:
    first = list(islice(sheet.rows, ROWS_LOOKED_AT + 1))
    headings = find_headings(first, sheet.merged)
    if sheet.hidden:
        found.left_out.append(_about(found, sheet, Problem("records.sheet_hidden")))
    elif headings is None:
        _tell_why_no_headings(first, sheet, found)
    else:
        headings = replace(headings, hidden=sheet.hidden_columns)
        rows = _bounded(chain(first, sheet.rows), found, asked)
        warnings = [_about(found, sheet, warning) for warning in warnings_of(headings)]
        if faults := faults_of(headings):
            found.warnings.extend(warning for warning in warnings if sheet.hidden_columns)
            _refuse_sheet(rows, sheet, headings, [_about(found, sheet, fault) for fault in faults], found)
        else:
            found.warnings.extend(warnings)
            _read_rows(rows, sheet, headings, found, asked)


def _refuse_sheet(
    rows: Iterable[WorksheetRow], sheet: Worksheet, headings: Headings, faults: list[Problem], found: RecordsFile
) -> None:
    """Refuse every row of an unreadable sheet, so that they are counted and returned for correction."""
    found.unreadable.extend(faults)
    for number, cells in rows:
        if number > headings.last_row and sum(cell != "" for cell in cells) > 1:
            place = RowLocation(found.name, sheet.name, number)
            _refuse(RefusedRow(place, headings, tuple(cells), tuple(faults)), found)


def _refuse(row: RefusedRow, found: RecordsFile) -> None:
    found.refused.append(row)
    if len(found.refused) > MOST_REFUSED:
        _give_up(found)


def _read_rows(
    rows: Iterable[WorksheetRow], sheet: Worksheet, headings: Headings, found: RecordsFile, asked: _ReadOptions
) -> None:
    added = []
    if "district" not in headings.columns and (district := district_of(sheet.name)):
        added.append(district)
        headings = replace(headings, texts=(*headings.texts, COLUMN["district"].heading))
        found.warnings.append(_about(found, sheet, Problem("records.sheet_is_district", {"district": district})))
    reader = RowReader(found.name, sheet, headings, asked.today, asked.convert_legacy, *added)
    begun = len(found.rows)
    for row in rows:
        if row[0] > headings.last_row:
            match reader.read(row):
                case RecordRow() as record:
                    found.rows.append(record)
                case RefusedRow() as refused:
                    _refuse(refused, found)
    _look_again(reader, found, begun)
    found.warnings.extend(reader.warnings)
    found.warnings.extend(_about(found, sheet, hidden) for hidden in reader.tell_hidden())
    found.conversions.extend(reader.conversions)


def _look_again(reader: RowReader, found: RecordsFile, begun: int) -> None:
    """Correct or refuse accepted rows that the rest of their columns puts in doubt."""
    places = {id(row): index for index, row in enumerate(found.rows[begun:], begun)}
    gone = set()
    for row, again in list(reader.second_look(found.rows[begun:])):
        if isinstance(again, RecordRow):
            found.rows[places[id(row)]] = again
        else:
            gone.add(id(row))
            _refuse(again, found)
    if gone:
        found.rows[begun:] = [row for row in found.rows[begun:] if id(row) not in gone]


def _bounded(rows: Iterable[WorksheetRow], found: RecordsFile, asked: _ReadOptions) -> Iterator[WorksheetRow]:
    """Yield rows until the limit for this file is reached, and tell how many were read."""
    most = asked.most_rows
    for number, row in enumerate(rows):
        if most is not None and len(found.rows) + len(found.refused) >= most:
            raise RecordsUnreadable.from_code("records.too_many_rows_here", file=found.name, most=max(most, 0))
        if number % TOLD_EACH == 0:
            asked.progress(len(found.rows) + len(found.refused))
        yield row


def _give_up(found: RecordsFile) -> NoReturn:
    """Refuse a thoroughly wrong file before its faults fill the memory; the first ones are reported."""
    examples = [problem for row in found.refused[:FAULTS_SHOWN] for problem in row.problems][:FAULTS_SHOWN]
    raise RecordsUnreadable(Problem("records.too_many_refused", {"file": found.name, "most": MOST_REFUSED}), *examples)


def _tell_why_no_headings(first: Sequence[WorksheetRow], sheet: Worksheet, found: RecordsFile) -> None:
    if first:
        needed = ", ".join(f"«{COLUMN[name].heading}»" for name in NEEDED)
        found.left_out.append(_about(found, sheet, Problem("records.no_headings", {"headings": needed})))


def _about(found: RecordsFile, sheet: Worksheet, why: Problem) -> Problem:
    """Return a problem of a whole sheet or CSV."""
    facts = {"file": found.name, "why": why}
    return Problem("records.sheet", facts | {"sheet": sheet.name}) if sheet.name else Problem("records.file", facts)


@contextmanager
def _opened(source: Path | BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Open a file, or copy a stream (an upload) to one: the reading process needs real files."""
    try:
        with source.open("rb") if isinstance(source, Path) else TemporaryFile() as file:
            if not isinstance(source, Path):
                file.write(source.read(MOST_BYTES + 1))
                file.seek(0)
            yield file
    except OSError as error:
        raise RecordsUnreadable.from_code(
            "records.not_opened", file=name, reason=error.strerror or str(error)
        ) from error


@contextmanager
def _sheets(file: BinaryIO, name: str, convert_legacy: bool) -> Iterator[Iterator[Worksheet]]:
    if container_of(file, name) == "csv":
        with csv_sheets(file, name, convert_legacy) as sheets:
            yield sheets
    else:
        with workbook_sheets(file, name) as sheets:
            yield sheets
