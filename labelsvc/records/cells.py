"""Parses a record's cells: stars, days, quantities and so on, in the spellings that people use.

Each function takes a non-blank cell and returns its value, or raises InvalidValue with the correct form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.product import GTIN_LENGTHS, ProductGroup, gs1_check_digit_right, without_diacritics
from labelsvc.records.text import CellValue, ShownNumber, are_figures, clean_text, known_text, shown, written

_STARS = re.compile(r"(?:hang|ocop|dat)?\s*([0-9])(?:[.,]0+)?\s*(?:sao|stars?|\*|★|⭐)?")
_STAR_SIGNS = re.compile(r"([★⭐*]{1,5})☆*")
_STAR_WORD = r"\s*(?:sao|stars?|\*|★)?\W*"
_AWARDED = "(?:(?:hang|ocop|dat) )?"
_POTENTIAL_FIVE = re.compile(
    rf"{_AWARDED}(?:(?:4|bon|iv){_STAR_WORD})?(?:co )?(?:tiem nang|potential) (?:dat )?(?:5|nam|five|v){_STAR_WORD}"
    rf"|{_AWARDED}(?:4|5|bon|nam|iv|v){_STAR_WORD}(?:co )?(?:tiem nang|potential)\W*"
)
"""On text without diacritics: "5 sao (tiềm năng)", "tiềm năng 5 sao", "4 sao, tiềm năng 5 sao"."""
_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
LEAST_INEXACT = 1e15
"""From here on spreadsheets lose the last digits: they store 15."""
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
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


def text_of(value: CellValue, longest: int) -> str:
    """Return text; numbers as their cell shows them.

    Refused: a day, which was "12/2024" before; yes or no; a number whose form is not understood, or that lost digits.
    """
    if isinstance(value, str):
        text = known_text(value)
        if "+" in text and _SHORTENED.fullmatch(text):
            raise InvalidValue.from_code("records.digits_lost", value=shown(text))
    else:
        text = known_text(_text_of_other(value))
    if len(text) > longest:
        raise InvalidValue.from_code("records.too_long", value=shown(text), letters=len(text), longest=longest)
    return text


def _text_of_other(value: CellValue) -> str:
    if isinstance(value, date):
        raise InvalidValue.from_code("records.turned_into_day", value=shown(value))
    if isinstance(value, bool):
        raise InvalidValue.from_code("records.truth_value", value=shown(value))
    if isinstance(value, ShownNumber):
        if value.shown is None:
            raise InvalidValue.from_code("records.number_format", value=shown(value))
        return value.shown
    if isinstance(value, int | float) and abs(value) >= LEAST_INEXACT:
        raise InvalidValue.from_code("records.digits_lost", value=shown(value))
    return written(value)


@dataclass(frozen=True, slots=True)
class MultiFieldCell:
    """A cell with values for several fields: "6521/QĐ-UBND ngày 25/12/2025", or "5 sao (tiềm năng)"."""

    values: Mapping[str, object]


def stars_of(value: CellValue) -> int | MultiFieldCell:
    """Return 1 to 5 from 4, "4 sao", "4*", "★★★★", "IV" or "bốn sao"; with the flag from "5 sao (tiềm năng)".

    A product with the potential for five stars is recognised at four (decision 148/QĐ-TTg).
    """
    if isinstance(value, date | bool):
        raise InvalidValue.from_code("records.stars", value=shown(value))
    return _stars_of_text(written(value))


@lru_cache(256)
def _stars_of_text(text: str) -> int | MultiFieldCell:
    plain = without_diacritics(known_text(text)).replace("\ufe0f", "")
    if _POTENTIAL_FIVE.fullmatch(plain):
        return MultiFieldCell({"stars": 4, "potential_five": True})
    if signs := _STAR_SIGNS.fullmatch(plain.replace(" ", "")):
        return len(signs[1])
    if (word := re.sub(r"^hang | sao$", "", plain)) in _WORDS:
        return _WORDS[word]
    stars = _STARS.fullmatch(plain)
    if not stars or not 1 <= int(stars[1]) <= 5:
        raise InvalidValue.from_code("records.stars", value=shown(text))
    return int(stars[1])


def score_of(value: CellValue) -> float:
    """Return a score of 0 to 100 from 85.5, "85,5" or "85.5"; bands are checked by Recognition."""
    text = clean_text(written(value))
    if isinstance(value, date | bool) or not _DECIMAL.fullmatch(text):
        raise InvalidValue.from_code("records.score", value=shown(value))
    score = float(text.replace(",", "."))
    if score > 100:
        raise InvalidValue.from_code("records.score", value=shown(value))
    return score


def quantity_of(value: CellValue) -> int:
    """Return a whole number from 2000, "2.000", "2 000" or 2000.0; zero, less, fractions and words are refused."""
    text = clean_text(written(value))
    if isinstance(value, date | bool):
        raise InvalidValue.from_code("records.quantity", value=shown(value))
    if _WHOLE.fullmatch(text):
        quantity = int(re.split("[.,]", text)[0])
    elif isinstance(value, str) and _THOUSANDS.fullmatch(text):
        quantity = int(re.sub("[., ]", "", text))
    else:
        raise InvalidValue.from_code("records.quantity", value=shown(value))
    if not 1 <= quantity <= HIGHEST_SERIAL:
        raise InvalidValue.from_code("records.quantity_range", value=shown(value), highest=HIGHEST_SERIAL)
    return quantity


def flag_of(value: CellValue) -> bool:
    """Return yes or no from "x", "có", "yes", 1, a tick … or "không", "no", 0."""
    if isinstance(value, bool):
        return value
    text = known_text(written(value))
    word = without_diacritics(text)
    if word in _YES or (text and set(text) <= _TICKS):
        return True
    if word in _NO:
        return False
    raise InvalidValue.from_code("records.flag", value=shown(value))


def group_of(value: CellValue) -> ProductGroup:
    """Return the group named in the cell."""
    return _group_of_text(known_text(written(value)))


@lru_cache(256)
def _group_of_text(text: str) -> ProductGroup:
    plain = without_diacritics(text)
    found = [group for group, words in _GROUP_WORDS if any(word in plain for word in words)]
    if len(found) == 1:
        return found[0]
    raise InvalidValue.from_code("records.group", value=shown(text))


def gtin_of(value: CellValue) -> str:
    """Return the digits of a GTIN with a right check digit (GS1 General Specifications 7.9)."""
    return _digits(value, GTIN_LENGTHS, "product.gtin", "product.gtin_length")


def gln_of(value: CellValue) -> str:
    """Return the 13 digits of a GLN with a right check digit."""
    return _digits(value, (13,), "product.gln", "product.gln")


def _digits(value: CellValue, lengths: tuple[int, ...], refusal: str, refusal_of_length: str) -> str:
    digits = value if isinstance(value, str) and are_figures(value) else _figures_of(value)
    if isinstance(value, date) or not (digits.isascii() and digits.isdigit() and len(digits) in lengths):
        raise InvalidValue.from_code(refusal_of_length, value=shown(value))
    if not gs1_check_digit_right(digits):
        raise InvalidValue.from_code(refusal, value=shown(value))
    return digits


def _figures_of(value: CellValue) -> str:
    text = clean_text(value.shown or written(value) if isinstance(value, ShownNumber) else written(value))
    if re.fullmatch(r"\d[\d.,]*[eE]\+?\d+", text):
        raise InvalidValue.from_code("records.digits_lost", value=shown(value))
    return text.replace(" ", "").replace("-", "")
