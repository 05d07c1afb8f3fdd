"""Cleans cell text: NFC, single spaces, nothing unprintable, no garbled letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.product import normal_text
from labelsvc.records.letters.garbled_text import EncodingFault, find_garbled


@dataclass(frozen=True, slots=True)
class TextFault:
    """A cell without a value: a spreadsheet error (``#REF!``), or a formula that was never calculated."""

    text: str


class ShownNumber(float):
    """A number displayed in another form: 79 as "0079" or "79/QĐ-UBND"; None if the form is unknown."""

    def __new__(cls, number: float, shown: str | None) -> ShownNumber:
        """Keep the form beside the number."""
        made = super().__new__(cls, number)
        made.shown = shown
        return made

    shown: str | None


class GarbledText(InvalidValue):
    """Garbled text; ``proposed`` is empty if the original is lost."""

    def __init__(self, text: str, garbled: EncodingFault) -> None:
        if garbled.proposed:
            facts = {"value": shown(text), "encoding": garbled.encoding, "proposed": shown(garbled.proposed)}
            super().__init__(Problem("records.garbled", facts))
        else:
            super().__init__(Problem("records.broken_letters", {"value": shown(text)}))
        self.encoding, self.proposed = garbled.encoding, garbled.proposed


CellValue = str | int | float | bool | date | TextFault
"""What a cell holds; an empty one holds empty text."""

LOOKALIKES = str.maketrans("ÐƉðɖ", "ĐĐđđ")
"""Eth and African D, which old Vietnamese fonts and keyboards produce instead of Đ; Vietnamese has neither."""

_SUSPECT = ("=", "#", "E", "'")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠]|'+[\d\s/.,:\-]+(?:[eE]\+?\d+)?$")  # see refused_rows
_FORMULA_FAULT = re.compile(r"#(?:REF!|N/A|NAME\?|DIV/0!|VALUE!|NUM!|NULL!|SPILL!|CALC!|FIELD!|BUSY!)|Err:\d{3}")


def clean_text(text: str) -> str:
    """Return the text as it is stored, with surplus spaces, invisible characters and lookalike letters corrected.

    Raises GarbledText if letters were lost, are from an old font, or were read in a wrong encoding; InvalidValue
    ``records.error_cell`` for a spreadsheet's error and ``records.formula`` for a formula.
    """
    if text.lstrip()[:1] in _SUSPECT:
        text = _plain(text.strip())
    if garbled := find_garbled(text):
        raise GarbledText(text, garbled)
    if not text.isascii():
        text = text.translate(LOOKALIKES)
    if not text.isprintable():
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return normal_text(text)


def are_figures(text: str) -> bool:
    """Return whether a text is digits only, with nothing to correct."""
    return text.isascii() and text.isdigit()


def _plain(text: str) -> str:
    """Remove the apostrophe that guards a cell of a file of refused rows; refuse errors and formulas."""
    if _GUARDED.match(text):
        text = text[1:]
    if text.startswith("="):
        raise InvalidValue.from_code("records.formula", value=shown(text))
    if _FORMULA_FAULT.fullmatch(text):
        raise InvalidValue.from_code("records.error_cell", value=text)
    return text


@lru_cache(8_192)
def known_text(text: str) -> str:
    """Return :func:`clean_text`, cached for texts that a file repeats: producers, places, dates, stars."""
    return clean_text(text)


def shown(value: CellValue, longest: int = 80) -> str:
    """Return a cell's value in one line for a message, as a Vietnamese spreadsheet shows it."""
    text = " ".join(written(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def written(value: CellValue) -> str:
    """Return a cell's value as text that means the same when it is read again: 85.5 is "85,5", a day dd/mm/yyyy."""
    match value:
        case str():
            return value
        case bool():
            return "Có" if value else "Không"
        case int() | float():
            return _number(value)
        case TextFault():
            return value.text
        case date():
            return value.strftime("%d/%m/%Y") if value.year >= 1000 else value.isoformat()


def _number(value: float) -> str:
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return repr(value).replace(".", ",")
