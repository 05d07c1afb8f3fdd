"""Values of a record's cells: stars, days, quantities and so on, from what people write for them.

Each function takes a cell that is not blank and returns its value, or raises InvalidValue with what would be right.
Days are never read month first.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import NoReturn

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.product import GTIN_LENGTHS, ProductGroup, gs1_check_digit_right, without_diacritics
from labelsvc.records.columns import Column
from labelsvc.records.text import Fault, Value, clean_text, known_text, shown, written

EARLIEST_YEAR = 2018
"""The programme began in May 2018 (490/QĐ-TTg): there is no older decision."""
YEARS_AHEAD = {"decision_date": 1, "valid_from": 2, "valid_until": 15}
"""How many years after today a day may lie; later ones are typing errors."""

_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/.\-\s]\s?(\d{1,2})\s?[/.\-\s]\s?(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_IN_WORDS = re.compile(r"ngày (\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.IGNORECASE)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_STARS = re.compile(r"(?:hang|ocop|dat)?\s*([0-9])(?:[.,]0+)?\s*(?:sao|stars?|\*|★|⭐)?")
_STAR_SIGNS = re.compile(r"([★⭐*]{1,5})☆*")
_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5}
_WHOLE = re.compile(r"[+-]?\d+(?:[.,]0{1,2})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_DECIMAL = re.compile(r"\d{1,3}(?:[.,]\d{1,4})?")
_YES = frozenset(("x", "co", "yes", "y", "true", "1", "dung", "v", "r"))
_NO = frozenset(("khong", "ko", "k", "no", "n", "false", "0", "sai"))
_TICKS = frozenset("✓✔☑®")
_GROUP_WORDS = (
    (ProductGroup.FOOD, ("thuc pham", "food")),
    (ProductGroup.DRINK, ("do uong", "thuc uong", "drink", "beverage")),
    (ProductGroup.HERBAL, ("duoc lieu", "thao duoc", "herbal")),
    (ProductGroup.CRAFT, ("thu cong", "my nghe", "luu niem", "trang tri", "may mac", "craft", "souvenir")),
    (ProductGroup.ORNAMENTAL, ("sinh vat canh", "hoa, cay canh", "hoa va cay canh", "ornamental")),
    (ProductGroup.TOURISM, ("du lich", "tourism")),
)


def text_of(value: Value, longest: int) -> str:
    """Return text; a number as a Vietnamese spreadsheet shows it. A day is refused: it was "12/2024" before."""
    if isinstance(value, date):
        raise InvalidValue.of("records.turned_into_day", value=shown(value))
    text = known_text(value if isinstance(value, str) else written(value))
    if len(text) > longest:
        raise InvalidValue.of("records.too_long", value=shown(text), letters=len(text), longest=longest)
    return text


def stars_of(value: Value) -> int:
    """Return 1 to 5 from 4, "4 sao", "4*", "★★★★" or "bốn sao"."""
    if isinstance(value, date | bool):
        raise InvalidValue.of("records.stars", value=shown(value))
    return _stars_of_text(written(value))


@lru_cache(256)
def _stars_of_text(text: str) -> int:
    plain = without_diacritics(known_text(text)).replace("\ufe0f", "")
    if signs := _STAR_SIGNS.fullmatch(plain.replace(" ", "")):
        return len(signs[1])
    if (word := plain.removesuffix(" sao")) in _WORDS:
        return _WORDS[word]
    stars = _STARS.fullmatch(plain)
    if not stars or not 1 <= int(stars[1]) <= 5:
        raise InvalidValue.of("records.stars", value=shown(text))
    return int(stars[1])


def score_of(value: Value) -> float:
    """Return a score of 0 to 100 from 85.5, "85,5" or "85.5"; the bands are the recognition's business."""
    text = clean_text(written(value))
    if isinstance(value, date | bool) or not _DECIMAL.fullmatch(text):
        raise InvalidValue.of("records.score", value=shown(value))
    score = float(text.replace(",", "."))
    if score > 100:
        raise InvalidValue.of("records.score", value=shown(value))
    return score


def quantity_of(value: Value) -> int:
    """Return a whole number from 2000, "2.000", "2 000" or 2000.0; zero, less, fractions and words are refused."""
    text = clean_text(written(value))
    if isinstance(value, date | bool):
        raise InvalidValue.of("records.quantity", value=shown(value))
    if _WHOLE.fullmatch(text):
        quantity = int(re.split("[.,]", text)[0])
    elif isinstance(value, str) and _THOUSANDS.fullmatch(text):
        quantity = int(re.sub("[., ]", "", text))
    else:
        raise InvalidValue.of("records.quantity", value=shown(value))
    if not 1 <= quantity <= HIGHEST_SERIAL:
        raise InvalidValue.of("records.quantity_range", value=shown(value), highest=HIGHEST_SERIAL)
    return quantity


