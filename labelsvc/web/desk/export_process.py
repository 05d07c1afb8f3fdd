"""The process that makes exports: one at a time, at a low priority, with a bound on its memory.

A web process starts it when it is first needed and asks it over a pipe; it ends when nobody asked for a while, or with
the web process. What it makes it writes to a file, so that nobody holds a ZIP in memory to send it.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from labelsvc.config import Settings
from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.limited_process import limit_memory
from labelsvc.services import Services
from labelsvc.workflows.batches.label_exports import LabelExports, write_export

NICENESS = 10
MEMORY_BYTES = 3_000_000_000
IDLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class ExportJob:
    """What to make: a form of a batch's labels, of pictures the set that begins with ``first``, into a new file.

    ``offset``: of the printer that sheets are printed on.
    """

    settings: Settings
    batch: str
    form: str
    first: int
    target: Path
    offset: PrinterOffset | None = None


@dataclass(frozen=True, slots=True)
class ExportAnswer:
    """The name of what was made, or the class and the problems of what was raised instead."""

    name: str = ""
    refusal: type[LabelsvcError] | None = None
    problems: tuple[Problem, ...] = ()


def answer_jobs() -> None:
    """Make exports until nobody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the web process decides
    os.nice(NICENESS)
    limit_memory(MEMORY_BYTES)
    services: Services | None = None
    with suppress(BrokenPipeError):
        while select.select([sys.stdin.buffer], [], [], IDLE_SECONDS)[0]:
            job = read_message(sys.stdin.buffer)
            if not isinstance(job, ExportJob):
                break
            if services is None or services.settings != job.settings:
                services = Services(job.settings, is_current=True)
            write_message(sys.stdout.buffer, _made(services, job))


def _made(services: Services, job: ExportJob) -> ExportAnswer:
    try:
        batch = services.batches.get(job.batch)
        name, content = LabelExports.for_batch(batch, services.batch_services).make(job.form, job.first, job.offset)
        write_export(job.target, content)
    except LabelsvcError as error:
        return ExportAnswer(refusal=type(error), problems=error.problems)
    return ExportAnswer(name)


def write_message(stream: IO[bytes], message: object) -> None:
    """Send a message over a pipe between our own processes."""
    content = pickle.dumps(message)
    stream.write(struct.pack(">I", len(content)) + content)
    stream.flush()


def read_message(stream: IO[bytes]) -> object:
    """Return the next message of our own other process, None at its end."""
    head = stream.read(4)
    return pickle.loads(stream.read(struct.unpack(">I", head)[0])) if len(head) == 4 else None  # noqa: S301
