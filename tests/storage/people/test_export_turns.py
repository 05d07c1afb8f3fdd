"""One export an account, over all machines that share a database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta

import pytest

from labelsvc.domain.errors import TooManyAtOnce
from labelsvc.storage.db.database import Database
from labelsvc.storage.people.export_turns import HOLDS, ExportTurns
from tests.offices.stored_office import NOW


def test_two_machines_give_an_account_one_turn_between_them(database_url: str) -> None:
    machines = [Database.open(database_url) for _ in range(4)]
    turns = [ExportTurns(database) for database in machines]

    held = ExitStack()

    def took(machine: ExportTurns) -> bool:
        with suppress(TooManyAtOnce):
            held.enter_context(machine.turn(1, NOW))
            return True
        return False

    with held, ThreadPoolExecutor(4) as requests:
        taken = list(requests.map(took, turns))
    with turns[0].turn(2, NOW):
        pass
    for database in machines:
        database.close()

    assert sorted(taken) == [False, False, False, True]


def test_turns_end_with_their_export_or_their_time(new_database_url: str) -> None:
    database = Database.open(new_database_url)
    turns = ExportTurns(database)
    with turns.turn(1, NOW), pytest.raises(TooManyAtOnce), turns.turn(1, NOW):
        pass

    with turns.turn(1, NOW):
        late = turns.turn(1, NOW + HOLDS + timedelta(seconds=1))
        with late, pytest.raises(TooManyAtOnce), turns.turn(1, NOW + HOLDS + timedelta(seconds=2)):
            pass
    with turns.turn(1, NOW + timedelta(days=900)), turns.turn(1, NOW):  # the clock ran ahead and was put right
        pass
    database.close()
