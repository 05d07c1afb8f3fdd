"""The answer to a scan: from a stamp's identity and the office's records to a verdict, without any I/O.

A label belongs to the recognition that it was printed under. A code that is not the office's is never called a fake
(stamps from before the system and other offices' stamps have other codes), and no verdict says more than who issued
the code, what the rating is today, and what is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from labelsvc.domain.label_code import OpenedCode, StampIdentity
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.recognition import Recognition, RecognitionStatus
from labelsvc.domain.trace.lot import lot_of
from labelsvc.domain.verification.stamp_record import ScanHistory, StampRecord
from labelsvc.domain.verification.verdict import COLOUR_OF, Verdict, VerdictCase, VerdictColour

RECORDS_KEPT = 4_096
"""Records whose judgement of the day is remembered: what every stamp of a line shares is judged once."""

_CASE_OF_STATUS = {
    RecognitionStatus.IN_FORCE: VerdictCase.IN_FORCE,
    RecognitionStatus.EXTENDED: VerdictCase.EXTENDED,
    RecognitionStatus.NOT_YET: VerdictCase.NOT_YET,
    RecognitionStatus.EXPIRED: VerdictCase.EXPIRED,
    RecognitionStatus.SUSPENDED: VerdictCase.SUSPENDED,
    RecognitionStatus.WITHDRAWN: VerdictCase.WITHDRAWN,
}


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
