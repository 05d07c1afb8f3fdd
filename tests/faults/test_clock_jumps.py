"""The clock of a print machine jumps, forwards and back, while it prints and while its processes are killed."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.conftest import PostgresqlServer
from tests.offices.children import children_of
from tests.offices.command_line import CommandLine, records
from tests.offices.disturbed_batch import DisturbedBatch
from tests.offices.set_clock import DAY, SetClock

pytestmark = pytest.mark.faults

JUMPS = (-2.0, -3_600 / DAY, -300 / DAY, -20 / DAY, 20 / DAY, 300 / DAY, 3_600 / DAY, 3.0, 30.0)
"""Days. With SQLite a machine's clock says whether recognitions are in force."""
JUMPS_WITH_POSTGRESQL = (*JUMPS, -4_000.0, -365.0, 365.0, 4_000.0)


def test_a_clock_that_jumps_changes_no_byte(
    request: pytest.FixtureRequest, chance: random.Random, tmp_path: Path
) -> None:
    fixture = chance.choice(("batch", "shared_batch"))
    batch: DisturbedBatch = request.getfixturevalue(fixture)
    print(fixture)
    clock = SetClock(tmp_path)
    with batch.worker(**clock.settings) as worker:
        for _ in range(4):
            batch.wait_for_parts(batch.summary().parts_done + chance.randint(1, 2))
            days = chance.choice(JUMPS_WITH_POSTGRESQL if fixture == "shared_batch" else JUMPS)
            print(days)
            clock.set(days)
            if chance.random() < 0.5:
                os.kill(chance.choice(children_of(worker.pid)), signal.SIGKILL)
        batch.wait_for_end()

    assert batch.differences() == []


def test_a_worker_at_rest_prints_on_after_the_clock_went_back(batch: DisturbedBatch, tmp_path: Path) -> None:
    clock = SetClock(tmp_path)
    with batch.worker(**clock.settings):
        batch.wait_for_end()
        clock.set(-2)
        batch.set_back()
        batch.wait_for_end()

    assert batch.differences() == []


def test_commands_go_by_the_clock_of_the_database(tmp_path: Path, postgresql_server: PostgresqlServer) -> None:
    url = postgresql_server.new_database()
    office, clock = CommandLine(tmp_path, database=url, language="en"), SetClock(tmp_path)
    clock.set(4_000)
    before = [f"{name}={value}" for name, value in clock.settings.items()]

    said = [
        office.process(*words, before=("env", *before))
        for words in (
            ("import", office.records(*records(1))),
            ("print", "--all", "--quantity", "1", "--proof", "none", "--json"),
        )
    ]

    assert [each.status for each in said] == [0, 0], said
    assert said[1].json["pieces"] == 1, "recognised today, and not expired years ago"
    assert postgresql_server.run(LATER, postgresql_server.name_in(url)).strip() == "0"


LATER = "SELECT count(*) FROM (SELECT at FROM audit UNION ALL SELECT ordered_at FROM batches) AS told WHERE at > now()"
