"""Before it serves, the service compares what it may take of PostgreSQL with what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.cli.connections import check_connections
from labelsvc.config import Settings
from labelsvc.domain.errors import ServingRefused
from labelsvc.services import Services
from tests.conftest import PostgresqlServer
from tests.offices.prepared_databases import put_sqlite


def services_of(home: Path, database: str, connections: int = 8) -> Services:
    given = {"HOME": str(home), "DATABASE": database, "CONNECTIONS": str(connections), "PROCESSES": "4"}
    return Services(Settings.read({f"LABELSVC_{name}": value for name, value in given.items()}))


@pytest.fixture
def room(postgresql_url: str, tmp_path: Path) -> int:
    found = services_of(tmp_path, postgresql_url).database.room()
    assert found
    return found


def test_the_room_is_what_is_left_of_max_connections(postgresql_server: PostgresqlServer, room: int) -> None:
    assert room == int(postgresql_server.run("SHOW max_connections")) - int(
        postgresql_server.run("SHOW superuser_reserved_connections")
    )


def test_a_service_that_fits_says_nothing(
    postgresql_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_connections(services_of(tmp_path, postgresql_url), 4, prints=True)

    assert capsys.readouterr().err == ""


def test_a_service_with_too_many_connections_is_told_what_fits(
    postgresql_url: str, room: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check_connections(services_of(tmp_path, postgresql_url, 40), 4, prints=True)

    warned = capsys.readouterr().err
    fitting = (room - 3 - 5) // 4
    assert f"LABELSVC_CONNECTIONS={fitting}" in warned
    check_connections(services_of(tmp_path, postgresql_url, fitting), 4, prints=True)
    assert capsys.readouterr().err == ""


def test_more_processes_than_there_are_connections_are_refused(postgresql_url: str, tmp_path: Path) -> None:
    with pytest.raises(ServingRefused):
        check_connections(services_of(tmp_path, postgresql_url), 64, prints=True)


def test_sqlite_has_no_such_bound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    services = services_of(tmp_path, put_sqlite(tmp_path / "labelsvc.db"))

    check_connections(services, 64, prints=True)

    assert services.database.room() is None
    assert capsys.readouterr().err == ""
