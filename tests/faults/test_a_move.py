"""An office moves to PostgreSQL while its service runs, people write, and a batch is half printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

import pytest

from labelsvc.config import Settings
from labelsvc.domain.account import Account, Role
from labelsvc.domain.change_context import ChangeContext
from labelsvc.services import Services
from tests.conftest import PostgresqlServer
from tests.offices.command_line import PROGRAM
from tests.offices.disturbed_batch import DisturbedBatch, until
from tests.offices.disturbed_service import DisturbedService, disturbed_service

pytestmark = pytest.mark.faults
CONTEXT = ChangeContext("thu", datetime(2026, 11, 30, tzinfo=UTC))


@dataclass
class Writer:
    """A program that adds products, each with a key of its own, and remembers the answers."""

    service: DisturbedService
    token: str
    is_over: Event

    def add(self, number: int, name: str = "") -> tuple[int, bytes]:
        """Return status and body; 0 where nobody answers."""
        body = json.dumps({"name": name or f"Trà số {number}", "producer": "HTX Quảng An"})
        words = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with closing(self.service.connect()) as connection:
            connection.request("POST", "/api/v1/products", body, words | {"Idempotency-Key": f"lan {number}"})
            with connection.getresponse() as answer:
                return answer.status, answer.read()

    def __call__(self) -> dict[int, tuple[int, bytes]]:
        answers: dict[int, tuple[int, bytes]] = {}
        while not self.is_over.is_set():
            answers[len(answers)] = self.add(len(answers))
        return answers


def copied(batch: DisturbedBatch, url: str) -> subprocess.CompletedProcess[str]:
    """Move the office of a batch."""
    command, environment = [*PROGRAM, "db", "copy", "--yes", url], os.environ | batch.office.environment
    return subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=60)


def status_of_scan(service: DisturbedService) -> int:
    """Scan a label that was printed before the move."""
    with closing(service.connect()) as connection:
        connection.request("GET", f"/{service.code}")
        with connection.getresponse() as answer:
            return answer.status


@contextmanager
def moved_office(batch: DisturbedBatch, url: str) -> Iterator[Services]:
    """Give what stands at the new place, and let the old one be used again at the end."""
    services = Services(Settings.read(batch.office.environment | {"LABELSVC_DATABASE": url}))
    try:
        yield services
    finally:
        services.close()
        command = [*PROGRAM, "db", "reopen", "--yes"]
        subprocess.run(command, check=True, env=os.environ | batch.office.environment, stdout=subprocess.DEVNULL)


def test_what_was_answered_before_a_move_is_in_the_new_place(
    batch: DisturbedBatch, postgresql_server: PostgresqlServer
) -> None:
    with batch.worker():
        batch.wait_for_parts(4)
    refused = copied(batch, postgresql_server.new_database())
    batch.let_state("failed")  # as one that somebody has to look at
    account = Account(email="canbo@vanphong.vn", name="Cán bộ", role=Role.CLERK)
    made = batch.office.services.accounts.add(account, "!", CONTEXT)
    token = batch.office.services.sign_ins.make_token(made.id, "thử", ("products:write",), datetime.now(UTC))
    session = batch.office.services.sign_ins.begin(made.id, "Firefox", datetime.now(UTC))
    url, is_over = postgresql_server.new_database(), Event()

    with disturbed_service(batch) as service, ThreadPoolExecutor(1) as people:
        service.wait_until_answers()
        writer = Writer(service, token, is_over)
        writing = people.submit(writer)
        try:
            done = copied(batch, url)
        finally:
            is_over.set()
        answers = writing.result(60)
        late = writer.add(len(answers))
    with moved_office(batch, url) as new, disturbed_service(batch, LABELSVC_DATABASE=url) as service:
        service.wait_until_answers()
        kept = {stored.product.name for stored in new.products.all()}
        saved = {number for number, (status, _) in answers.items() if status == 201}
        signed_in, scanned = new.sign_ins.find(session, datetime.now(UTC)), status_of_scan(service)
        again = Writer(service, token, is_over).add(min(saved))
        assert new.batch_progress.start_again(batch.name, CONTEXT)
        until(lambda: not new.batch_lists.find(batch.name).unfinished)
        printed = new.output().batch(batch.name)
        files = {name: printed.read(name) for name in printed.files() if not name.startswith(".")}

    assert (refused.returncode, done.returncode) == (1, 0), refused.stderr + done.stderr
    assert batch.name in refused.stderr
    assert late[0] == 503
    assert {status for status, _ in answers.values()} <= {201, 503}
    assert saved == {int(found[1]) for name in kept if (found := re.fullmatch(r"Trà số (\d+)", name))}
    assert again == answers[min(saved)]
    assert signed_in
    assert scanned == 200
    assert files == batch.undisturbed
