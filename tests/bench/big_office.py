"""Lists of a big office: how long the server takes for each page, on SQLite and on PostgreSQL.

    python -m tests.bench.big_office                      both databases, 200,000 products, 10,000,000 scans
    python -m tests.bench.big_office --products 20000 --scans 100000 --only sqlite
    python -m tests.bench.big_office --keep /var/tmp/big  what was built before is measured again
    python -m tests.bench.big_office --keep /var/tmp/big --pages register       each address of some lists

Of each list (``tests/bench/asked_lists.py``) the slowest address is printed: its first answer (the first address of a
list is asked for in a new process), the median of the next ones, their CPU in this process and in PostgreSQL's, and
how much of it SQL took until its first rows. The database is read once before, so that nobody waits for the disk.
Then scans of this office are compared with those of a small one. The last line says what took more than 200 ms.
"""

from __future__ import annotations

import argparse
import os
import pickle
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from labelsvc.domain.account import Account, Role
from labelsvc.domain.api_scope import scopes_of
from labelsvc.storage.db.database import Database
from labelsvc.web.desk.limits import limiter
from labelsvc.web.server.preload import load_desk
from tests.bench.asked_lists import ADMINISTRATOR, ANYBODY, CLERK, LISTS, MACHINE, PRODUCER, addresses
from tests.bench.big_scans import compare_scans
from tests.conftest import started_postgresql
from tests.offices.big_office import OfficeSize, fill_office
from tests.offices.desk_office import DeskClient, DeskOffice

LIMIT_MS = 200
SETTINGS = ("shared_buffers=512MB", "max_wal_size=4GB", "autovacuum=on", "synchronous_commit=on")
"""As a server has them. After a commit that nobody waits for, VACUUM finds no row to be there for everybody."""
WARM = 3
OF_PRODUCER = "htx@chuthe.vn"
KEPT_DATABASE = "test_1"
Get = Callable[[str], Any]


class BigDesk(DeskOffice):
    """The staff application over an office that is there already, or is filled now."""

    def add(self, email: str, role: Role, producer_id: int | None = None) -> Account:
        found = self.services.accounts.credentials(email)
        return found.account if found else super().add(email, role, producer_id)


@dataclass
class SqlClock:
    """How long statements took until their first rows."""

    seconds: float = 0.0
    statements: int = 0
    _began: list[float] = field(default_factory=list)

    def watch(self, engine: Any) -> None:
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def _before(self, *_: object) -> None:
        self._began.append(time.perf_counter())

    def _after(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began.pop()
        self.statements += not statement.startswith("BEGIN")  # PostgreSQL's driver sends its own unseen


@dataclass(frozen=True, slots=True)
class PageTimes:
    """What a page took: milliseconds, and statements."""

    path: str
    first: float
    warm: float
    cpu: float
    sql: float
    statements: int

    @property
    def slowest(self) -> float:
        """The milliseconds that count."""
        return max(self.first, self.warm)

    def __str__(self) -> str:
        times = "".join(f"{each:>6.0f} ms" for each in (self.first, self.warm, self.cpu, self.sql))
        return f"{self.path:<74}{times}{self.statements:>6}{'' if self.slowest < LIMIT_MS else '  over'}"


def main() -> None:
    """Build the offices, ask for every page, print."""
    given = _arguments()
    size = OfficeSize(products=given.products, scans=given.scans, audit=given.audit)
    print(
        f"{size.products:,} products, {size.batches:,} batches, {size.scans:,} stamps scanned, {size.audit:,} changes"
    )
    over: list[str] = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory())) if given.keep is None else given.keep
        scratch.mkdir(parents=True, exist_ok=True)
        for name in ("SQLite", "PostgreSQL") if not given.only else (given.only,):
            url, small = "", ""
            if name == "PostgreSQL":
                url, small = given.postgresql or stack.enter_context(_kept_cluster(scratch / "cluster"))
            office = _filled(scratch / name.lower(), url, size)
            over += [f"{name}: {path}" for path in measure(name, office, given.pages)]
            if not given.pages:
                compare_scans(name, office.services, scratch / f"{name.lower()}-small", small)
            office.services.close()
    print(f"over {LIMIT_MS} ms: {'; '.join(over) or 'none'}")


def _arguments() -> argparse.Namespace:
    usual = OfficeSize()
    parser = argparse.ArgumentParser(description="Measure the lists of a big office.")
    parser.add_argument("--products", type=int, default=usual.products)
    parser.add_argument("--scans", type=int, default=usual.scans)
    parser.add_argument("--audit", type=int, default=usual.audit)
    parser.add_argument("--only", type=_database, metavar="DATABASE", help="sqlite or postgresql")
    parser.add_argument(
        "--postgresql", metavar="URL", nargs=2, help="databases of yours, for the big office and a small one"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="build there, or measure what is there")
    parser.add_argument("--pages", default="", metavar="PATTERN", help="measure only addresses that match, print each")
    return parser.parse_args()


