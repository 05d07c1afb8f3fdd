"""How days are written on labels: day, month, year, on one line, or a span (decree 37/2026, art. 46)."""

from __future__ import annotations

import re

_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?!\d)")


def right_dates(text: str) -> str:
    """Return a text with its days in the order day, month, year; the same text if it has none other."""
    turned = _YEAR_FIRST.sub(_day_first, text)
    return _DAY_FIRST.sub(_month_second, turned)


def _day_first(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{int(day):02}/{int(month):02}/{year}"


def _month_second(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"{month}/{day}/{year}" if int(month) > 12 >= int(day) else found[0]
