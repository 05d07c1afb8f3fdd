"""Parses days and decisions as people write them. Days are never read month first."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue
from labelsvc.records.cells import MultiFieldCell, text_of
from labelsvc.records.text import CellValue, known_text, shown

EARLIEST_YEAR = 2018
"""The programme began in May 2018 (490/QĐ-TTg): there is no older decision."""
YEARS_AHEAD = {"decision_date": 1, "valid_from": 2, "valid_until": 15}
"""The most years after today; later days are typing errors."""

_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/.\-\s]\s?(\d{1,2})\s?[/.\-\s]\s?(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_IN_WORDS = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.IGNORECASE)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DAY = r"\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:\d{4}|\d{2})|\d{1,2} tháng \d{1,2} năm \d{4}"
_DAY_AT_END = re.compile(rf"[\s,;(–\-]+(?:ký |ban hành )?(?P<word>ngày[:\s]+)?(?P<day>{_DAY})\)?\.?$", re.IGNORECASE)
_NUMBER = re.compile(r"(?:quyết định|qđ)?\s*(?:số)?[:\s]*(\d.*)", re.IGNORECASE)
"""A decision's number and its day in one cell; without the word "ngày" the number must end with a letter."""


def day_of(value: CellValue, latest_year: int) -> date:
    """Return the day from a spreadsheet's date, dd/mm/yyyy, d-m-yyyy, "ngày … tháng … năm …" or ISO.

    Refused: two-digit years, bare numbers, impossible days, years before the programme or far in the future.
    """
    if isinstance(value, date):
        day = value
    elif isinstance(value, str):
        day = _day_of_text(value)
    else:
        raise InvalidValue.from_code(
            "records.day" if isinstance(value, bool) else "records.day_as_number", value=shown(value)
        )
    if day.year < EARLIEST_YEAR:
        raise InvalidValue.from_code("records.day_too_early", value=day, earliest=str(EARLIEST_YEAR))
    if day.year > latest_year:
        raise InvalidValue.from_code("records.day_too_late", value=day, latest=str(latest_year))
    return day


@lru_cache(4_096)
def _day_of_text(text: str) -> date:
    plain = known_text(text)
    plain = _TIME.sub("", plain)
    if match := _YEAR_FIRST.fullmatch(plain):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(plain) or _IN_WORDS.fullmatch(plain):
        day, month, year = match.groups()
    else:
        raise InvalidValue.from_code("records.day_as_number" if plain.isdecimal() else "records.day", value=shown(text))
    if len(year) == 2:
        raise InvalidValue.from_code("records.day_two_digit_year", value=shown(text), meant=f"20{year}")
    return _calendar_day(int(year), int(month), int(day), text)


def _calendar_day(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:
        raise InvalidValue.from_code("records.day_month", value=shown(text), month=month)
    if year < 1 or not 1 <= day <= monthrange(year, month)[1]:
        last = monthrange(max(year, 1), month)[1]
        raise InvalidValue.from_code(
            "records.day_not_in_month", value=shown(text), month=f"{month:02}/{year:04}", last=last
        )
    return date(year, month, day)


def decision_of(value: CellValue, latest_year: int, longest: int) -> str | MultiFieldCell:
    """Return a decision's number, with its day if the cell holds both: "6521/QĐ-UBND ngày 25/12/2025"."""
    text = text_of(value, longest)
    parts = _number_and_day(text)
    if parts is None:
        return text
    return MultiFieldCell({"decision_number": parts[0], "decision_date": day_of(parts[1], latest_year)})


def decision_day_of(value: CellValue, latest_year: int, longest: int) -> date | MultiFieldCell:
    """Return a decision's day, with its number if the cell holds both."""
    if isinstance(value, str) and len(value) <= longest and _number_and_day(known_text(value)):
        told = decision_of(value, latest_year, longest)
        if isinstance(told, MultiFieldCell):
            return told
    return day_of(value, latest_year)


@lru_cache(4_096)
def _number_and_day(text: str) -> tuple[str, str] | None:
    end = _DAY_AT_END.search(text)
    number = _NUMBER.fullmatch(text[: end.start()]) if end else None
    if end is None or number is None or not (end["word"] or number[1][-1].isalpha()):
        return None
    return number[1], end["day"]


def day_first(value: CellValue) -> date | None:
    """Return the day of a cell read day first, if it is a day at all."""
    parts = _parts_of_day(value)
    return _real_day(*reversed(parts)) if parts else None


def month_first(value: CellValue) -> date | None:
    """Return the day of a cell read month first, if its form allows that, else None."""
    parts = _parts_of_day(value)
    return _real_day(parts[2], parts[0], parts[1]) if parts else None


def _parts_of_day(value: CellValue) -> tuple[int, int, int] | None:
    """Return day, month and year in the order of the cell; a real date may have been parsed day first from text."""
    if isinstance(value, date):
        return value.day, value.month, value.year
    match = _DAY_FIRST.fullmatch(_TIME.sub("", value.strip())) if isinstance(value, str) else None
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _real_day(year: int, month: int, day: int) -> date | None:
    if year < EARLIEST_YEAR or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)
