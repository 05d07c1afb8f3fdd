"""Fixtures that tests share: a database of either kind for each test."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from labelsvc.log_context import begin_work
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.engine import make_engine as engine_module
from tests.offices.children import children_of
from tests.offices.chromium import CHROMIUM, started_chromium
from tests.offices.compiled_statements import create_sharing_engine
from tests.offices.object_store import ObjectStore
from tests.offices.prepared_databases import empty_postgresql, put_sqlite
from tests.offices.seaweed_store import SeaweedStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STARTING_SECONDS = 30
CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")
"""Settings of a cluster that nobody wants back after a crash."""

MEMORY = Path("/dev/shm")
LEAST_ROOM = 2 << 30

if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > LEAST_ROOM:
    # Databases and batches are synced to the disk at every step; in memory nobody waits for it.
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# How busy the machine is proves nothing; where 25 examples are too few, a test says so.
hypothesis.settings.register_profile("labelsvc", deadline=None, max_examples=25)
hypothesis.settings.load_profile("labelsvc")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without the garbage collector: modules are imported for good, and looking at them again takes a tenth."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files that need a browser first: one worker starts one, and no core is idle while the other ends with it."""
    files = {item.path for item in items if "chromium" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in files)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave thousands of collected tests alone: looking at them took 7 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    atexit.register(gc.unfreeze)  # the end finds them; pytest, which looks at all five times before it, need not


def pytest_runtest_setup() -> None:
    """Let each test begin without work at hand: a request answered in this thread stays there until the next one."""
    begin_work()


def missing(what: str) -> None:
    """Skip a test that needs what is not installed; where tests must be complete, fail it."""
    if os.environ.get("CI") == "true" or os.environ.get("LABELSVC_CI") in ("1", "true"):
        pytest.fail(what)
    pytest.skip(what)


@dataclass(frozen=True)
class PostgresqlServer:
    """A cluster of the test run's own, on a Unix socket that nobody else sees."""

    binaries: Path
    folder: Path
    numbers: Iterator[int]
    settings: tuple[str, ...] = CARELESS
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def owner(self) -> dict[str, str]:
        """Whose process it is: it refuses to run as root."""
        return {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "shared_buffers=16MB",
            *self.settings,
        ]
        command = [self.binaries / "postgres", "-D", self.folder / "data"]
        command += [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.started.append(subprocess.Popen(command, stderr=log, cwd=self.folder, **self.owner))
        wait_for(self.binaries, self.folder, self.started[-1])

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        server = self.started.pop()
        server.send_signal(signal.SIGINT)
        server.wait(STARTING_SECONDS)

    def kill(self) -> None:
        """Kill it, with all of its processes at one moment; it recovers at its next start."""
        server = self.started.pop()
        for process in (server.pid, *children_of(server.pid)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        server.wait(STARTING_SECONDS)

    def sleep(self, seconds: float) -> None:
        """Let it hang for so long: it keeps its connections and answers nothing."""
        server = self.started[-1].pid
        os.kill(server, signal.SIGSTOP)
        stopped = children_of(server)
        try:
            for process in stopped:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
            time.sleep(seconds)
        finally:
            for process in (*stopped, server):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def new_database(self, template: str = "template0") -> str:
        """Make a database and return its URL."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def run(self, statement: str, database: str = "postgres") -> str:
        command = [self.binaries / "psql", "-h", self.folder, "-U", "postgres", "-d", database, "-qAt", "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    @staticmethod
    def name_in(url: str) -> str:
        """Return the name of the database that a URL is of."""
        return url.split("/")[3].partition("?")[0]

    def dump(self, url: str) -> str:
        """Return the schema of a database as SQL."""
        command = [self.binaries / "pg_dump", "-h", self.folder, "-U", "postgres", "-s", self.name_in(url)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def postgresql_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL that is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@pytest.fixture(autouse=True, scope="session")
def compiled_once() -> Iterator[None]:
    """Compile a statement once in a process; tests took a twelfth of their time to compile it for each database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "create_engine", create_sharing_engine)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    if postgresql_binaries() is None:
        missing("PostgreSQL is not installed (no initdb): apt-get install postgresql")
        return
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'psycopg[binary]'")
    folder = Path(tempfile.mkdtemp(prefix="labelsvc-postgresql-"))
    try:
        with started_postgresql(folder) as cluster:
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started_postgresql(folder: Path, *settings: str) -> Iterator[PostgresqlServer]:
    """Run a cluster in a folder of its own, a new one if there is none.

    ``settings`` hold beside those of all tests, or instead of them.
    """
    binaries = postgresql_binaries()
    assert binaries
    folder.mkdir(exist_ok=True)
    cluster = PostgresqlServer(binaries, folder, count(1), (*CARELESS, *settings))
    if cluster.owner:
        shutil.chown(folder, **cluster.owner)
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    if not (folder / "data").exists():
        subprocess.run([*initdb, "--no-locale", "-N"], check=True, capture_output=True, cwd=folder, **cluster.owner)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def wait_for(binaries: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        assert server.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < until, "PostgreSQL does not start"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: PostgresqlServer) -> str:
    """The URL of the PostgreSQL database that tests use one after another."""
    url = postgresql_server.new_database()
    Database.open(url).close()
    return url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once in a process."""
    if not CHROMIUM.exists():
        missing("Chromium is not installed: apt-get install chromium")
    with started_chromium() as started:
        yield started


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium; what a test opens in it is closed, with the connections that a service would wait for."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that has no tables yet, once of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'labelsvc.db'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with its tables and nothing in them, once of either kind."""
    if request.param == "sqlite":
        return put_sqlite(tmp_path / "home" / "labelsvc.db")
    url: str = request.getfixturevalue("postgresql_url")
    empty_postgresql(url)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with its tables and nothing in them."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """A store that speaks S3, with a bucket; this process's environment says where it is."""
    kind = SeaweedStore if os.environ.get("OBJECT_STORE") == "weed" else ObjectStore
    if lacking := kind.lacking():
        missing(f"no object store can be started without {lacking} (Debian: ceph-mon, ceph-osd, radosgw, ceph-common)")
    store = kind(tmp_path_factory.mktemp("store") / "servers")
    environment = pytest.MonkeyPatch()
    try:
        store.start()
        for name, value in store.environment.items():
            environment.setenv(name, value)
        store.make_bucket()
        yield store
    finally:
        environment.undo()
        store.stop()
