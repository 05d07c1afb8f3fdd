"""The answer to a scan: from a stamp's identity and the office's records to a verdict, without any I/O.

A label belongs to the recognition that it was printed under. A code that is not the office's is never called a fake
(stamps from before the system and other offices' stamps have other codes), and no verdict says more than who issued
the code, what the rating is today, and what is unknown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from functools import lru_cache

from labelsvc.domain.label_code import OpenedCode, StampIdentity
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition, RecognitionStatus
from labelsvc.domain.trace.lot import Lot, LotRange, lot_of
from labelsvc.domain.trace.product_details import NO_DETAILS, ProductDetails
from labelsvc.domain.trace.trace_facts import trace_facts

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The time zone of "today" and of displayed times; no daylight saving time since 1975."""

MANY_DEVICES = 20
"""More devices in a day than a household and a shop's customers account for: a rule of ours."""

RETRY_SECONDS = 30
"""After so long somebody may ask again whether a code can be checked."""

RECORDS_KEPT = 4_096
"""Records whose judgement of the day is remembered: what every stamp of a line shares is judged once."""


class VerdictColour(Enum):
    """The colour of a verdict: green is valid, amber needs attention, grey is over, red is invalid."""

    GREEN = "green"
    AMBER = "amber"
    GREY = "grey"
    RED = "red"


class VerdictCase(Enum):
    """The cases of PRODUCT.md §8; the value names them in JSON and in the wording."""

    IN_FORCE = "in_force"
    ENDS_SOON = "ends_soon"
    EXTENDED = "extended"
    RENEWED = "renewed"
    """Printed under an older recognition; the newer one in force gives as many stars or more."""
    LOWERED = "lowered"
    """Printed under an older recognition; the newer one in force gives fewer stars than the stamp shows."""
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    MANY_DEVICES = "many_devices"
    """The rating is valid, but so many devices scanned this stamp in a day that it may have been copied."""
    REPORTED_LOST = "reported_lost"
    """This stamp is void: it was reported lost, and may have been replaced."""
    REPORTED_DESTROYED = "reported_destroyed"
    """This stamp is void: it was reported destroyed and should no longer exist."""
    KEY_LEAKED = "key_leaked"
    """The key that sealed the stamp leaked: somebody else may have made a code that names it."""
    UNKNOWN_RECORD = "unknown_record"
    NOT_OURS = "not_ours"
    CANNOT_BE_CHECKED = "cannot_be_checked"
    """No key at hand seals such a code, but one is missing: it may be genuine."""
    RECORDS_AWAY = "records_away"
    """The office's key sealed the code; what its records say of the stamp today cannot be read right now."""


COLOUR_OF = {
    VerdictCase.IN_FORCE: VerdictColour.GREEN,
    VerdictCase.ENDS_SOON: VerdictColour.GREEN,
    VerdictCase.EXTENDED: VerdictColour.GREEN,
    VerdictCase.RENEWED: VerdictColour.GREEN,
    VerdictCase.LOWERED: VerdictColour.GREY,
    VerdictCase.NOT_YET: VerdictColour.AMBER,
    VerdictCase.EXPIRED: VerdictColour.GREY,
    VerdictCase.SUSPENDED: VerdictColour.RED,
    VerdictCase.WITHDRAWN: VerdictColour.RED,
    VerdictCase.MANY_DEVICES: VerdictColour.AMBER,
    VerdictCase.REPORTED_LOST: VerdictColour.RED,
    VerdictCase.REPORTED_DESTROYED: VerdictColour.RED,
    VerdictCase.KEY_LEAKED: VerdictColour.AMBER,
    VerdictCase.UNKNOWN_RECORD: VerdictColour.AMBER,
    VerdictCase.NOT_OURS: VerdictColour.RED,
    VerdictCase.CANNOT_BE_CHECKED: VerdictColour.AMBER,
    VerdictCase.RECORDS_AWAY: VerdictColour.AMBER,
}
_HTTP_STATUS_OF = {VerdictCase.NOT_OURS: 404, VerdictCase.CANNOT_BE_CHECKED: 503, VerdictCase.RECORDS_AWAY: 503}

