"""Batches that wait in the queue, and the worker that prints them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from labelsvc.domain.print_options import PrintOptions, Proof
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.batch_records import BatchSummary
from labelsvc.workflows.batches.allowance import Allowance, OrderItem
from labelsvc.workflows.batches.order_batch import place_order, plan_batch
from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms
from tests.offices.printing_office import PrintingOffice

COMMAND = (sys.executable, "-c", "from labelsvc.cli import run; run()", "worker", "--processes", "2")
PATIENCE_SECONDS = 90


def ordered(office: PrintingOffice, items: list[OrderItem], quantity: int, proof: Proof = "auto") -> str:
    services, today = office.services, office.now.astimezone(VIETNAM).date()
    terms = OrderTerms(
        design="tem-25x35",
        stock="330x480",
        host=services.settings.host,
        options=PrintOptions(proof=proof),
        quantity=quantity,
        queued=True,
        who="web",
    )
    allowance = Allowance.for_items(items, services.quotas, today)
    plan = plan_batch(items, check_terms(terms, services.assets), office.marks, today=today, allowance=allowance)
    services.epochs.ready(office.now)
    return place_order(plan, services.batches, now=office.now, taken=()).batch.name


@contextmanager
def worker(office: PrintingOffice) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(COMMAND, env=os.environ | office.environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def waited(office: PrintingOffice, name: str, done: int | None = None) -> BatchSummary:
    """Wait until a batch is finished, or until so many of its parts are done."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        batch = office.services.batch_lists.find(name)
        assert batch
        if not batch.unfinished or (done is not None and batch.parts_done >= done):
            return batch
        time.sleep(0.1)
    raise AssertionError(f"{name} was not finished")
