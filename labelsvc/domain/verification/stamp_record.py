"""What the office has on record of a stamp: its line, its scans, and whether it is void."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.trace.lot import LotRange
from labelsvc.domain.trace.product_details import NO_DETAILS, ProductDetails

MANY_DEVICES = 20
"""More devices in a day than a household and a shop's customers account for: a rule of ours."""


@dataclass(frozen=True, slots=True)
class ScanHistory:
    """How often a stamp was scanned, including this time if it counts. Nothing else about scans is kept.

    ``first`` is None if it never was (a look does not count). ``most_devices`` scanned it on ``most_day``, the
    day with the most; devices are counted anew each day.
    """

    count: int
    first: datetime | None
    most_devices: int = 0
    most_day: date | None = None

    def until(self, now: datetime) -> ScanHistory:
        """Return the history with nothing in it later than now: what a clock that ran ahead recorded is of now."""
        first = min(self.first, now) if self.first else None
        day = now.astimezone(VIETNAM).date()
        return replace(self, first=first, most_day=min(self.most_day, day) if self.most_day else None)

    @property
    def too_many(self) -> bool:
        """Return whether more devices scanned the stamp in a day than a single stamp explains."""
        return self.most_devices >= MANY_DEVICES


@dataclass(frozen=True, slots=True)
class VoidedRange:
    """Serials of a line that are void since a moment because they were reported lost or destroyed, and why.

    ``replaced``: replacements were printed.
    """

    first: int
    last: int
    at: datetime
    reason: str
    kind: str = "lost"
    replaced: bool = True

    @property
    def day(self) -> date:
        """The day, in Vietnam, since which they are void."""
        return self.at.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class StampRecord:
    """The office's record of a line: product, recognition at the time of printing, and quantity.

    ``recognition`` has the stars on paper; ``history``: all recognitions of the product as they are today, this one
    among them. ``quantity`` pieces have the serials 1…n where ``counted``, else all of them serial 0. ``trial``:
    printed to be tried, ``specimen``: marked MẪU. ``voids``: serials that were reported lost, ascending.
    ``key_leaked``: whoever has the key can make codes that name the line's stamps.
    ``details``: what pages show besides. ``lots``: as they were entered, the newest last.
    """

    product: Product
    recognition: Recognition
    history: tuple[Recognition, ...]
    quantity: int
    counted: bool = True
    trial: bool = False
    specimen: bool = False
    voids: tuple[VoidedRange, ...] = field(default=(), hash=False)
    key_leaked: bool = False
    details: ProductDetails = NO_DETAILS
    lots: tuple[LotRange, ...] = ()

    def __hash__(self) -> int:
        """Hash what tells lines apart: a scan asks for it several times, and all fields would take longer than it."""
        return hash((self.product.name, self.recognition.decision_date, self.quantity))

    def issued(self, serial: int) -> bool:
        """Return whether a piece with this serial was issued in the line."""
        return 1 <= serial <= self.quantity if self.counted else serial == 0

    def void_of(self, serial: int) -> VoidedRange | None:
        """Return why a piece is void; None if it was never reported lost."""
        at = bisect_right(self.voids, serial, key=lambda void: void.first) - 1
        return self.voids[at] if at >= 0 and serial <= self.voids[at].last else None
