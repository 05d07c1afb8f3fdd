"""How many statements pages send to the database: the same for a small list and a long one."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import scopes_of
from tests.bench.big_office import BigDesk, SqlClock
from tests.offices.big_office import OfficeSize, fill_office
from tests.offices.desk_office import DeskClient

MOST = 60
PAGES = (
    "/office/products/7", "/office/products", "/office/batches", "/office/proposals", "/office/places",
    "/api/v1/proposals", "/api/v1/proposals?per_page=2", "/api/v1/imports", "/api/v1/batches",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> BigDesk:
    folder: Path = tmp_path_factory.mktemp("office")
    office = BigDesk(folder, "")
    fill_office(office.services.database, 1, office.now, OfficeSize(products=500, batches=60, scans=300, audit=300))
    return office


def _statements(desk: BigDesk, path: str) -> int:
    """Return how many statements a page takes after its visitor signed in."""
    clock = SqlClock()
    client: FlaskClient | DeskClient = desk.app.test_client() if path.startswith("/api") else desk.client(Role.CLERK)
    headers = desk.token(Role.CLERK, *scopes_of(Role.CLERK)) if path.startswith("/api") else {}
    clock.watch(desk.services.database.engine)
    assert client.get(path, headers=headers).status_code == 200, path
    return clock.statements


@pytest.mark.parametrize("path", PAGES)
def test_page_of_a_big_office_sends_few_statements(desk: BigDesk, path: str) -> None:
    assert _statements(desk, path) <= MOST


def test_a_longer_page_sends_no_more_statements(desk: BigDesk) -> None:
    short, long = (_statements(desk, f"/api/v1/proposals?per_page={number}") for number in (2, 40))
    assert long <= short + 1
