"""``make bench``, what people wait for: the verification page beside a bare Flask page on the same server, import,
start of the command line, previews.

The two applications stand under the same gunicorn with one process each and are asked in turn, round by round, so that
a machine that slows down slows both.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from tests.bench import pictures
from tests.bench.served import COMMAND, served
from tests.samples.generator import make_records, write_csv, write_xlsx

ROUNDS, PER_ROUND, CLIENTS = 7, 1_500, 4
ROWS = 20_000
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BARE = """
from flask import Flask
from labelsvc.web.server.gunicorn_server import Apps, serve
app = Flask("bare")
app.add_url_rule("/<word>", view_func=lambda word: "hello")
serve(Apps(lambda: app), host="127.0.0.1", port=0, workers=1, announce=lambda address: print(address, flush=True))
"""


BARE_IMPORT = """
import os, sqlite3, sys
from python_calamine import CalamineWorkbook
_, *rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
database = sqlite3.connect(os.path.join(os.environ["LABELSVC_HOME"], "bare.db"))
names = [f"c{number}" for number in range(len(rows[0]))]
database.execute(f"CREATE TABLE bare (id INTEGER PRIMARY KEY, {', '.join(names)})")
database.executemany(f"INSERT INTO bare ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
database.commit()
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        environment = {**os.environ, "LABELSVC_HOME": str(home / "home"), "LABELSVC_OUTPUT": str(home / "output")}
        import_speed(home)
        codes = printed_codes(home, environment)
        ours = [COMMAND, "serve", "--port", "0", "--workers", "1", "--no-worker"]
        with served(ours, environment) as page, served([sys.executable, "-c", BARE], environment) as bare:
            compare_pages(page, bare, codes)
        seconds = statistics.median(timed([COMMAND, "--help"], environment) for _ in range(7))
        print(f"{'labelsvc --help':<52}{seconds:>10.2f} s")
        pictures.main(environment)


def import_speed(home: Path) -> None:
    """Import products that do not exist into empty databases, beside calamine's reading and bare INSERTs of the same.

    CPU seconds of the whole command, the process that reads workbooks included.
    """
    records = make_records(ROWS)
    write_csv(home / "records.csv", records)
    write_xlsx(home / "records.xlsx", records)
    bare = used_by([sys.executable, "-c", BARE_IMPORT, str(home / "records.xlsx")])
    print(f"{f'calamine reads {ROWS:,} rows, SQLite inserts them':<52}{bare:>10.2f} s of CPU")
    for kind in ("csv", "xlsx"):
        seconds = used_by([COMMAND, "import", str(home / f"records.{kind}")])
        print(f"{f'import of {ROWS:,} rows (.{kind})':<52}{seconds:>10.2f} s of CPU   {seconds / bare:.1f} x that")


def used_by(command: Sequence[str]) -> float:
    """Return the CPU seconds that a command and its children take in an empty home."""
    with tempfile.TemporaryDirectory() as empty:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        timed(command, {**os.environ, "LABELSVC_HOME": empty})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def printed_codes(home: Path, environment: dict[str, str], program: str = COMMAND) -> list[str]:
    """Print stamps, one for each scan to come, and return their codes."""
    records = home / "few.csv"
    write_csv(records, make_records(10, day=date.today()))
    each = -(-(ROUNDS + 1) * PER_ROUND // 10)
    command = [program, "print", str(records), "--stock", "330x480", "--proof", "none", "--quiet", "--over-quota", "x"]
    done = subprocess.run(
        [*command, "--quantity", str(each)], env=environment, capture_output=True, text=True, check=True
    )
    with Path(done.stdout.splitlines()[-1], "manifest.csv").open(encoding="utf-8", newline="") as stream:
        codes = [row["code"] for row in csv.DictReader(stream)]
    random.Random(1).shuffle(codes)
    return codes


def compare_pages(page: int, bare: int, codes: Sequence[str]) -> None:
    """Ask both servers in turn and print requests per second and the median of the rounds' ratios."""
    chance = random.Random(2)
    forged = ["".join(chance.choices(ALPHABET, k=20)) for _ in codes]
    rates: dict[str, list[float]] = {"bare": [], "page": [], "forged": []}
    for i in range(ROUNDS + 1):
        cut = slice(i * PER_ROUND, (i + 1) * PER_ROUND)
        rates["bare"].append(rate(bare, ["hello"] * PER_ROUND, b" 200 "))
        rates["page"].append(rate(page, codes[cut], b" 200 "))
        rates["forged"].append(rate(page, forged[cut], b" 404 "))
    names = ("a bare Flask page", "verification page, each stamp's first scan, SQLite", "forged codes")
    for name, (key, measured) in zip(names, rates.items(), strict=True):
        counted = measured[1:]  # the first round warms up
        ratio = statistics.median(ours / theirs for ours, theirs in zip(counted, rates["bare"][1:], strict=True))
        share = "" if key == "bare" else f"   {ratio:.0%} of the bare page"
        print(f"{name:<52}{statistics.median(counted):>10,.0f} requests/s{share}")


def rate(port: int, paths: Sequence[str], expected: bytes) -> float:
    """Return requests per second of one server; each request is a connection of its own, as a phone's is."""
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(lambda path: ask(port, path), paths))
    seconds = time.perf_counter() - start
    if wrong := [answer for answer in answers if expected not in answer]:
        raise SystemExit(f"{len(wrong)} of {len(answers)} answers were not{expected.decode()}: {wrong[0]!r}")
    return len(paths) / seconds


def ask(port: int, path: str) -> bytes:
    """Return the status line of an answer that was read to its end."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        head = connection.recv(65_536)
        while connection.recv(65_536):
            pass
    return head.partition(b"\r\n")[0]


def timed(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the seconds that a command takes."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
