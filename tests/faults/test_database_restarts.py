"""PostgreSQL goes and comes back in the middle of a batch and of requests: workers wait, and nobody is told wrongly."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.conftest import PostgresqlServer
from tests.offices.disturbed_batch import DisturbedBatch
from tests.offices.disturbed_service import Asker, disturbed_service

pytestmark = pytest.mark.faults

GENUINE = "Tem do Văn phòng phát hành"
LONGEST_SECONDS_AWAY = 2.0


def disturb(server: PostgresqlServer, chance: random.Random) -> None:
    """Stop, kill or freeze a server for a while."""
    seconds = chance.uniform(0, LONGEST_SECONDS_AWAY)
    act = chance.choice(("stop", "kill", "freeze"))
    print(f"{act} for {seconds:.2f} s")
    if act == "freeze":
        server.sleep(seconds)
        return
    (server.stop if act == "stop" else server.kill)()
    try:
        time.sleep(seconds)
    finally:
        server.start()


def test_a_database_that_comes_and_goes_misleads_nobody(
    shared_batch: DisturbedBatch, postgresql_server: PostgresqlServer, chance: random.Random
) -> None:
    over = Event()
    with disturbed_service(shared_batch) as service, ThreadPoolExecutor(4) as people:
        service.wait_until_answers()
        askers = [Asker(service, path, True, over) for path in (f"/{service.code}", "/", "/register", "/login")]
        asking = [people.submit(asker.until_over) for asker in askers]
        try:
            for _ in range(2):
                shared_batch.wait_for_parts(shared_batch.summary().parts_done + chance.randint(0, 2))
                time.sleep(chance.uniform(0, 0.3))
                disturb(postgresql_server, chance)
            shared_batch.wait_for_end()
        finally:
            over.set()
        for each in asking:
            each.result(30)
        service.wait_until_answers()

    scans = askers[0]
    assert [fault for asker in askers for fault in asker.faults] == []
    assert {answer for asker in askers for answer in asker.answers} <= {200, 503}
    assert all(GENUINE in text for text in scans.texts.get(503, ()))
    assert len(scans.texts[200]) > 0
    assert shared_batch.differences() == []
