"""Keys are rotated while three machines serve and print: nothing stops, and no genuine stamp is red on any of them."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.public_rights import public_rights
from tests.offices.command_line import PROGRAM
from tests.offices.print_worker import ordered, waited
from tests.offices.printing_office import PrintingOffice, manifest
from tests.samples.generator import make_records

if TYPE_CHECKING:
    from tests.conftest import PostgresqlServer

pytestmark = pytest.mark.faults
ROLE = "verifier"
PATIENCE_SECONDS = 30


@dataclass
class Machine:
    """``labelsvc serve`` with a home of its own."""

    process: subprocess.Popen[str]

    @cached_property
    def port(self) -> int:
        """The port, once it answers."""
        assert self.process.stdout
        found = re.search(r":(\d+)/", self.process.stdout.readline())
        assert found
        return int(found[1])

    def verdict(self, code: str) -> tuple[int, str]:
        """Return status and colour of a code."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", f"/{code}", headers={"Accept": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()).get("colour", "")


@contextmanager
def served(home: Path, environment: dict[str, str], *words: str) -> Iterator[Machine]:
    home.mkdir(mode=0o700, exist_ok=True)
    command = (*PROGRAM, "serve", "--port", "0", "--workers", "1", *words)
    given = {"PATH": "/usr/bin:/bin", "LABELSVC_PROCESSES": "1", **environment, "LABELSVC_HOME": str(home)}
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Machine(process)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


@dataclass
class Watch:
    """Scans genuine codes on all machines, round after round; keeps every answer."""

    machines: list[Machine]
    codes: list[str]
    rounds: list[list[tuple[int, str]]] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        stop = threading.Event()

        def scan() -> None:
            while not stop.wait(0.05):
                self.rounds.append([machine.verdict(code) for code in self.codes for machine in self.machines])

        thread = threading.Thread(target=scan)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def office(postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[PrintingOffice]:
    url = postgresql_server.new_database()
    Database.open(url).close()
    made = PrintingOffice(tmp_path, settings={"DATABASE": url})
    yield made
    made.services.close()


@pytest.fixture
def machines(office: PrintingOffice, postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[list[Machine]]:
    """One with the key file, which prints; one that asks for the keys, and prints too; one that only verifies."""
    url = office.settings["DATABASE"]
    postgresql_server.run(f"CREATE ROLE {ROLE} LOGIN")
    postgresql_server.run("\n".join(public_rights(ROLE)), postgresql_server.name_in(url))
    office.services.epochs.ready(office.now)
    asking = {"LABELSVC_KEYS_COMMAND": f"cat '{office.services.home / 'keys.json'}'"}
    public = {"LABELSVC_DATABASE": url.replace("//postgres@", f"//{ROLE}@")}
    with ExitStack() as running:
        started = [
            running.enter_context(served(office.services.home, office.environment)),
            running.enter_context(served(tmp_path / "b", office.environment | asking)),
            running.enter_context(served(tmp_path / "c", office.environment | asking | public, "--public")),
        ]
        assert all(machine.port for machine in started)
        yield started


def test_a_rotation_stops_nothing_and_makes_no_stamp_red(
    office: PrintingOffice, machines: list[Machine], tmp_path: Path
) -> None:
    items = office.take(make_records(2, day=office.today))
    before = ordered(office, items, 40)
    key, line = office.services.key_file.read()[0], office.services.batches.lines(before)[0].line
    watch = Watch(machines, [key.seal(StampIdentity(line.number, 1))])

    with watch.going_on():
        rotated = subprocess.run(
            (*PROGRAM, "keys", "rotate"), env={**office.environment, "PATH": "/usr/bin:/bin"}, check=True
        )
        new = [ordered(office, items, 40) for _ in range(2)]
        finished = [waited(office, name) for name in (before, *new)]
        seen = len(watch.rounds)
        codes = [manifest(Path(office.services.batches.get(name).folder))[0]["code"] for name in new]
        watch.codes = [*watch.codes, *codes]
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and watch.rounds[-1] != [(200, "green")] * 9:
            time.sleep(0.1)

    assert rotated.returncode == 0
    assert [batch.state for batch in finished] == ["ready"] * 3
    epochs = [office.services.batches.get(name).epoch for name in (before, *new)]
    assert epochs[0] == key.name not in epochs[1:]
    of_old_code = {answer for answers in watch.rounds for answer in answers[:3]}
    assert (seen > 0, of_old_code) == (True, {(200, "green")})
    assert {answer for answers in watch.rounds for answer in answers} <= {(200, "green"), (503, "amber")}
    assert watch.rounds[-1] == [(200, "green")] * 9
