"""A key that others have: its stamps are to be asked about, and nothing more is printed with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import KeyRefused
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.recognition import Withdrawal
from labelsvc.domain.verification.verdict import Verdict, VerdictCase, VerdictColour
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.changes import Changes
from labelsvc.storage.scans.alarms import Alarms
from labelsvc.workflows.verify_label import Verifier
from tests.offices.stored_office import NOW, Stores


class LeakingOffice:
    """An office with a batch of two lines, whose key is told to have leaked when a test says so."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.batch = stores.batches.get(stores.order(3, 3))
        self.key = stores.epochs.key(self.batch.epoch)
        self.verifier = Verifier(stores.verifying_keys().open, stores.scans.scan, stores.scans.look)

    def scan(self, line: int, serial: int) -> Verdict:
        return self.verifier.verify(self.key.seal(StampIdentity(line, serial)), NOW, is_scan=True)

    def leak(self) -> str:
        return self.stores.epochs.rotate(NOW, leaked=[self.batch.epoch]).name


@pytest.fixture
def office(database: Database, tmp_path: Path) -> LeakingOffice:
    return LeakingOffice(Stores(database, tmp_path / "home"))


def test_stamps_of_a_leaked_key_say_to_ask_the_office(office: LeakingOffice) -> None:
    before = office.scan(1, 1)

    office.leak()
    after = office.scan(1, 1)

    assert before.colour is VerdictColour.GREEN
    assert (after.case, after.colour, after.http_status) == (VerdictCase.KEY_LEAKED, VerdictColour.AMBER, 200)
    assert after.record
    assert replace(after.record, key_leaked=False) == before.record
    assert after.scans
    assert after.scans.count == 2


def test_new_stamps_are_made_under_the_new_key(office: LeakingOffice) -> None:
    new = office.leak()

    batch = office.stores.batches.get(office.stores.order(2))
    code = office.stores.epochs.key(batch.epoch).seal(StampIdentity(1, 1))

    assert batch.epoch == new
    assert office.verifier.verify(code, NOW, is_scan=True).colour is VerdictColour.GREEN


def test_nothing_is_printed_with_a_leaked_key(office: LeakingOffice) -> None:
    office.leak()

    with pytest.raises(KeyRefused, match=r"keys\.leaked"):
        office.stores.epochs.key(office.batch.epoch)


def test_a_withdrawn_product_stays_red_under_a_leaked_key(office: LeakingOffice) -> None:
    stored = office.stores.products.all()[0].recognitions[0]
    withdrawn = replace(stored.recognition, withdrawal=Withdrawal(date(2026, 1, 2), "Vi phạm"))
    office.stores.recognitions.change(stored.id, lambda _: withdrawn, ChangeContext("lan", NOW))

    office.leak()

    assert {office.scan(line, 1).colour for line in (1, 2)} == {VerdictColour.RED, VerdictColour.AMBER}


def test_codes_made_up_with_a_leaked_key_raise_no_alarms(office: LeakingOffice) -> None:
    office.scan(77, 1)
    office.leak()

    found = [office.scan(line, 9) for line in range(100, 120)]

    assert {verdict.case for verdict in found} == {VerdictCase.UNKNOWN_RECORD}
    assert Alarms(office.stores.database).page()[1] == 1


def test_the_audit_says_that_a_key_leaked(office: LeakingOffice) -> None:
    office.leak()

    rows, _ = Changes(office.stores.database).page(subject="key")

    assert ("leaked", "False", "True") in [(row.field, row.before, row.after) for row in rows]
