"""A process counts on from what the database last said, whatever its own clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage import shared_clock
from labelsvc.storage.db.database import Database
from labelsvc.storage.shared_clock import SharedClock
from tests.conftest import PostgresqlServer
from tests.offices.prepared_databases import put_sqlite

A_MOMENT = timedelta(seconds=30)


class Astray(datetime):
    """The clock of a machine that is nine days ahead."""

    @classmethod
    def now(cls, zone: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + timedelta(days=9)


def test_a_clock_that_is_astray_or_jumps_shows_nowhere(
    postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, seconds = Database.trusted(postgresql_server.new_database()), [1_000.0]
    clock = SharedClock(lambda: database, lambda: seconds[0])
    monkeypatch.setattr(shared_clock, "datetime", Astray)
    own = clock.now()
    assert clock.compare()
    asked = clock.now()
    seconds[0] += 3_600
    database.close()

    assert own - datetime.now(UTC) > timedelta(days=8)
    assert abs(asked - datetime.now(UTC)) < A_MOMENT
    assert clock.now() - asked == timedelta(hours=1)


def test_an_hour_without_the_database_changes_nothing(postgresql_server: PostgresqlServer) -> None:
    database, seconds = Database.trusted(postgresql_server.new_database()), [0.0]

    def give() -> Database:
        if seconds[0]:
            raise StorageRefused.from_code("storage.cannot_open", database="", reason="")
        return database

    clock = SharedClock(give, lambda: seconds[0])
    clock.compare()
    first = clock.now()
    seconds[0] = 3_600
    answered = clock.compare()
    database.close()

    assert not answered
    assert clock.now() - first == timedelta(hours=1)


def test_with_sqlite_the_machine_s_own_clock_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database.trusted(put_sqlite(tmp_path / "labelsvc.db"))
    clock = SharedClock(lambda: database)
    assert clock.compare()
    monkeypatch.setattr(shared_clock, "datetime", Astray)

    assert clock.now() - datetime.now(UTC) > timedelta(days=8)
    database.close()
