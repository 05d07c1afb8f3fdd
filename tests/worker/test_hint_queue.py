"""Where hints wait, and what a worker does while the queue's server is away."""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import signal
import time
from pathlib import Path

import pytest
from huey import PostgresHuey, PriorityRedisHuey, SqliteHuey

from labelsvc.config import Settings
from labelsvc.domain.errors import InvalidValue, ServingRefused
from labelsvc.worker.hint_format import LONGEST_BYTES, HintFormat, NoHint
from labelsvc.worker.hint_queue import QUEUE_TROUBLES, hint_queue, queue_size
from labelsvc.worker.print_queue import PrintQueue
from tests.conftest import PostgresqlServer
from tests.offices.print_worker import ordered, waited, worker
from tests.offices.printing_office import PrintingOffice
from tests.offices.redis_server import redis_server
from tests.samples.generator import make_records


def test_without_a_setting_hints_wait_in_a_file_of_the_home(tmp_path: Path) -> None:
    queue = hint_queue("", lambda: tmp_path / "queue.db")

    assert isinstance(queue, SqliteHuey)
    assert queue_size(queue) == 0
    queue.storage.close()


@pytest.mark.parametrize("url", ["amqp://localhost", "memory://", "redis", "sqlite:///queue.db"])
def test_a_queue_of_another_kind_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"config\.url") as refused:
        Settings.read({"LABELSVC_QUEUE": url})

    kind, separator, _ = url.partition("://")
    facts = refused.value.problems[0].facts
    assert (facts["variable"], facts["value"]) == ("LABELSVC_QUEUE", kind if separator else "…")


def test_a_queue_whose_server_is_away_stops_no_order(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    office = PrintingOffice(tmp_path, settings={"QUEUE": "redis://:geheim@127.0.0.1:9/0"})

    queue = PrintQueue(office.services)
    queue.enqueue()
    queue.empty()
    queue.look()
    queue.enqueue()

    assert caplog.text.count("the queue takes no hints (ConnectionError)") == 1
    assert "geheim" not in caplog.text


def test_a_home_that_takes_no_files_stops_nobody(tmp_path: Path) -> None:
    def no_file() -> Path:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(tmp_path / "read-only" / "queue.db"))

    queue = hint_queue("", no_file)

    assert queue_size(queue) == 0
    with pytest.raises(QUEUE_TROUBLES):
        queue.dequeue()


@pytest.mark.parametrize("content", [b"no database" * 500, b"SQLite format 3\0" + bytes(4_080)])
def test_a_damaged_file_of_hints_is_made_anew(tmp_path: Path, content: bytes) -> None:
    queue = hint_queue("", lambda: tmp_path / "queue.db")
    queue.storage.close()
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"queue.db{end}").write_bytes(content)

    queue = hint_queue("", lambda: tmp_path / "queue.db")
    queue.storage.enqueue(b"{}")

    assert queue_size(queue) == 1
    queue.storage.close()


@pytest.mark.parametrize("content", [None, b"", b"no database" * 5_000, b"SQLite format 3\0" + bytes(20_000)])
def test_a_file_of_hints_damaged_in_use_is_made_anew(tmp_path: Path, content: bytes | None) -> None:
    services = PrintingOffice(tmp_path).services
    queue, of_another = PrintQueue(services), PrintQueue(services)
    for each in (queue, of_another):
        each.enqueue()
    others = {path.name for path in services.home.glob("queue.db-*")}

    if content is None:
        (services.home / "queue.db").unlink()
    else:
        (services.home / "queue.db").write_bytes(content)
    for each in (queue, of_another):
        each.enqueue()
    waiting = queue_size(queue.huey)
    for each in (queue, of_another):
        each.huey.storage.close()

    assert waiting == 2
    assert (services.home / "queue.db").stat().st_mode & 0o077 == 0
    assert not others & {"queue.db-wal", "queue.db-shm"}, "emptied in use they would kill the process"


def test_a_file_of_hints_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    before = SqliteHuey("labelsvc", filename=str(tmp_path / "queue.db"), serializer=HintFormat())
    before.storage.enqueue(b"{}")
    before.storage.close()

    queue = hint_queue("", lambda: tmp_path / "queue.db")

    assert queue_size(queue) == 1
    queue.storage.close()


def test_a_file_of_hints_that_cannot_be_opened_stops_nobody(tmp_path: Path) -> None:
    queue = hint_queue("", lambda: tmp_path)

    with pytest.raises(QUEUE_TROUBLES):
        queue.storage.enqueue(b"{}")

    assert queue_size(queue) == 0


@pytest.mark.parametrize(
    "url",
    [
        "redis://:geheim/1@127.0.0.1:9/0",
        "redis://:geheim@127.0.0.1:port/0",
        "redis://:geheim@127.0.0.1:9?socket_timeout=geheim",
        "redis://:geheim@127.0.0.1:9?geheim=geheim",
        "redis://:geheim@[::1",
    ],
)
def test_a_queue_of_no_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ServingRefused, match=r"config\.queue_url") as refused:
        hint_queue(url, Path)

    assert "geheim" not in str(refused.value)
    assert refused.value.__suppress_context__, "no traceback tells it either"


