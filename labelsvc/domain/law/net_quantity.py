"""How much a package holds, from the words that say it, and how high its figures must be for that.

Figures of a measured quantity are the higher, the more the package holds (circular 21/2014/TT-BKHCN, art. 4). How high
is not said here: designs carry the steps that they are drawn with, the judge has those of the day (templates/law).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from labelsvc.domain.errors import InvalidValue

_UNITS = {
    **dict.fromkeys(("mg",), 0.001),
    **dict.fromkeys(("g", "gr", "gam", "gram", "ml", "cc"), 1.0),
    "cl": 10.0,
    **dict.fromkeys(("dl", "lạng"), 100.0),
    **dict.fromkeys(("kg", "ki-lô-gam", "kilogam", "kilogram", "l", "lít", "liter", "litre"), 1_000.0),
    "yến": 10_000.0,
    "tạ": 100_000.0,
    **dict.fromkeys(("tấn", "m3", "m³"), 1_000_000.0),
}
"""Grams or millilitres in each unit."""
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURED = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})(?!\w)")
_TIMES_BEFORE = re.compile(r"(?<![\d.,])(\d{1,6})\s*[^\W\d]*\s*[x×*]\s*$")
_TIMES_AFTER = re.compile(r"\s*[x×*]\s*(\d{1,6})(?![\d.,])")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_STEP = re.compile(r"(?:(?P<up_to>\d+(?:\.\d+)?):)?(?P<height>\d+(?:\.\d+)?)")


_VOLUMES = frozenset(("ml", "cc", "cl", "dl", "l", "lít", "liter", "litre", "m3", "m³"))


@lru_cache(4_096)
def quantity_kind(text: str) -> str:
    """Return what a net quantity measures: "weight", "volume", "other" (pieces, lengths), or "" if it is empty."""
    found = _MEASURED.search(text.casefold())
    if not found:
        return "other" if text.strip() else ""
    return "volume" if found["unit"] in _VOLUMES else "weight"


@lru_cache(4_096)
def measured_quantity(text: str) -> float | None:
    """Return the greatest quantity that a text names, in g or ml; None if it measures neither weight nor volume.

    "1,5 kg" is 1500, "200 g (10 gói x 20 g)" 200, "6 chai x 500 ml" 3000. Of two readings of "1.500 kg" it is the
    greater: figures may be higher than they need be, never lower.
    """
    lower = text.casefold()
    return max((_amount(lower, found) for found in _MEASURED.finditer(lower)), default=None)


def _amount(text: str, found: re.Match[str]) -> float:
    """Return an amount with the number of packs that is written before or after it."""
    amount = _value(found["number"]) * _UNITS[found["unit"]]
    before = _TIMES_BEFORE.search(text[: found.start()])
    while before:
        amount *= int(before[1])
        before = _TIMES_BEFORE.search(text[: before.start()])
    after = _TIMES_AFTER.match(text, found.end())
    return amount * int(after[1]) if after else amount


def _value(number: str) -> float:
    """Return a number: a dot or comma before three digits parts thousands, before others decimals."""
    if _THOUSANDS.fullmatch(number):
        return float(re.sub("[.,]", "", number))
    whole, _, decimals = number.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{decimals}" if whole else decimals)


@dataclass(frozen=True, slots=True)
class FigureHeights:
    """The least heights of a quantity's figures in mm, each up to a quantity in g or ml; the last one has no end."""

    steps: tuple[tuple[float, float], ...]
    beyond_mm: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``50:2 200:3 1000:4 6``: 2 mm to 50 g or ml … 6 mm above 1000; InvalidValue law.figures for others."""
        found = [_STEP.fullmatch(part) for part in text.split()]
        steps = [(float(each["up_to"]), float(each["height"])) for each in found[:-1] if each and each["up_to"]]
        last = found[-1] if found else None
        if not last or last["up_to"] or len(steps) != len(found) - 1 or steps != sorted(steps):
            raise InvalidValue.from_code("law.figures", value=text)
        return cls(tuple(steps), float(last["height"]))

    def least_mm(self, quantity: float | None) -> float:
        """Return the least height for a quantity; what is counted or measured by length takes the first step."""
        heights = (height for up_to, height in self.steps if quantity is None or quantity <= up_to)
        return next(heights, self.beyond_mm)