_CASE_OF_STATUS = {
    RecognitionStatus.IN_FORCE: VerdictCase.IN_FORCE,
    RecognitionStatus.EXTENDED: VerdictCase.EXTENDED,
    RecognitionStatus.NOT_YET: VerdictCase.NOT_YET,
    RecognitionStatus.EXPIRED: VerdictCase.EXPIRED,
    RecognitionStatus.SUSPENDED: VerdictCase.SUSPENDED,
    RecognitionStatus.WITHDRAWN: VerdictCase.WITHDRAWN,
}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The office's verdict on a stamp on ``day``.

    ``stamp`` is None if no key opened the code; ``record`` is None then, and if no record was found.
    ``rating`` is the product's recognition in force on that day, or None. ``void``: why this stamp is void.
    ``lot``: of the goods that it stands on, where one was entered.
    ``alarm_stored``: the office's desk shows that this happened.
    """

    case: VerdictCase
    day: date
    stamp: StampIdentity | None = None
    record: StampRecord | None = None
    rating: Recognition | None = None
    scans: ScanHistory | None = None
    void: VoidedRange | None = None
    lot: Lot | None = None
    alarm_stored: bool = False

    def __hash__(self) -> int:
        """Hash what the cases of a day differ in; the rest follows from the record."""
        return hash((self.case, self.day, self.stamp, self.record))

    @property
    def colour(self) -> VerdictColour:
        """How the verdict looks."""
        return COLOUR_OF[self.case]

    @property
    def http_status(self) -> int:
        """404 for a code that is not ours, 503 if that or its rating cannot be determined now, else 200."""
        return _HTTP_STATUS_OF.get(self.case, 200)

    @property
    def retry_after(self) -> int:
        """Seconds until it is worth asking again; 0 if the verdict is final."""
        return RETRY_SECONDS if self.http_status == _HTTP_STATUS_OF[VerdictCase.RECORDS_AWAY] else 0

    @property
    def alarm(self) -> bool:
        """Return whether the office must look: its key sealed the code, but it has no record of the stamp."""
        return self.case is VerdictCase.UNKNOWN_RECORD

    @property
    def rated_anew(self) -> bool:
        """Return whether the rating of the day is not the one that the stamp was printed under."""
        return self.record is not None and self.rating is not None and self.rating != self.record.recognition

    @property
    def is_traceable(self) -> bool:
        """Return whether all nine facts are there that a trace code must lead to, so that a page may say so."""
        if self.record is None:
            return False
        profile = self.record.details.profile
        return trace_facts(self.record.product, profile, self.rating, self.day, self.lot).is_traceable

    @property
    def of_line(self) -> Verdict:
        """The part of the verdict that stamps of the line share: serial 1 stands for any, and no scans.

        Those that were reported lost together, or are of one lot, share another one than the rest.
        """
        if self.stamp is None:
            return self
        return Verdict(
            case=self.case,
            day=self.day,
            stamp=StampIdentity(self.stamp.line, min(self.stamp.serial, 1)),
            record=self.record,
            rating=self.rating,
            void=self.void,
            lot=self.lot,
            alarm_stored=self.alarm_stored,
        )

    @property
    def days_left(self) -> int | None:
        """Days that the rating remains valid after today; None without a rating."""
        return (self.rating.last_day - self.day).days if self.rating else None


def judge_unopened(opened: OpenedCode, today: date) -> Verdict:
    """Return the verdict on a code that no key at hand opened."""
    return Verdict(case=VerdictCase.NOT_OURS if opened.certain else VerdictCase.CANNOT_BE_CHECKED, day=today)


def judge_without_records(stamp: StampIdentity, today: date) -> Verdict:
    """Return the verdict on a genuine code while the records cannot be read."""
    return Verdict(case=VerdictCase.RECORDS_AWAY, day=today, stamp=stamp)


def judge(stamp: StampIdentity, record: StampRecord | None, scans: ScanHistory | None, today: date) -> Verdict:
    """Return the verdict on a stamp; where no record is known, ``scans`` are those that an alarm counted."""
    if record is None or not record.issued(stamp.serial):
        stored = scans is not None and scans.count > 0
        return Verdict(case=VerdictCase.UNKNOWN_RECORD, day=today, stamp=stamp, alarm_stored=stored)
    case, rating = _judge_record(record, today)
    void = record.void_of(stamp.serial) if record.voids else None
    if void is not None:
        case = VerdictCase.REPORTED_DESTROYED if void.kind == "destroyed" else VerdictCase.REPORTED_LOST
    elif record.key_leaked and COLOUR_OF[case] is not VerdictColour.RED:
        case = VerdictCase.KEY_LEAKED
    elif scans is not None and scans.too_many and stamp.serial and COLOUR_OF[case] is VerdictColour.GREEN:
        case = VerdictCase.MANY_DEVICES
    lot = lot_of(stamp.serial, record.lots) if record.lots and stamp.serial else None
    return Verdict(case=case, day=today, stamp=stamp, record=record, rating=rating, scans=scans, void=void, lot=lot)


def rating_on(history: Iterable[Recognition], today: date) -> Recognition | None:
    """Return the newest recognition of a product in force on a day, or None."""
    newest = current_recognition(history, today)
    return newest if newest and newest.holds_on(today) else None


@lru_cache(RECORDS_KEPT)
def _judge_record(record: StampRecord, today: date) -> tuple[VerdictCase, Recognition | None]:
    rating = rating_on((*record.history, record.recognition), today)
    return _case(record.recognition, rating, today), rating


def _case(printed: Recognition, rating: Recognition | None, today: date) -> VerdictCase:
    case = _CASE_OF_STATUS[printed.status_on(today)]
    if case in (VerdictCase.IN_FORCE, VerdictCase.EXTENDED) and rating is not None and rating != printed:
        return VerdictCase.LOWERED if rating.stars < printed.stars else VerdictCase.RENEWED
    if case is VerdictCase.IN_FORCE and printed.ends_soon_on(today):
        return VerdictCase.ENDS_SOON
    return case