def test_servers_are_known_by_their_urls(postgresql_server: PostgresqlServer) -> None:
    redis = hint_queue("redis://127.0.0.1:9/0", Path)
    postgresql = hint_queue(postgresql_server.new_database().replace("postgresql", "postgresql+psycopg", 1), Path)

    assert isinstance(redis, PriorityRedisHuey)
    assert isinstance(postgresql, PostgresHuey)
    postgresql.storage.enqueue(b"hint")
    assert queue_size(postgresql) == 1
    postgresql.storage.close()


class _Touch:
    """What a pickle makes of itself: a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_no_bytes_in_the_queue_run_code(tmp_path: Path) -> None:
    queue = PrintQueue(PrintingOffice(tmp_path).services).huey
    touched = tmp_path / "touched"

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        queue.storage.enqueue(pickle.dumps(_Touch(touched), protocol))
        with pytest.raises(NoHint):
            queue.dequeue()

    assert not touched.exists()
    queue.storage.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"[" * LONGEST_BYTES,
        b"[" * 100_000,
        b"null",
        b"[]",
        b'{"task": 1, "numbers": []}',
        b'{"task": "labelsvc.worker.print_queue.plan_order", "numbers": ["1"]}',
        b'{"task": "labelsvc.worker.print_queue.plan_order", "numbers": [true]}',
        b'{"task": "labelsvc.worker.print_queue.plan_order", "numbers": [-1]}',
        b'{"task": "labelsvc.worker.print_queue.plan_order", "numbers": [1e999]}',
        b'{"task": "labelsvc.worker.print_queue.plan_order", "numbers": [99999999999999999999]}',
        b'{"task": "labelsvc.worker.print_queue.plan_order", "numbers": [1], "eta": 1}',
        b'{"task": "os.system", "numbers": [1]}',
    ],
)
def test_what_is_no_hint_is_a_trouble_of_the_queue(tmp_path: Path, content: bytes) -> None:
    queue = PrintQueue(PrintingOffice(tmp_path).services).huey
    queue.storage.enqueue(content)

    with pytest.raises(QUEUE_TROUBLES):
        queue.dequeue()

    assert queue_size(queue) == 0
    queue.storage.close()


def test_an_order_is_hinted_at_by_its_number(tmp_path: Path) -> None:
    queue = PrintQueue(PrintingOffice(tmp_path).services)
    queue.enqueue()
    queue.enqueue_order(7)

    first, second = queue.huey.dequeue(), queue.huey.dequeue()

    assert (first.name, first.args, second.name, second.args) == ("plan_order", (7,), "print_next", ())
    queue.huey.storage.close()


def test_what_no_hint_told_is_hinted_at_by_the_next_look(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    queue = PrintQueue(office.services)
    queue.look()
    before = queue_size(queue.huey)
    ordered(office, office.take(make_records(1, day=office.today)), 4)

    for _ in range(3):
        queue.look()

    assert (before, queue_size(queue.huey)) == (0, 1)
    queue.huey.storage.close()


@pytest.mark.faults
def test_orders_are_printed_while_redis_is_there_gone_and_back(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        office = PrintingOffice(tmp_path / "office", settings={"QUEUE": server.url})
        items = office.take(make_records(1, day=office.today))
        hints = PrintQueue(office.services)
        seconds = []
        with worker(office):
            for act in (None, server.stop, server.start):
                if act:
                    act()
                name = ordered(office, items, 4)
                hints.enqueue()
                begun = time.monotonic()
                assert waited(office, name).state == "ready"
                seconds.append(time.monotonic() - begun)

    assert max(seconds) < 20


@pytest.mark.faults
def test_a_stopped_process_loses_its_part_after_a_lease(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path, settings={"LEASE": "2"})
    name = ordered(office, office.take(make_records(4, day=office.today)), 2_000, proof="none")
    stopped = 0
    with worker(office):
        until = time.monotonic() + 30
        while not stopped and time.monotonic() < until:
            for part in office.services.lost_claims.held_parts():
                stopped = int(part.holder.split()[1])
                os.kill(stopped, signal.SIGSTOP)
            time.sleep(0.02)
        batch = waited(office, name)
        os.kill(stopped, signal.SIGCONT)
        time.sleep(1)

    folder, (made,) = Path(office.services.batches.get(name).folder), office.services.batches.parts(name)
    assert batch.state == "ready"
    assert hashlib.sha256((folder / made.file).read_bytes()).hexdigest() == made.sha256
    assert not [path for path in folder.iterdir() if path.name.startswith(".")], "who lost his claim leaves nothing"
