"""How days are written on labels: day, month, year, on one line, or a span (decree 37/2026, art. 46)."""

from __future__ import annotations

import re

_ALONE, _ENDED, _SAME = r"(?<!\d)(?<!\d\.)", r"(?!\.?\d)", r"(?P=mark)"
_YEAR, _MONTH, _DAY = r"((?:19|20)\d\d)", r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12]\d|3[01])"
_YEAR_FIRST = re.compile(rf"{_ALONE}{_YEAR}(?P<mark>[-/.]){_MONTH}{_SAME}{_DAY}{_ENDED}")
_DAY_FIRST = re.compile(rf"{_ALONE}(\d{{1,2}})(?P<mark>[-/.])(\d{{1,2}}){_SAME}(\d{{2}}|\d{{4}}){_ENDED}")
"""Three numbers that can be a day: «1900.63.68.88» and «0912.11.56.78» are telephones."""


def right_dates(text: str) -> str:
    """Return a text with its days in the order day, month, year; the same text if it has none other."""
    turned = _YEAR_FIRST.sub(_day_first, text)
    return _DAY_FIRST.sub(_month_second, turned)


def _day_first(found: re.Match[str]) -> str:
    year, _, month, day = found.groups()
    return f"{int(day):02}/{int(month):02}/{year}"


def _month_second(found: re.Match[str]) -> str:
    day, _, month, year = found.groups()
    return f"{month}/{day}/{year}" if 31 >= int(month) > 12 >= int(day) > 0 else found[0]
