"""Scans in a big office and in a small one, in turn: the page of a stamp must not be slower for what lies beside it.

Both offices have scanned every stamp before, so that a scan finds its row. Needs wrk.
"""

from __future__ import annotations

import os
import random
import statistics
from pathlib import Path

from sqlalchemy import text

from labelsvc.domain.label_code import StampIdentity
from labelsvc.services import Services
from tests.bench import wrk
from tests.bench.load import measured, tell
from tests.bench.served import COMMAND, serving
from tests.offices.big_office import OfficeSize, fill_office
from tests.offices.printing_office import PrintingOffice

ROUNDS, CODES = 3, 20_000
SMALL = OfficeSize(products=400, producers=40, batches=10, scans=33_000, audit=500, alarms=20, orders=20, proposals=5)


def compare_scans(name: str, big: Services, folder: Path, url: str) -> None:
    """Print requests a second, latency and CPU of both, and of how many times the small office's the big one's are."""
    if not wrk.is_here():
        print("scans were not compared: wrk is not installed")
        return
    folder.mkdir(parents=True, exist_ok=True)
    office = PrintingOffice(folder, settings={"DATABASE": url} if url else {})
    small = office.services
    with small.database.reading() as connection:
        filled = connection.scalar(text("SELECT count(*) FROM products"))
    if not filled:
        fill_office(small.database, small.epochs.ready(office.now).id, office.now, SMALL)
    ours = [COMMAND, "serve", "--port", "0", "--workers", "1", "--no-worker"]
    with serving(ours, _environment(big)) as of_big, serving(ours, _environment(small)) as of_small:
        codes, rounds = (_codes(big), _codes(small)), [(of_big, []), (of_small, [])]
        for number in range(ROUNDS + 1):
            for (server, done), some in zip(rounds, codes, strict=True):
                each = measured(server, some, folder, first=number * CODES // (ROUNDS + 1))
                done += [each] if number else []  # the first round fills caches
    tell(f"scans, {name}, big office", rounds[0][1])
    tell(f"scans, {name}, small office", rounds[1][1])
    pairs = list(zip(rounds[0][1], rounds[1][1], strict=True))
    rate = statistics.median(one.rate / other.rate for (one, _), (other, _) in pairs)
    cpu = statistics.median(one / other for (_, one), (_, other) in pairs)
    print(f"{'':<24}{rate:>8.0%} of the small office's rate, {cpu:.2f} x its CPU", flush=True)
    small.close()


def _environment(services: Services) -> dict[str, str]:
    settings = services.settings
    return {
        **os.environ,
        "LABELSVC_HOME": str(settings.home),
        "LABELSVC_OUTPUT": str(settings.output),
        "LABELSVC_DATABASE": settings.database,
    }


def _codes(services: Services) -> list[str]:
    """Return codes of stamps all over the office."""
    chance = random.Random(3)
    with services.database.reading() as connection:
        lines, serials = connection.execute(text("SELECT max(number), min(last_serial) FROM lines")).one()
    key = services.epochs.keys()[0]
    return [key.seal(StampIdentity(chance.randint(1, lines), chance.randint(1, serials))) for _ in range(CODES)]
