"""What a page tells as saved in part is what somebody asked for: no count or note that was written beside it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from tests.offices.desk_office import DeskOffice
from tests.offices.printing_office import PrintingOffice


def test_notes_of_a_sign_in_are_no_change_asked_for(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path)
    account, history, database = desk.services.accounts.all()[0], desk.services.sign_in_history, desk.services.database
    before = database.changes

    history.password_refused(account.id, "network", desk.now)
    history.begin_factor(account.id, desk.now)
    history.factor_refused(account.id, "code", "network", desk.now)
    desk.services.accounts.rehash(account.id, "another", "hash")

    assert database.changes == before


def test_making_ready_for_an_order_is_no_change_asked_for(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    before = office.services.database.changes

    office.services.output_identity.check()
    office.services.epochs.ready(office.now)

    assert office.services.database.changes == before


def test_an_upload_is_one_change_although_old_ones_go(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    before = office.services.database.changes

    office.services.uploads.keep([("a.csv", BytesIO(b"a"))], 1, office.now)

    assert office.services.database.changes == before + 1