def _database(given: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[given.lower()]


@contextmanager
def _kept_cluster(folder: Path) -> Iterator[tuple[str, str]]:
    """Run a cluster, and give the URLs of its database for the big office and of another one."""
    there = (folder / "data").exists()
    with started_postgresql(folder, *SETTINGS) as cluster:
        big = cluster.url(KEPT_DATABASE) if there else cluster.new_database()
        cluster.run("DROP DATABASE IF EXISTS small")
        cluster.run("CREATE DATABASE small")
        yield big, cluster.url("small")


def measure(name: str, office: BigDesk, pattern: str) -> list[str]:
    """Print what the lists take over one database; return the addresses that took too long."""
    clock, server = SqlClock(), ServerCpu(office.services.database)
    clock.watch(office.services.database.engine)
    print(f"\n{name:<74}{'first':>9}{'next':>9}{'CPU':>9}{'SQL':>9}  statements")
    load_desk(office.services)  # as ``labelsvc serve`` does before it forks
    over, asked = [], 0
    with _clients(office) as clients:
        for endpoint, (who, _, _) in LISTS.items():
            wanted = [path for path in addresses(endpoint) if re.search(pattern, path)]
            times = [_page(clients[who], path, clock, server, new=path == wanted[0]) for path in wanted]
            for each in times if pattern else sorted(times, key=lambda each: -each.slowest)[:1]:
                print(each, flush=True)
            over += [each.path for each in times if each.slowest >= LIMIT_MS]
            asked += len(times)
    print(f"{asked} addresses of {len(LISTS)} lists; {len(over)} over {LIMIT_MS} ms on {name}")
    return over


def _filled(folder: Path, url: str, size: OfficeSize) -> BigDesk:
    """Return the office, filled, with the list of today, in the memory of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    if url:
        Database.open(url).close()  # PostgreSQL's of an older version is upgraded by command alone
    office = BigDesk(folder, url)
    database = office.services.database
    with database.reading() as connection:
        filled = connection.scalar(text("SELECT count(*) FROM products"))
        epoch = connection.scalar(text("SELECT id FROM epochs WHERE issues"))
    start = time.perf_counter()
    if not filled:
        fill_office(database, epoch or 1, office.now, size)
    office.services.product_lists.keep_for(office.office.today)  # as the worker does
    if database.dialect == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # as autovacuum has done some minutes after an import
    print(f"made ready in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    for file in folder.glob("home/*.db*"):
        _read(file)
    office.add(OF_PRODUCER, Role.PRODUCER, 7)
    return office


def _read(file: Path) -> None:
    with file.open("rb") as stream:
        while stream.read(1 << 24):
            pass


@contextmanager
def _clients(office: BigDesk) -> Iterator[dict[str, Get]]:
    limiter.enabled = False
    token = office.token(Role.CLERK, *scopes_of(Role.CLERK))
    bearer = DeskClient(office.app.test_client())
    yield {
        ADMINISTRATOR: office.client(Role.ADMINISTRATOR).get,
        CLERK: office.client(Role.CLERK).get,
        PRODUCER: office.client(OF_PRODUCER).get,
        ANYBODY: office.client().get,
        MACHINE: lambda path: bearer.get(path, headers=token),
    }
    limiter.enabled = True


@dataclass(frozen=True)
class ServerCpu:
    """What PostgreSQL's processes took for this office, in seconds; nothing where they are another machine's."""

    database: Database

    def seconds(self) -> float:
        if self.database.dialect == "sqlite":
            return 0.0
        with self.database.reading() as connection:
            numbers = connection.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
            used = [Path(f"/proc/{number}/schedstat") for number in numbers]
        return sum(int(each.read_text().split()[0]) for each in used if each.exists()) / 1e9


def _page(get: Get, path: str, clock: SqlClock, server: ServerCpu, *, new: bool) -> PageTimes:
    """Measure a page; ``new``: its first answer is that of a new process."""
    first = in_new_process(lambda: _seconds(get, path)) if new else _seconds(get, path)
    times, cpus, sql = [], [], []
    for _ in range(WARM):
        clock.seconds, clock.statements = 0.0, 0
        before, cpu = server.seconds(), time.process_time()
        times.append(_seconds(get, path))
        cpus.append(time.process_time() - cpu)
        statements = clock.statements
        cpus[-1] += server.seconds() - before
        sql.append(clock.seconds)
    warm, cpu_time, sql_time = (statistics.median(each) * 1000 for each in (times, cpus, sql))
    return PageTimes(path, first * 1000, warm, cpu_time, sql_time, statements)


def _seconds(get: Get, path: str) -> float:
    start = time.perf_counter()
    answer = get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return time.perf_counter() - start


def in_new_process(act: Callable[[], float]) -> float:
    """Return what an act returns in a process that was just begun: no page was drawn there, no connection is open."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(act(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        given = pipe.read()
    os.waitpid(child, 0)
    return float(pickle.loads(given))


if __name__ == "__main__":
    main()
