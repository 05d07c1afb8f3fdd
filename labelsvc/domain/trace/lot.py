"""A lot: the goods that were made together, and the stamps that stand on them.

Its number and its days belong to what a trace code must lead to (decree 37/2026/NĐ-CP, art. 23(5)): lot and use-by,
where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.product import normal_text

LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot's number, the day it was made (NSX) and its last day (HSD, that day included); at least one is known."""

    number: str = ""
    made_on: date | None = None
    use_by: date | None = None

    def __post_init__(self) -> None:
        if self.number != normal_text(self.number):
            raise InvalidValue.from_code("lot.number_not_normal", field="lot_number", value=self.number[:80])
        if len(self.number) > LONGEST_NUMBER:
            raise InvalidValue.from_code("lot.number_long", field="lot_number", most=LONGEST_NUMBER)
        if not (self.number or self.made_on or self.use_by):
            raise InvalidValue.from_code("lot.empty", field="lot_number")
        if self.made_on and self.use_by and self.use_by < self.made_on:
            raise InvalidValue.from_code("lot.use_by_first", field="use_by", made_on=self.made_on, use_by=self.use_by)

    def use_by_passed(self, day: date) -> bool:
        """Return whether the last day is over."""
        return self.use_by is not None and self.use_by < day


@dataclass(frozen=True, slots=True)
class LotRange:
    """The serials of a line, ``first`` to ``last``, whose goods are of a lot."""

    first: int
    last: int
    lot: Lot

    def covers(self, serial: int) -> bool:
        """Return whether a serial is among them."""
        return self.first <= serial <= self.last


def lot_of(serial: int, entered: Sequence[LotRange]) -> Lot | None:
    """Return the lot of a serial, None if none was entered; the oldest entry stands first, and the newest holds."""
    return next((each.lot for each in reversed(entered) if each.covers(serial)), None)


def replaced_by(first: int, last: int, entered: Iterable[LotRange]) -> tuple[LotRange, ...]:
    """Return the entries that one for these serials would replace, wholly or in part."""
    return tuple(each for each in entered if each.first <= last and first <= each.last)
