"""People's printers: one's own alone, the newest reading holds, what was chosen last is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.accounts import Accounts
from labelsvc.storage.stocks.printers import Printers, PrintHabits

NOW = datetime(2026, 11, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


def test_printers_are_kept_by_person_and_name(database: Database) -> None:
    accounts, printers = Accounts(database), Printers(database)
    people = [Account(email=f"{name}@vanphong.vn", name=name, role=Role.CLERK) for name in ("an", "binh")]
    an, binh = (accounts.add(each, "", ChangeContext("cli", NOW)).id for each in people)

    printers.put(an, "HP", PrinterOffset(0.5, 0), NOW)
    printers.put(an, "HP", PrinterOffset(0.8, -0.5), NOW)
    printers.put(binh, "HP", PrinterOffset(-1, 0), NOW)
    printers.remember(an, PrintHabits("HP", tidy=True))
    habits = printers.habits(an), printers.habits(binh)
    printers.remove(an, "HP")

    assert habits == (PrintHabits("HP", tidy=True), PrintHabits("HP"))
    assert printers.offset(binh, "HP") == PrinterOffset(-1, 0)
    assert [printer.name for printer in printers.of_account(an)] == []
    assert printers.habits(an) == PrintHabits("", tidy=True)
    assert printers.habits(999) == PrintHabits()
