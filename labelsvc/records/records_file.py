"""What stands in a records file? .xlsx, .xls, .ods or .csv; every problem in one pass, good rows beside refused ones.

1. look at what the file really is, before anything in it is unpacked
2. go through its sheets; hidden and empty ones are left out
3. find a sheet's headings
4. read its rows
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, NoReturn

from labelsvc.domain.errors import Problem, RecordsUnreadable
from labelsvc.domain.product import without_diacritics
from labelsvc.records.columns import COLUMN, NEEDED
from labelsvc.records.container import MOST_BYTES, container_of
from labelsvc.records.csv_rows import READ_WRONGLY, csv_sheet, legacy_encoding
from labelsvc.records.headings import ROWS_LOOKED_AT, Headings, faults_of, find_headings, unknown_headings
from labelsvc.records.row_reader import RowReader
from labelsvc.records.rows import RecordRow, RefusedRow
from labelsvc.records.text import shown
from labelsvc.records.workbook import Row, Sheet, workbook_sheets

MOST_REFUSED = 20_000
"""Six times the products that the city ever recognised."""
FAULTS_SHOWN = 20
HANOI_DISTRICTS = (
    "Ba Đình", "Bắc Từ Liêm", "Cầu Giấy", "Đống Đa", "Hà Đông", "Hai Bà Trưng", "Hoàn Kiếm", "Hoàng Mai", "Long Biên",
    "Nam Từ Liêm", "Tây Hồ", "Thanh Xuân", "Sơn Tây", "Ba Vì", "Chương Mỹ", "Đan Phượng", "Đông Anh", "Gia Lâm",
    "Hoài Đức", "Mê Linh", "Mỹ Đức", "Phú Xuyên", "Phúc Thọ", "Quốc Oai", "Sóc Sơn", "Thạch Thất", "Thanh Oai",
    "Thanh Trì", "Thường Tín", "Ứng Hòa",
)  # fmt: skip
"""The city's districts until mid-2025, the town of Sơn Tây among them; records of those years are kept by district."""
_DISTRICTS = {without_diacritics(district): district for district in HANOI_DISTRICTS}
_SHEET_TITLE = re.compile(r"^(?:\d+\W+)?(?:(?:huyen|quan|thi xa)\b|h\.|q\.|tx\.?)?\s*")


