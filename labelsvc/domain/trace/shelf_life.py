"""Shelf life as records say it, «12 tháng kể từ NSX», and the last day (HSD) that it gives goods made on a day.

HSD may be a span from NSX (decree 37/2026/NĐ-CP, art. 46). What counts from anything else, such as the day of harvest,
or says more than one span, gives no day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from labelsvc.domain.product import name_key
from labelsvc.domain.programme.rules import months_later

_SPAN = re.compile(
    r"(?:hsd ?:? ?)?(\d{1,3}) (ngày|tuần|tháng|năm)"
    r"(?:,? ?(?:kể |tính )?từ (?:nsx|ngày sx|ngày sản xuất))?\.?"
)  # fmt: skip
_DAYS = {"ngày": 1, "tuần": 7}
_MONTHS = {"tháng": 1, "năm": 12}
_LONGEST_MONTHS = 1_200


@dataclass(frozen=True, slots=True)
class ShelfLife:
    """A span from the day of making: so many months, or else days."""

    months: int = 0
    days: int = 0

    def last_day(self, made_on: date) -> date | None:
        """Return the last day of goods made on a day; None where the calendar ends before it."""
        try:
            return months_later(made_on, self.months) + timedelta(days=self.days)
        except (ValueError, OverflowError):
            return None


def find_shelf_life(text: str) -> ShelfLife | None:
    """Return the span that a record says; None where it says none, more than one, or one from another day."""
    said = _SPAN.fullmatch(name_key(text))
    if said is None or not int(said[1]):
        return None
    count, unit = int(said[1]), said[2]
    months = count * _MONTHS.get(unit, 0)
    return ShelfLife(months, count * _DAYS.get(unit, 0)) if months <= _LONGEST_MONTHS else None
