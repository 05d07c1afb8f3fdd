"""A scan's straight line: read, open, find, count, judge."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.domain.label_code import ALPHABET, EpochKey, StampIdentity, in_fives, open_with
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.verification.stamp_record import ScanHistory, StampRecord
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.workflows.verify_label import Found, Verifier

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OLD_KEY, KEY, FOREIGN_KEY = EpochKey(bytes(32)), EpochKey(bytes(range(32))), EpochKey(bytes([9] * 32))
RECOGNITION = Recognition(stars=4, decision_date=date(2025, 12, 30))
RECORD = StampRecord(
    product=Product(name="Bánh cốm", producer="Hộ kinh doanh Đỗ Thế Gia"),
    recognition=RECOGNITION,
    history=(RECOGNITION,),
    quantity=500,
)
CODE = KEY.seal(StampIdentity(3, 417))


@dataclass
class Ledger:
    """The records and scans of a small office, in memory."""

    lines: dict[tuple[str, int], StampRecord] = field(default_factory=lambda: {(KEY.name, 3): RECORD})
    scans: dict[tuple[str, int, int], ScanHistory] = field(default_factory=dict)

    def scan(self, epoch: str, line: int, serial: int, now: datetime, device: str) -> Found:
        record, before = self.look(epoch, line, serial)
        if record is None:
            return None, None
        self.scans[epoch, line, serial] = ScanHistory(
            before.count + 1 if before else 1, before.first if before else now
        )
        return record, self.scans[epoch, line, serial]

    def look(self, epoch: str, line: int, serial: int) -> Found:
        record = self.lines.get((epoch, line))
        if record is None or not record.issued(serial):
            return None, None
        return record, self.scans.get((epoch, line, serial))

    def verifier(self) -> Verifier:
        return Verifier(open_code=partial(open_with, (OLD_KEY, KEY)), scan=self.scan, look=self.look)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def closed_verifier() -> Verifier:
    """A verifier whose database is closed: whoever touches it gets sqlite3.ProgrammingError."""
    database = sqlite3.connect(":memory:")
    database.close()

    def touch(*_: object) -> Found:
        database.execute("SELECT 1")
        raise AssertionError

    return Verifier(partial(open_with, (OLD_KEY, KEY)), touch, touch)


def test_a_scan_of_a_stamp_in_force_says_whose_it_is(ledger: Ledger) -> None:
    verdict = ledger.verifier().verify(CODE, NOW, is_scan=True)

    assert verdict.case is VerdictCase.IN_FORCE
    assert verdict.stamp == StampIdentity(3, 417)
    assert verdict.record is RECORD
    assert verdict.rating is RECOGNITION
    assert verdict.scans == ScanHistory(1, NOW)


def test_scans_are_counted_per_stamp_and_the_first_is_kept(ledger: Ledger) -> None:
    verifier = ledger.verifier()
    later = datetime(2026, 12, 1, tzinfo=UTC)

    verifier.verify(CODE, NOW, is_scan=True)
    again = verifier.verify(CODE, later, is_scan=True)
    neighbour = verifier.verify(KEY.seal(StampIdentity(3, 418)), later, is_scan=True)

    assert again.scans == ScanHistory(2, NOW)
    assert neighbour.scans == ScanHistory(1, later)


def test_a_look_that_is_no_scan_records_nothing(ledger: Ledger) -> None:
    verdict = ledger.verifier().verify(CODE, NOW, is_scan=False)

    assert verdict.case is VerdictCase.IN_FORCE
    assert not ledger.scans


def test_a_look_shows_the_scans_so_far(ledger: Ledger) -> None:
    ledger.verifier().verify(CODE, NOW, is_scan=True)

    verdict = ledger.verifier().verify(CODE, NOW, is_scan=False)

    assert verdict.scans == ScanHistory(1, NOW)


def test_a_forged_code_is_refused_with_the_database_closed(closed_verifier: Verifier) -> None:
    forged = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")

    verdict = closed_verifier.verify(forged, NOW, is_scan=True)

    assert verdict.case is VerdictCase.NOT_OURS
    assert verdict.stamp is None


def test_the_closed_database_would_have_been_noticed(closed_verifier: Verifier) -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        closed_verifier.verify(CODE, NOW, is_scan=True)


@given(place=st.integers(0, 19), letter=st.sampled_from(ALPHABET))
@settings(max_examples=100)
def test_a_code_with_one_letter_changed_never_verifies(place: int, letter: str) -> None:
    changed = CODE[:place] + letter + CODE[place + 1 :]

    verdict = Ledger().verifier().verify(changed, NOW, is_scan=True)

    assert (verdict.case is VerdictCase.IN_FORCE) == (changed == CODE)


@pytest.mark.parametrize("typed", ["", "xin chào", CODE[:19], CODE + "7", "/", "https://example.org/"])
def test_invalid_codes_are_not_ours(closed_verifier: Verifier, typed: str) -> None:
    assert closed_verifier.verify(typed, NOW, is_scan=True).case is VerdictCase.NOT_OURS


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        in_fives(CODE),
        f"HTTPS://OCOP.HANOI.EXAMPLE/{CODE}",
        f"https://OCOP.HANOI.EXAMPLE/{CODE}",
        f"https://ocop.hanoi.example/{CODE.lower()}",
        f"https://OCOP.HANOI.EXAMPLE/01/08934567890123/21/{CODE}",
        f"https://ocop.hanoi.example/01/08934567890123/21/{CODE.lower()}",
    ],
)
def test_every_spelling_of_a_code_names_the_same_stamp(ledger: Ledger, typed: str) -> None:
    assert ledger.verifier().verify(typed, NOW, is_scan=True).stamp == StampIdentity(3, 417)


def test_codes_of_an_older_epoch_still_verify(ledger: Ledger) -> None:
    ledger.lines[OLD_KEY.name, 3] = RECORD

    verdict = ledger.verifier().verify(OLD_KEY.seal(StampIdentity(3, 1)), NOW, is_scan=True)

    assert verdict.case is VerdictCase.IN_FORCE
    assert set(ledger.scans) == {(OLD_KEY.name, 3, 1)}


def test_another_offices_key_is_not_ours(ledger: Ledger) -> None:
    assert (
        ledger.verifier().verify(FOREIGN_KEY.seal(StampIdentity(3, 1)), NOW, is_scan=True).case is VerdictCase.NOT_OURS
    )


@pytest.mark.parametrize("stamp", [StampIdentity(4, 1), StampIdentity(3, 501), StampIdentity(3, 0)])
def test_a_valid_tag_without_record_raises_an_alarm_without_code(
    ledger: Ledger, stamp: StampIdentity, caplog: pytest.LogCaptureFixture
) -> None:
    code = KEY.seal(stamp)

    with caplog.at_level(logging.ERROR, "labelsvc.alarm"):
        verdict = ledger.verifier().verify(code, NOW, is_scan=True)

    assert verdict.case is VerdictCase.UNKNOWN_RECORD
    assert not ledger.scans
    assert f"line {stamp.line}, serial {stamp.serial}" in caplog.text
    assert code not in caplog.text


def test_the_day_changes_at_midnight_in_vietnam(ledger: Ledger) -> None:
    last_evening, next_morning = datetime(2028, 12, 30, 16, 59, tzinfo=UTC), datetime(2028, 12, 30, 17, 0, tzinfo=UTC)

    before = ledger.verifier().verify(CODE, last_evening, is_scan=False)
    after = ledger.verifier().verify(CODE, next_morning, is_scan=False)

    assert (before.case, before.days_left) == (VerdictCase.ENDS_SOON, 0)
    assert after.case is VerdictCase.EXPIRED
