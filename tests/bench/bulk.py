"""Many products at once: import, import again, preview, plan of printing all, and the kept list, on both databases.

    python -m tests.bench.bulk                                  200,000 products, SQLite and PostgreSQL
    python -m tests.bench.bulk --products 20000 --only sqlite
    python -m tests.bench.bulk --print                          prints a label of each product, too

Printed of each step: CPU seconds of the command with all processes that it started, of PostgreSQL's server, the peak
memory of the largest process, and CPU by product. The yardstick reads the same CSV by Python's csv and inserts it by
one ``executemany`` into one table of SQLite without keys.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.bench.cpu_time import cpu_seconds
from tests.bench.served import COMMAND
from tests.conftest import PostgresqlServer, started_postgresql
from tests.samples.generator import Record, make_records, write_csv

ROWS_A_FILE = 100_000
"""A CSV of 200,000 such rows has 76 MB, and 50 MB is the most of one file."""
MEMORY = ("shared_buffers=512MB", "max_wal_size=4GB", "autovacuum=on")
CHILD_SUBREAPER = 36
"""prctl(2): children whose parents ended are ours, so that their CPU counts."""
BARE = """
import csv, os, sqlite3, sys
database = sqlite3.connect(os.path.join(os.environ["LABELSVC_HOME"], "bare.db"))
for path in sys.argv[1:]:
    _, *rows = csv.reader(open(path, encoding="utf-8-sig", newline=""))
    names = ", ".join(f"c{number}" for number in range(len(rows[0])))
    database.execute(f"CREATE TABLE IF NOT EXISTS bare ({names})")
    database.executemany(f"INSERT INTO bare VALUES ({', '.join('?' * len(rows[0]))})", rows)
database.commit()
"""
LIST = """
from datetime import date
from sqlalchemy import text
from labelsvc.cli.messages import open_services
from labelsvc.storage.products.lists.list_writing import bring_list_to
with open_services().database.writing_many_rows() as connection:
    connection.execute(text("DELETE FROM listed_day"))
    bring_list_to(connection, date.today())
"""


@dataclass(frozen=True, slots=True)
class Office:
    """Where commands run: the environment of an office, and the server of its database."""

    environment: dict[str, str]
    server: PostgresqlServer | None

    def run(self, label: str, command: Sequence[str], products: int) -> None:
        """Run a command and print what it took."""
        before = self._of_server()
        wrapped = [sys.executable, "-m", "tests.bench.bulk", "--measure", *command]
        done = subprocess.run(wrapped, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{label}: {done.stderr[-2000:]}")
        cpu, megabytes = json.loads(done.stdout.splitlines()[-1])
        server = self._of_server() - before
        of_server = f" + {server:6.1f} s of the server" if self.server else ""
        each = (cpu + server) / products * 1000
        print(f"{label:<44}{cpu:>7.1f} s of CPU{of_server}{megabytes:>8,.0f} MB{each:>8.3f} ms a product", flush=True)

    def _of_server(self) -> float:
        """Return the CPU seconds of PostgreSQL: of its first process, and of all that it started."""
        return cpu_seconds({self.server.started[-1].pid}) if self.server else 0.0


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--measure"]:
        return measure(sys.argv[2:])
    given = _arguments()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.scratch)))
        scratch.chmod(0o755)
        files, changed = _write_files(scratch, given.products)
        bare = Office(_environment(scratch / "bare"), None)
        bare.run("csv reads the rows, SQLite inserts them", [sys.executable, "-c", BARE, *files], given.products)
        if given.only != "postgresql":
            _measure_office("SQLite", Office(_environment(scratch / "sqlite"), None), files, changed, given)
        if given.only != "sqlite":
            server = stack.enter_context(started_postgresql(scratch / "cluster", *MEMORY))
            environment = _environment(scratch / "postgresql") | {"LABELSVC_DATABASE": server.new_database()}
            _measure_office("PostgreSQL", Office(environment, server), files, changed, given)
    return None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what is done to all products of a big office at once.")
    parser.add_argument("--products", type=int, default=200_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"), default="")
    parser.add_argument("--print", dest="prints", action="store_true", help="print a label of each product, too")
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help="where everything is built, and removed again")
    return parser.parse_args()


def _measure_office(
    name: str, office: Office, files: Sequence[str], changed: Sequence[str], given: argparse.Namespace
) -> None:
    print(f"\n{name}, {given.products:,} products")
    imports, products = [COMMAND, "import", "--quiet"], given.products
    office.run("preview of an import", [*imports, "--dry-run", *files], products)
    office.run("import", [*imports, *files], products)
    office.run("the kept list, written anew", [sys.executable, "-c", LIST], products)
    office.run("the same import again", [*imports, *files], products)
    office.run("import with 1 % changed", [*imports, *changed], products)
    printing = [COMMAND, "print", "--all", "--quiet", "--stock", "330x480", "--quantity", "1"]
    office.run("plan of printing all", [*printing, "--dry-run"], products)
    if given.prints:
        office.run("printing all, one label each", [*printing, "--processes", "1"], products)


def _environment(home: Path) -> dict[str, str]:
    home.mkdir()
    return {**os.environ, "LABELSVC_HOME": str(home), "LABELSVC_OUTPUT": str(home / "output")}


def _write_files(folder: Path, products: int) -> tuple[list[str], list[str]]:
    """Write the records as CSV files, and again with another storage for one product of a hundred."""
    records = [record | {"GTIN": ""} for record in make_records(products, day=date.today())]
    some = set(random.Random(1).sample(range(products), products // 100))
    others = [record | {"Bảo quản": "Nơi mát"} if i in some else record for i, record in enumerate(records)]
    return _written(folder, "records", records), _written(folder, "changed", others)


def _written(folder: Path, stem: str, records: Sequence[Record]) -> list[str]:
    paths = []
    for number, start in enumerate(range(0, len(records), ROWS_A_FILE), 1):
        paths.append(folder / f"{stem}-{number}.csv")
        write_csv(paths[-1], records[start : start + ROWS_A_FILE])
    return list(map(str, paths))


def measure(command: Sequence[str]) -> None:
    """Run a command, wait for every process that it leaves, and print CPU seconds and megabytes as JSON."""
    ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
    sys.exit(0 if done.returncode in (0, 3) else done.returncode)


if __name__ == "__main__":
    main()