def flag_of(value: Value) -> bool:
    """Return yes or no from "x", "có", "yes", 1, a tick … or "không", "no", 0."""
    if isinstance(value, bool):
        return value
    text = known_text(written(value))
    word = without_diacritics(text)
    if word in _YES or (text and set(text) <= _TICKS):
        return True
    if word in _NO:
        return False
    raise InvalidValue.of("records.flag", value=shown(value))


def group_of(value: Value) -> ProductGroup:
    """Return the group whose name the cell holds."""
    return _group_of_text(known_text(written(value)))


@lru_cache(256)
def _group_of_text(text: str) -> ProductGroup:
    plain = without_diacritics(text)
    found = [group for group, words in _GROUP_WORDS if any(word in plain for word in words)]
    if len(found) == 1:
        return found[0]
    raise InvalidValue.of("records.group", value=shown(text))


def gtin_of(value: Value) -> str:
    """Return the digits of a GTIN with a right check digit (GS1 General Specifications 7.9)."""
    return _digits(value, GTIN_LENGTHS, "product.gtin", "product.gtin_length")


def gln_of(value: Value) -> str:
    """Return the 13 digits of a GLN with a right check digit."""
    return _digits(value, (13,), "product.gln", "product.gln")


def _digits(value: Value, lengths: tuple[int, ...], refusal: str, refusal_of_length: str) -> str:
    text = clean_text(written(value))
    if re.fullmatch(r"\d[\d.,]*[eE]\+?\d+", text):
        raise InvalidValue.of("records.digits_lost", value=shown(value))
    digits = text.replace(" ", "").replace("-", "")
    if isinstance(value, date) or not (digits.isascii() and digits.isdigit() and len(digits) in lengths):
        raise InvalidValue.of(refusal_of_length, value=shown(value))
    if not gs1_check_digit_right(digits):
        raise InvalidValue.of(refusal, value=shown(value))
    return digits


def day_of(value: Value, latest_year: int) -> date:
    """Return the day from a spreadsheet's date, dd/mm/yyyy, d-m-yyyy, "ngày … tháng … năm …" or ISO.

    Refused: two-digit years, bare numbers, days that no calendar has, years before the programme or far ahead.
    """
    if isinstance(value, date):
        day = value
    elif isinstance(value, str):
        day = _day_of_text(value)
    else:
        raise InvalidValue.of("records.day" if isinstance(value, bool) else "records.day_as_number", value=shown(value))
    if day.year < EARLIEST_YEAR:
        raise InvalidValue.of("records.day_too_early", value=day, earliest=str(EARLIEST_YEAR))
    if day.year > latest_year:
        raise InvalidValue.of("records.day_too_late", value=day, latest=str(latest_year))
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
        raise InvalidValue.of("records.day_as_number" if plain.isdecimal() else "records.day", value=shown(text))
    if len(year) == 2:
        raise InvalidValue.of("records.day_two_digit_year", value=shown(text), meant=f"20{year}")
    return _calendar_day(int(year), int(month), int(day), text)


def _calendar_day(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:
        raise InvalidValue.of("records.day_month", value=shown(text), month=month)
    if year < 1 or not 1 <= day <= monthrange(year, month)[1]:
        last = monthrange(max(year, 1), month)[1]
        raise InvalidValue.of("records.day_not_in_month", value=shown(text), month=f"{month:02}/{year:04}", last=last)
    return date(year, month, day)


_READERS: dict[str, Callable[[Value], object]] = {
    "stars": stars_of,
    "score": score_of,
    "flag": flag_of,
    "group": group_of,
    "quantity": quantity_of,
    "gtin": gtin_of,
    "gln": gln_of,
}


def cell_reader(column: Column, today: date) -> Callable[[Value], object]:
    """Return what reads the cells of a column by its kind; a cell without a value is refused before."""
    if column.kind == "text":
        return partial(text_of, longest=column.longest)
    if column.kind == "date":
        return partial(day_of, latest_year=today.year + YEARS_AHEAD[column.field])
    return _READERS[column.kind]


def refuse_fault(fault: Fault) -> NoReturn:
    """Refuse a cell without a value."""
    code = "records.formula" if fault.text.startswith("=") else "records.error_cell"
    raise InvalidValue.of(code, value=shown(fault))
