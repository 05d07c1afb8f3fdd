"""What an order says of the lot of its goods: the same number and days for all, or the HSD by each shelf life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.product import normal_text
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.trace.shelf_life import find_shelf_life

BY_SHELF_LIFE = "shelf-life"
"""As a day of HSD: each product's own shelf life from NSX on."""


@dataclass(frozen=True, slots=True)
class LotTerms:
    """A lot's number and days; with ``by_shelf_life`` each product's last day follows from its record.

    Raises InvalidValue lot.made_on_needed, and what :class:`Lot` refuses.
    """

    number: str = ""
    made_on: date | None = None
    use_by: date | None = None
    by_shelf_life: bool = False

    def __post_init__(self) -> None:
        if self.by_shelf_life and not self.made_on:
            raise InvalidValue.from_code("lot.made_on_needed", field="made_on")
        if self:
            Lot(self.number, self.made_on, self.use_by)

    def __bool__(self) -> bool:
        return bool(self.number or self.made_on or self.use_by)

    @classmethod
    def from_texts(cls, number: str, made_on: str, use_by: str) -> Self:
        """Read days in ISO form, or ``shelf-life`` as that of HSD; InvalidValue lot.day for anything else."""
        by_shelf_life = use_by == BY_SHELF_LIFE
        last = None if by_shelf_life else _day("use_by", use_by)
        return cls(normal_text(number), _day("made_on", made_on), last, by_shelf_life)

    def texts(self) -> tuple[str, str, str]:
        """Return what :meth:`from_texts` reads."""
        last = BY_SHELF_LIFE if self.by_shelf_life else _iso(self.use_by)
        return self.number, _iso(self.made_on), last

    def lot_for(self, shelf_life: str) -> Lot | None:
        """Return the lot of a product; None where the order says nothing of it.

        InvalidValue lot.shelf_life where its last day is to follow from a shelf life that does not say one.
        """
        if not self:
            return None
        if not self.by_shelf_life or self.made_on is None:
            return Lot(self.number, self.made_on, self.use_by)
        span = find_shelf_life(shelf_life)
        last = span.last_day(self.made_on) if span else None
        if last is None:
            raise InvalidValue.from_code("lot.shelf_life", field="shelf_life", value=shelf_life or "–")
        return Lot(self.number, self.made_on, last)

    def proposed_use_by(self, shelf_life: str) -> date | None:
        """Return the last day that an order without one might have said."""
        if not self.made_on or self.use_by or self.by_shelf_life:
            return None
        span = find_shelf_life(shelf_life)
        return span.last_day(self.made_on) if span else None


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidValue.from_code("lot.day", field=field, value=text) from None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
