"""Lists of a big office: how long the server takes for each page, on SQLite and on PostgreSQL.

    python -m tests.bench.big_office                      both databases, 200,000 products, 10,000,000 scans
    python -m tests.bench.big_office --products 20000 --scans 100000 --only sqlite
    python -m tests.bench.big_office --keep /var/tmp/big  what was built before is measured again

Printed of each page: the first answer of a process, the median of the next ones, and how much of it SQL took until its
first rows. What is over 200 ms is marked.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from labelsvc.domain.account import Account, Role
from labelsvc.domain.api_scope import scopes_of
from labelsvc.web.desk.limits import limiter
from tests.conftest import started_postgresql
from tests.offices.big_office import OfficeSize, fill_office
from tests.offices.desk_office import DeskClient, DeskOffice

LIMIT_MS = 200
MEMORY = ("shared_buffers=512MB", "max_wal_size=4GB", "autovacuum=on")
WARM = 5
PRODUCER = "htx@chuthe.vn"
ADMINISTRATOR, CLERK, OF_PRODUCER, MACHINE, ANYBODY = "administrator", "clerk", "producer", "api", "anybody"

PAGES: tuple[tuple[str, str], ...] = (
    (CLERK, "/office/"),
    *((CLERK, f"/office/products?{asked}") for asked in (
        "", "page=100", "page=4000", "sort=producer", "sort=producer&page=4000", "sort=last_day",
        "sort=last_day&page=2000",
        "sort=last_day&page=4000", "sort=stars-down", "sort=stars-down&page=4000", "sort=stars", "standing=holds",
        "standing=holds&page=2000", "standing=expired", "standing=expired&page=500", "standing=none",
        "standing=suspended", "standing=not_yet", "standing=withdrawn", "standing=extended", "standing=in_force",
        "stars=3", "stars=5", "stars=4&standing=holds&sort=last_day", "within=90", "within=90&sort=last_day",
        "group=food", "group=food&standing=holds", "group=food&page=1500", "district=Ba+Vì", "trace=lacks",
        "trace=whole",
        "trace=lacks&page=1000", "trace=lacks&standing=holds",
        "district=Ba+Vì&commune=Minh+Châu&standing=holds&sort=stars-down", "producer=7",
        "words=mien+dong", "words=che+lam+gia+truyen", "words=hop+tac+xa", "words=hop+tac+xa&page=500",
        "words=mau+123456", "words=khongcogi", "words=a", "words=cong+ty&standing=holds&sort=last_day",
        "words=ruou&group=drink&stars=4", "words=mau&page=4000",
    )),
    (CLERK, "/office/producers"), (CLERK, "/office/producers?page=40"), (CLERK, "/office/producers?words=hop+tac+xa"),
    (CLERK, "/office/producers?words=ba+vi"),
    (CLERK, "/office/batches"), (CLERK, "/office/batches?page=100"), (CLERK, "/office/batches?state=ready"),
    (CLERK, "/office/batches?state=held&page=2"), (CLERK, "/office/batches?since=2026-11-01"),
    (CLERK, "/office/batches/running"),
    (CLERK, "/office/audit"), (CLERK, "/office/audit?page=100"), (CLERK, "/office/audit?page=9999"),
    (CLERK, "/office/audit?subject=batch"), (CLERK, "/office/audit?subject=product&page=4000"),
    (CLERK, "/office/audit?who=canbo7@"), (CLERK, "/office/audit?who=canbo7@&page=200"),
    (CLERK, "/office/audit?who=khongco"), (CLERK, "/office/audit?since=2026-11-01&until=2026-11-20"),
    (CLERK, "/office/audit?subject=batch&who=canbo7@&since=2026-11-01"),
    (CLERK, "/office/alarms"), (CLERK, "/office/alarms?page=300"),
    (CLERK, "/office/stamp-orders"), (CLERK, "/office/stamp-orders?state=printed"),
    (CLERK, "/office/stamp-orders?page=100"),
    (CLERK, "/office/proposals"), (CLERK, "/office/design-copies"), (CLERK, "/office/designs"),
    (CLERK, "/office/stocks"), (CLERK, "/office/places"), (CLERK, "/office/import"),
    (ADMINISTRATOR, "/office/accounts"), (ADMINISTRATOR, "/office/accounts/producer-names?producer=cong+ty"),
    (CLERK, "/office/designs/tem-25x35/studio/products?words=mien"),
    (CLERK, "/office/products/77"),
    (ANYBODY, "/register"), (ANYBODY, "/register?page=100"), (ANYBODY, "/register?page=3000"),
    (ANYBODY, "/register?stars=4"), (ANYBODY, "/register?group=food"), (ANYBODY, "/register?sort=last_day"),
    (ANYBODY, "/register?sort=stars-down&page=500"), (ANYBODY, "/register?words=mien+dong"),
    (ANYBODY, "/register?words=hop+tac+xa"), (ANYBODY, "/register?district=Ba+Vì"),
    (ANYBODY, "/register/register.csv"), (ANYBODY, "/register/register.json"),
    (OF_PRODUCER, "/producer/"), (OF_PRODUCER, "/producer/orders"), (OF_PRODUCER, "/producer/designs"),
    (MACHINE, "/api/v1/products"), (MACHINE, "/api/v1/products?page=1000&per_page=200"),
    (MACHINE, "/api/v1/products?words=mien+dong"), (MACHINE, "/api/v1/products?standing=expired"),
    (MACHINE, "/api/v1/batches"), (MACHINE, "/api/v1/batches?page=30"), (MACHINE, "/api/v1/stamp-orders"),
    (MACHINE, "/api/v1/proposals"), (MACHINE, "/api/v1/imports"), (ANYBODY, "/api/v1/register"),
    (ANYBODY, "/api/v1/register?page=500&per_page=200"), (ANYBODY, "/api/v1/register?words=che+lam"),
)  # fmt: skip


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

    def _after(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began.pop()
        self.statements += 1


@dataclass(frozen=True, slots=True)
class PageTimes:
    """What a page took: milliseconds, and statements."""

    first: float
    warm: float
    cpu: float
    sql: float
    statements: int


def main() -> None:
    """Build the offices, ask for every page, print."""
    given = _arguments()
    size = OfficeSize(products=given.products, scans=given.scans, audit=given.audit)
    print(
        f"{size.products:,} products, {size.batches:,} batches, {size.scans:,} stamps scanned, {size.audit:,} changes"
    )
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory())) if given.keep is None else given.keep
        if given.only != "postgresql":
            measure("SQLite", scratch / "sqlite", "", size, given.pages)
        if given.only != "sqlite":
            url = given.postgresql
            if not url:
                url = stack.enter_context(started_postgresql(scratch / "cluster", *MEMORY)).new_database()
            measure("PostgreSQL", scratch / "postgresql", url, size, given.pages)


def _arguments() -> argparse.Namespace:
    usual = OfficeSize()
    parser = argparse.ArgumentParser(description="Measure the lists of a big office.")
    parser.add_argument("--products", type=int, default=usual.products)
    parser.add_argument("--scans", type=int, default=usual.scans)
    parser.add_argument("--audit", type=int, default=usual.audit)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="")
    parser.add_argument("--postgresql", metavar="URL", default="", help="a database of yours instead of a new cluster")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="build there, or measure what is there")
    parser.add_argument("--pages", default="", metavar="PATTERN", help="measure only addresses that match")
    return parser.parse_args()


def measure(name: str, folder: Path, url: str, size: OfficeSize, pattern: str) -> None:
    """Print what each page takes over one database."""
    folder.mkdir(parents=True, exist_ok=True)
    office = _filled(folder, url, size)
    clock = SqlClock()
    clock.watch(office.services.database.engine)
    print(f"\n{name:<74}{'first':>9}{'next':>9}{'CPU':>9}{'SQL':>9}  statements")
    over = []
    with _clients(office) as clients:
        for who, path in PAGES:
            if pattern and not re.search(pattern, path):
                continue
            took = _page(clients[who], path, clock)
            mark = "" if max(took.first, took.warm) < LIMIT_MS else "  over"
            over += [path] if mark else []
            times = "".join(f"{each:>6.0f} ms" for each in (took.first, took.warm, took.cpu, took.sql))
            print(f"{path:<74}{times}{took.statements:>6}{mark}", flush=True)
    print(f"{len(over)} pages over {LIMIT_MS} ms on {name}")
    office.services.close()


def _filled(folder: Path, url: str, size: OfficeSize) -> BigDesk:
    office = BigDesk(folder, url)
    with office.services.database.reading() as connection:
        filled = connection.scalar(text("SELECT count(*) FROM products"))
        epoch = connection.scalar(text("SELECT id FROM epochs WHERE issues"))
    if not filled:
        start = time.perf_counter()
        fill_office(office.services.database, epoch or 1, office.now, size)
        print(f"built in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    office.add(PRODUCER, Role.PRODUCER, 7)
    return office


@contextmanager
def _clients(office: BigDesk) -> Iterator[dict[str, Any]]:
    limiter.enabled = False
    token = office.token(Role.CLERK, *scopes_of(Role.CLERK))
    bearer = DeskClient(office.app.test_client())
    yield {
        ADMINISTRATOR: office.client(Role.ADMINISTRATOR).get,
        CLERK: office.client(Role.CLERK).get,
        OF_PRODUCER: office.client(PRODUCER).get,
        ANYBODY: office.client().get,
        MACHINE: lambda path: bearer.get(path, headers=token),
    }
    limiter.enabled = True


def _page(get: Any, path: str, clock: SqlClock) -> PageTimes:
    times, cpus, sql = [], [], []
    for _ in range(WARM + 1):
        clock.seconds, clock.statements = 0.0, 0
        start, cpu = time.perf_counter(), time.process_time()
        answer = get(path)
        times.append(time.perf_counter() - start)
        cpus.append(time.process_time() - cpu)
        sql.append(clock.seconds)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    warm, cpu_time, sql_time = (statistics.median(each[1:]) * 1000 for each in (times, cpus, sql))
    return PageTimes(times[0] * 1000, warm, cpu_time, sql_time, clock.statements)


if __name__ == "__main__":
    main()
