"""PostgreSQL is stopped and started again in the middle of a batch: workers wait, and nothing is printed otherwise."""

from __future__ import annotations

import random
import time

import pytest

from tests.conftest import PostgresqlServer
from tests.offices.disturbed_batch import DisturbedBatch

pytestmark = pytest.mark.faults


def test_a_database_that_restarts_stops_no_batch(
    shared_batch: DisturbedBatch, postgresql_server: PostgresqlServer, chance: random.Random
) -> None:
    with shared_batch.worker():
        for _ in range(3):
            shared_batch.wait_for_parts(shared_batch.summary().parts_done + 1)
            time.sleep(chance.random() / 3)
            postgresql_server.stop()
            try:
                time.sleep(chance.random())
            finally:
                postgresql_server.start()
        shared_batch.wait_for_end()

    assert shared_batch.differences() == []
