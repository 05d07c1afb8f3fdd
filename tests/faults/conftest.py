"""One batch for all tests of a process, on SQLite and on PostgreSQL: it takes seconds to print it undisturbed."""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.conftest import PostgresqlServer
from tests.offices.disturbed_batch import DisturbedBatch


@pytest.fixture(scope="session")
def kept_batch(tmp_path_factory: pytest.TempPathFactory) -> DisturbedBatch:
    return DisturbedBatch(tmp_path_factory.mktemp("disturbed"))


@pytest.fixture
def batch(kept_batch: DisturbedBatch) -> DisturbedBatch:
    """A batch that waits, on SQLite."""
    kept_batch.set_back()
    return kept_batch


@pytest.fixture(scope="session")
def kept_shared_batch(postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> DisturbedBatch:
    folder = tmp_path_factory.mktemp("disturbed-shared")
    return DisturbedBatch(folder, DATABASE=postgresql_server.new_database())


@pytest.fixture
def shared_batch(kept_shared_batch: DisturbedBatch) -> DisturbedBatch:
    """A batch that waits, on PostgreSQL, for workers of several machines."""
    kept_shared_batch.set_back()
    return kept_shared_batch


ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat what depends on chance, each round with the next seed."""
    if "chance" in metafunc.fixturenames and ROUNDS > 1:
        metafunc.parametrize("chance", range(ROUNDS), indirect=True)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """What other runs, and other rounds of a run, choose otherwise."""
    seed = int(os.environ.get("FAULTS_SEED", time.time_ns() % 1_000_000)) + getattr(request, "param", 0)
    print(f"FAULTS_SEED={seed}")
    return random.Random(seed)