@dataclass(frozen=True, slots=True)
class RecordsFile:
    """What stands in a file: its records and refused rows.

    ``unreadable``: sheets whose headings are at fault; ``left_out``: sheets that are hidden or, as notes do, hold no
    table.
    """

    name: str
    sheets: list[str] = field(default_factory=list)
    rows: list[RecordRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_records(source: Path | BinaryIO, name: str, today: date, most_rows: int | None = None) -> RecordsFile:
    """Read a records file; ``name`` says its kind and stands in every message; ``most_rows`` may be read here.

    Raises RecordsUnreadable where nothing of it can be read: see :mod:`record_container` for what is refused unopened.
    """
    found = RecordsFile(name)
    with _opened(source, name) as file, _sheets(file, name) as sheets:
        for sheet in sheets:
            found.sheets.append(sheet.name)
            _read_sheet(sheet, found, today, most_rows)
    if not found.rows and not found.refused:
        nothing = [Problem("records.no_rows", {"file": name})]
        raise RecordsUnreadable(*(found.unreadable + found.left_out or nothing))
    found.warnings.extend(found.left_out)
    return found


def district_of(sheet_name: str) -> str | None:
    """Return the district of Hanoi that a sheet is named after ("Huyện Gia Lâm", "ba vi"), or None."""
    return _DISTRICTS.get(_SHEET_TITLE.sub("", without_diacritics(sheet_name)))


def _read_sheet(sheet: Sheet, found: RecordsFile, today: date, most_rows: int | None) -> None:
    first = list(islice(sheet.rows, ROWS_LOOKED_AT + 1))
    headings = find_headings(first, sheet.merged)
    if sheet.hidden:
        found.left_out.append(_about(found, sheet, Problem("records.sheet_hidden")))
    elif headings is None:
        _tell_why_no_headings(first, sheet, found)
    elif faults := faults_of(headings):
        found.unreadable.extend(_about(found, sheet, fault) for fault in faults)
    else:
        found.warnings.extend(_about(found, sheet, warning) for warning in unknown_headings(headings))
        _read_rows(_bounded(chain(first, sheet.rows), found, most_rows), sheet, headings, found, today)


def _read_rows(rows: Iterable[Row], sheet: Sheet, headings: Headings, found: RecordsFile, today: date) -> None:
    added = []
    if "district" not in headings.columns and (district := district_of(sheet.name)):
        added.append(district)
        headings = replace(headings, texts=(*headings.texts, COLUMN["district"].heading))
        found.warnings.append(_about(found, sheet, Problem("records.sheet_is_district", {"district": district})))
    reader = RowReader(found.name, sheet, headings, today, *added)
    for row in rows:
        if row[0] > headings.last_row:
            match reader.read(row):
                case RecordRow() as record:
                    found.rows.append(record)
                case RefusedRow() as refused:
                    found.refused.append(refused)
                    if len(found.refused) > MOST_REFUSED:
                        _give_up(found)
    found.warnings.extend(reader.warnings)


def _bounded(rows: Iterable[Row], found: RecordsFile, most: int | None) -> Iterator[Row]:
    """Yield rows as long as no more of the file were read than may be read here."""
    for row in rows:
        if most is not None and len(found.rows) + len(found.refused) >= most:
            raise RecordsUnreadable.of("records.too_many_rows_here", file=found.name, most=max(most, 0))
        yield row


def _give_up(found: RecordsFile) -> NoReturn:
    """Refuse a file that is wrong throughout, before its faults fill the memory; the first of them say how."""
    examples = [problem for row in found.refused[:FAULTS_SHOWN] for problem in row.problems][:FAULTS_SHOWN]
    raise RecordsUnreadable(Problem("records.too_many_refused", {"file": found.name, "most": MOST_REFUSED}), *examples)


def _tell_why_no_headings(first: Sequence[Row], sheet: Sheet, found: RecordsFile) -> None:
    if not first:
        return
    text = "\n".join(shown(cell, 200) for _, cells in first for cell in cells)
    if encoding := legacy_encoding(text):
        why = Problem(
            "records.read_wrongly" if encoding == READ_WRONGLY else "records.old_font", {"encoding": encoding}
        )
        found.unreadable.append(_about(found, sheet, why))
        return
    needed = ", ".join(f"«{COLUMN[name].heading}»" for name in NEEDED)
    found.left_out.append(_about(found, sheet, Problem("records.no_headings", {"headings": needed})))


def _about(found: RecordsFile, sheet: Sheet, why: Problem) -> Problem:
    """Return a problem of a whole sheet or CSV."""
    facts = {"file": found.name, "why": why}
    return Problem("records.sheet", facts | {"sheet": sheet.name}) if sheet.name else Problem("records.file", facts)


@contextmanager
def _opened(source: Path | BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Open a file, or copy a stream (an upload) to one, for the reading process takes real files."""
    try:
        with source.open("rb") if isinstance(source, Path) else TemporaryFile() as file:
            if not isinstance(source, Path):
                file.write(source.read(MOST_BYTES + 1))
                file.seek(0)
            yield file
    except OSError as error:
        raise RecordsUnreadable.of("records.not_opened", file=name, reason=error.strerror or str(error)) from error


@contextmanager
def _sheets(file: BinaryIO, name: str) -> Iterator[Iterator[Sheet]]:
    if container_of(file, name) == "csv":
        yield iter((csv_sheet(file, name),))
    else:
        with workbook_sheets(file, name) as sheets:
            yield sheets
