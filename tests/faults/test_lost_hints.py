"""What the queue knows is lost, spoiled or away: the database knows what is to be done."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from labelsvc.worker.hint_queue import hint_queue
from tests.conftest import PostgresqlServer
from tests.offices.disturbed_batch import DisturbedBatch
from tests.offices.redis_server import redis_server

pytestmark = pytest.mark.faults

LONGEST_SECONDS_AWAY = 1.5
Acts = Sequence[Callable[[], object]]


def of_file(home: Path, chance: random.Random) -> Acts:
    """Return what may become of a queue in a file of the home."""

    def remove() -> None:
        for path in home.glob("queue.db*"):
            path.unlink()

    def spoil() -> None:
        for path in home.glob("queue.db*"):
            path.write_bytes(chance.randbytes(5000))

    return remove, spoil


@contextmanager
def in_redis(folder: Path, chance: random.Random) -> Iterator[tuple[str, Acts]]:
    """Give the URL of a queue in a Redis, and what may become of it."""
    with redis_server(folder) as server:

        def restart() -> None:
            server.stop()
            time.sleep(chance.uniform(0, LONGEST_SECONDS_AWAY))
            server.start()

        def hang() -> None:
            server.sleep(chance.uniform(0, LONGEST_SECONDS_AWAY))

        yield server.url, (server.empty, restart, hang)


@contextmanager
def in_postgresql(server: PostgresqlServer, chance: random.Random) -> Iterator[tuple[str, Acts]]:
    """Give the URL of a queue in a PostgreSQL that has nothing else, and what may become of it."""
    url = server.new_database()
    name = server.name_in(url)

    def empty() -> None:
        server.run("TRUNCATE labelsvc_queue_task", name)

    def drop() -> None:
        server.run("DROP TABLE IF EXISTS labelsvc_queue_task CASCADE", name)
        hint_queue(url, Path).storage.close()  # as the next worker or web process does that begins

    def restart() -> None:
        server.stop()
        time.sleep(chance.uniform(0, LONGEST_SECONDS_AWAY))
        server.start()

    def hang() -> None:
        server.sleep(chance.uniform(0, LONGEST_SECONDS_AWAY))

    yield url, (empty, drop, restart, hang)


@contextmanager
def some_queue(
    batch: DisturbedBatch, server: PostgresqlServer, chance: random.Random, folder: Path
) -> Iterator[tuple[str, Acts]]:
    """Give the URL of a queue of one kind or another, and what may become of it."""
    kind = chance.choice(("file", "redis", "postgresql"))
    print(kind)
    if kind == "file":
        yield "", of_file(batch.office.folder / "home", chance)
    elif kind == "redis":
        with in_redis(folder, chance) as queue:
            yield queue
    else:
        with in_postgresql(server, chance) as queue:
            yield queue


def test_whatever_becomes_of_the_queue_each_part_is_printed_once(
    batch: DisturbedBatch, postgresql_server: PostgresqlServer, chance: random.Random, tmp_path: Path
) -> None:
    with some_queue(batch, postgresql_server, chance, tmp_path) as (url, acts), batch.worker(LABELSVC_QUEUE=url):
        for _ in range(3):
            batch.wait_for_parts(batch.summary().parts_done + chance.randint(1, 3))
            time.sleep(chance.uniform(0, 0.3))
            act = chance.choice(acts)
            print(act)
            act()
        batch.wait_for_end()

    assert batch.claims() == [1] * 16
    assert batch.differences() == []
