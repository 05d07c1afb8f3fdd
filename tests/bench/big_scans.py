"""Scans in a big office and in a small one, in turn: the page of a stamp must not be slower for what lies beside it.

Both offices have scanned every stamp before, so that a scan finds its row. First as many products are scanned in both,
whose drawn pages a process keeps; then the big office's scans are spread over all its lines, so that it keeps few of
them and draws nearly every page. Needs wrk.
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
from tests.bench.served import COMMAND, Server, serving
from tests.offices.big_office import OfficeSize, fill_office
from tests.offices.printing_office import PrintingOffice

Round = tuple[wrk.Measured, float]
ROUNDS, CODES = 3, 20_000
FEW = 100
"""Lines whose stamps are scanned where both offices draw as many pages."""
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
        for title, lines in ((f"{FEW} lines", FEW), ("all lines", 0)):
            _compare(f"{name}, {title}", (of_big, _codes(big, lines)), (of_small, _codes(small, FEW)), folder)
    small.close()


def _compare(title: str, big: tuple[Server, list[str]], small: tuple[Server, list[str]], folder: Path) -> None:
    done: tuple[list[Round], list[Round]] = ([], [])
    for number in range(ROUNDS + 1):
        for (server, codes), rounds in zip((big, small), done, strict=True):
            each = measured(server, codes, folder, first=number * CODES // (ROUNDS + 1))
            rounds += [each] if number else []  # the first round fills caches
    print(f"scans, {title}")
    tell("  of the big office", done[0])
    tell("  of a small office", done[1])
    pairs = list(zip(*done, strict=True))
    rate = statistics.median(one.rate / other.rate for (one, _), (other, _) in pairs)
    cpu = statistics.median(one / other for (_, one), (_, other) in pairs)
    print(f"{'':<24}{rate:>8.0%} of the small office's rate, {cpu:.2f} x its CPU", flush=True)


def _environment(services: Services) -> dict[str, str]:
    settings = services.settings
    return {
        **os.environ,
        "LABELSVC_HOME": str(settings.home),
        "LABELSVC_OUTPUT": str(settings.output),
        "LABELSVC_DATABASE": settings.database,
    }


def _codes(services: Services, few: int) -> list[str]:
    """Return codes of stamps of some lines, chosen by chance, or of all."""
    chance = random.Random(3)
    with services.database.reading() as connection:
        lines, serials = connection.execute(text("SELECT max(number), min(last_serial) FROM lines")).one()
    chosen = chance.sample(range(1, lines + 1), few or lines)
    key = services.epochs.keys()[0]
    return [key.seal(StampIdentity(chance.choice(chosen), chance.randint(1, serials))) for _ in range(CODES)]
