"""A machine that only verifies: public pages by a role of PostgreSQL that may read records and count scans, no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from werkzeug.test import Client

from labelsvc.config import Settings
from labelsvc.domain.errors import KeyRefused, StorageRefused
from labelsvc.domain.label_code import EpochKey, StampIdentity
from labelsvc.services import Services
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.public_rights import COUNTED, FORGOTTEN, public_rights
from labelsvc.web.public.app import public_app
from labelsvc.web.server.front import FrontDoor
from labelsvc.workflows.batches.order_batch import place_order
from tests.offices.print_worker import ordered
from tests.offices.printing_office import PrintingOffice
from tests.offices.watched_service import TOKEN, WATCHER
from tests.samples.generator import make_records

if TYPE_CHECKING:
    from tests.conftest import PostgresqlServer

ROLE = "labelsvc public"


@dataclass(frozen=True)
class VerifyingMachine:
    """A machine with the office's key and a role of its own; ``batch`` and ``key`` are of the office."""

    services: Services
    office: PrintingOffice
    batch: str
    key: EpochKey

    @cached_property
    def client(self) -> Client:
        public = public_app(self.services, lambda: self.office.now)
        return Client(FrontDoor(public, public, self.services, only_verifies=True))

    def scans(self, serial: int) -> int:
        with self.office.services.database.reading() as connection:
            return int(connection.scalar(text(f"SELECT count FROM scans WHERE serial = {serial}")) or 0)


@pytest.fixture(scope="module")
def machine(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VerifyingMachine]:
    folder = tmp_path_factory.mktemp("verifying")
    (folder / "office").mkdir()
    url = postgresql_server.new_database()
    with closing(Database.open(url)):
        office = PrintingOffice(folder / "office", settings={"DATABASE": url})
    name = postgresql_server.name_in(url)
    postgresql_server.run(f'CREATE ROLE "{ROLE}" LOGIN')
    postgresql_server.run("\n".join(public_rights(ROLE)), name)
    batch = ordered(office, office.take(make_records(1, day=office.today)), 5)
    (folder / "public").mkdir(mode=0o700)
    environment = {
        "LABELSVC_HOME": str(folder / "public"),
        "LABELSVC_OUTPUT": str(folder / "no-output"),
        "LABELSVC_DATABASE": url.replace("//postgres@", "//labelsvc%20public@"),
        "LABELSVC_HOST": office.host,
        "LABELSVC_METRICS_TOKEN": TOKEN,
        "LABELSVC_KEYS": office.services.epochs.export(verifying=True),
    }
    services = Services(Settings.read(environment), is_current=True)
    yield VerifyingMachine(services, office, batch, office.services.key_file.read()[0])
    services.close()
    office.services.close()
    postgresql_server.run(f'DROP OWNED BY "{ROLE}"', name)
    postgresql_server.run(f'DROP ROLE "{ROLE}"')  # else it is there when this process begins the module once more


def code(machine: VerifyingMachine, serial: int) -> str:
    return machine.key.seal(StampIdentity(machine.office.services.batches.lines(machine.batch)[0].line.number, serial))


def test_codes_are_answered_and_scans_counted(machine: VerifyingMachine) -> None:
    machine.services.check_verifiable()
    machine.services.epochs.check()

    answers = [machine.client.get(f"/{code(machine, serial)}") for serial in (1, 1, 2)]
    machine.services.scans.close()

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all("OCOP" in answer.text for answer in answers)
    assert (machine.scans(1), machine.scans(2)) == (1, 1)


def test_a_product_has_its_page_and_the_desk_is_not_there(machine: VerifyingMachine) -> None:
    with machine.office.services.database.reading() as connection:
        public_id = connection.scalar(text("SELECT public_id FROM products"))

    client = machine.client
    there = [client.get(path).status_code for path in ("/", f"/p/{public_id}", "/healthz", "/readyz")]
    absent = [client.get(path).status_code for path in ("/login", "/office", "/api/v1/products", "/register")]
    posted = client.post("/login", data={"email": "a", "password": "b"}).status_code

    assert (set(there), set(absent)) == ({200}, {404})
    assert posted in (404, 405)


def test_figures_are_told_without_those_of_the_worker(machine: VerifyingMachine) -> None:
    told = machine.client.get("/metrics", environ_base=WATCHER).text

    assert "labelsvc_database_up 1" in told
    assert "labelsvc_parts{" not in told


def test_a_sealed_code_without_a_record_is_amber(machine: VerifyingMachine) -> None:
    forged = machine.key.seal(StampIdentity(4_711, 1))

    answer = machine.client.get(f"/{forged}", headers={"Accept": "application/json"})

    assert (answer.json["colour"], answer.json["verdict"]) == ("amber", "unknown_record")


def test_nothing_is_ordered_or_printed_with_such_a_role(machine: VerifyingMachine) -> None:
    services, office = machine.services, machine.office
    batch = office.services.batches.get(machine.batch)
    plan = office.plan(office.take(make_records(2, day=office.today)))

    with pytest.raises(StorageRefused, match="not_allowed"):
        services.epochs.rotate(office.now)
    with pytest.raises(KeyRefused, match="only_verifies"):
        services.epochs.ready(office.now)
    with pytest.raises(KeyRefused, match="only_verifies"):
        services.epochs.key(batch.epoch)
    with pytest.raises(KeyRefused, match="only_verifies"):
        place_order(plan, services.batches, now=office.now, taken=())
    with pytest.raises(StorageRefused, match="not_allowed"):
        services.accounts.all()
    with pytest.raises(StorageRefused, match="not_allowed"):
        services.sign_ins.secret("session")
    with pytest.raises(StorageRefused, match="not_allowed"):
        services.batches.set_folder(batch.name, "elsewhere")
    assert office.services.batches.get(machine.batch) == batch


def test_even_with_the_master_such_a_role_orders_nothing(machine: VerifyingMachine) -> None:
    office = machine.office
    plan = office.plan(office.take(make_records(2, day=office.today)))
    settings = replace(machine.services.settings, keys=office.services.epochs.export())

    with closing(Services(settings, is_current=True)) as stolen, pytest.raises(StorageRefused, match="not_allowed"):
        place_order(plan, stolen.batches, now=office.now, taken=())


def test_the_role_writes_to_no_table_but_those_of_scans(
    machine: VerifyingMachine, postgresql_server: PostgresqlServer
) -> None:
    name = postgresql_server.name_in(machine.office.settings["DATABASE"])
    rights = "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"

    written = postgresql_server.run(
        f"SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        f"AND has_table_privilege('{ROLE}', oid, '{rights}')",
        name,
    ).split()
    read = postgresql_server.run(
        f"SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        f"AND has_table_privilege('{ROLE}', oid, 'SELECT')",
        name,
    ).split()

    assert sorted(written) == sorted((*COUNTED, *FORGOTTEN))
    assert not {"accounts", "sessions", "api_tokens", "secrets", "audit", "recovery_codes"} & set(read)


def test_a_machine_without_a_key_answers_amber_never_red(machine: VerifyingMachine, tmp_path: Path) -> None:
    other = Services(Settings.read({
        "LABELSVC_HOME": str(tmp_path),
        "LABELSVC_DATABASE": machine.services.settings.database,
        "LABELSVC_HOST": machine.office.host,
    }), is_current=True)  # fmt: skip
    with closing(other):
        public = public_app(other, lambda: machine.office.now)
        answer = Client(FrontDoor(public, public, other, only_verifies=True)).get(f"/{code(machine, 1)}")
        with pytest.raises(KeyRefused):
            other.epochs.check()

    assert answer.status_code == 503
