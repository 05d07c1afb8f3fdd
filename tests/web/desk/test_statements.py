"""How many statements pages send to the database: the same for a small list and a long one."""

from __future__ import annotations

import pytest

from labelsvc.domain.account import Role
from labelsvc.domain.api_scope import scopes_of
from labelsvc.web.desk.limits import limiter
from tests.bench.asked_lists import LISTS, MACHINE, PRODUCER
from tests.bench.big_office import OF_PRODUCER, BigDesk, SqlClock
from tests.offices.big_office import OfficeSize, fill_office
from tests.offices.desk_office import DeskClient

MOST = 60
FEW, MORE = 10, 30
ROLES = {"administrator": Role.ADMINISTRATOR, "clerk": Role.CLERK, PRODUCER: OF_PRODUCER}


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, int]]:
    """How many statements each list sends, in an office with ten rows of everything and in one with thirty."""
    return {rows: _of_lists(_desk(tmp_path_factory, rows)) for rows in (FEW, MORE)}


def _desk(folders: pytest.TempPathFactory, rows: int) -> BigDesk:
    office = BigDesk(folders.mktemp("office"), "")
    all_of_one = {"products": rows, "producers": 1, "orders": rows, "proposals": rows, "alarms": rows}
    size = OfficeSize(**all_of_one, batches=rows, lines_each=2, scans=rows, audit=rows)
    fill_office(office.services.database, 1, office.now, size)
    office.add(OF_PRODUCER, Role.PRODUCER, 1)
    return office


def _of_lists(desk: BigDesk) -> dict[str, int]:
    clock = SqlClock()
    limiter.enabled = False
    token = desk.token(Role.CLERK, *scopes_of(Role.CLERK))
    clients = {who: desk.client(ROLES.get(who)) for who, _, _ in LISTS.values()}
    clock.watch(desk.services.database.engine)
    sent = {}
    for name, (who, path, _) in LISTS.items():
        path = {"office.product": "/office/products/7", "office.designs": f"{path}?words=mau"}.get(name, path)
        client = DeskClient(desk.app.test_client()) if who == MACHINE else clients[who]
        clock.statements = 0
        assert client.get(path, headers=token if who == MACHINE else {}).status_code == 200, path
        sent[name] = clock.statements
    limiter.enabled = True
    return sent


@pytest.mark.parametrize("name", LISTS)
def test_a_list_sends_few_statements_however_many_its_rows(statements: dict[int, dict[str, int]], name: str) -> None:
    assert statements[MORE][name] <= min(MOST, statements[FEW][name] + 1)
