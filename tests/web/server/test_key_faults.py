"""The whole service while its key file goes bad and its processes are killed: no genuine stamp is red."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from labelsvc.domain.label_code import StampIdentity
from labelsvc.storage.db.database import Database
from labelsvc.storage.keys.key_file import KeyFile
from tests.offices.command_line import CommandLine
from tests.offices.stored_office import Stores

FORGED = "7K3QX9ZT4M2B8RVC5WHD"
SERVE = (*(sys.executable, "-c", "from labelsvc.cli import run; run()"), "serve", "--port", "0", "--no-worker")


class Served:
    """``labelsvc serve`` with one web process."""

    def __init__(self, office: CommandLine) -> None:
        self.home = office.home
        self.process = subprocess.Popen(
            (*SERVE, "--workers", "1"), env=office.environment({}), cwd=office.folder, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        found = re.search(r":(\d+)/", self.process.stdout.readline())
        assert found
        self.port = int(found[1])
        self.codes = [key.seal(StampIdentity(1, 1)) for key in KeyFile(self.home / "keys.json").read()]

    def status(self, code: str, method: str = "GET", **headers: str) -> int:
        """Return an answer's status; a process that was killed is waited for."""
        for _ in range(100):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request(method, f"/{code}", headers=headers)
                return connection.getresponse().status
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
            finally:
                connection.close()
        raise AssertionError("the service is gone")

    def kill_web_process(self) -> None:
        """Kill the web process; gunicorn makes it anew."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = CommandLine(tmp_path)
    for command in (("keys", "init"), ("keys", "rotate")):
        assert office.run(*command).status == 0
    service = Served(office)
    try:
        yield service
    finally:
        with service.process:
            service.process.terminate()
            service.process.wait(20)


@pytest.mark.faults
def test_genuine_stamps_are_never_red_without_the_key_file(served: Served) -> None:
    before = [served.status(code) for code in (*served.codes, FORGED)]
    (served.home / "keys.json").write_text("{")

    living = [served.status(code) for code in (*served.codes, FORGED)]
    served.kill_web_process()
    anew = [served.status(code) for code in (*served.codes, FORGED)]

    assert before == living == anew == [200, 200, 404]


@pytest.mark.faults
def test_a_rotation_elsewhere_is_amber_until_its_key_arrives(served: Served, tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{served.home}/labelsvc.db")
    elsewhere = Stores(database, tmp_path / "machine-a")
    (tmp_path / "machine-a").mkdir()
    (tmp_path / "machine-a" / "keys.json").write_bytes((served.home / "keys.json").read_bytes())
    (tmp_path / "machine-a" / "keys.json").chmod(0o600)
    now = elsewhere.epochs.all()[0].created_at
    new = elsewhere.epochs.key(elsewhere.epochs.rotate(now).name).seal(StampIdentity(1, 1))
    time.sleep(0.2)  # a process asks the database at most ten times a second

    asked = {"Accept": "application/json"}
    lacking = [served.status(new), served.status(new, "HEAD"), served.status(new, **asked), served.status(FORGED)]
    Stores(database, served.home).epochs.import_verifying(elsewhere.epochs.export(), now)
    there = [served.status(new), served.status(served.codes[0])]
    time.sleep(1.1)

    assert lacking == [503] * 4
    assert there == [200, 200]
    assert served.status(FORGED) == 404
    database.close()
