"""The office's verdict on a stamp: its case, how it looks, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.lot import Lot
from labelsvc.domain.trace.trace_facts import trace_facts
from labelsvc.domain.verification.stamp_record import ScanHistory, StampRecord, VoidedRange

RETRY_SECONDS = 30
"""After so long somebody may ask again whether a code can be checked."""


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
