"""Try a design that somebody uploaded: in a process of its own with limits, as its texts are programs (Jinja).

The child reads one job from standard input and answers one line of JSON, then the picture; nothing that it says is
executed. A design that takes too long or too much memory ends with its process.
"""

from __future__ import annotations

import json
import pickle
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.storage.products import StoredProduct
from labelsvc.workflows.order_batch import Marks

WALL_SECONDS, CPU_SECONDS = 6.0, 4
MEMORY_BYTES = 3_000_000_000
LARGEST_SOURCE = 1_000_000
_CHILD = "from labelsvc.workflows.try_design import answer; answer()"
DPI = 300


@dataclass(frozen=True, slots=True)
class DesignTrial:
    """What became of a design: its picture where it could be drawn, and what is wrong."""

    picture: bytes
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TrialJob:
    """All that the child needs; ``stored`` None shows a made-up product."""

    templates: Path
    fonts: Path
    marks: Marks
    name: str
    source: bytes
    stored: StoredProduct | None
    host: Host
    now: datetime


def try_design(job: TrialJob) -> DesignTrial:
    """Check and draw a design within WALL_SECONDS, CPU_SECONDS and MEMORY_BYTES."""
    if len(job.source) > LARGEST_SOURCE:
        return DesignTrial(b"", (Problem("looks.too_large", {"most": LARGEST_SOURCE // 1000}),))
    too_costly = DesignTrial(b"", (Problem("looks.too_costly", {"seconds": CPU_SECONDS}),))
    try:
        done = subprocess.run(  # noqa: S603  our own command
            (sys.executable, "-c", _CHILD), input=pickle.dumps(job), capture_output=True, timeout=WALL_SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return too_costly
    head, _, picture = done.stdout.partition(b"\n")
    if done.returncode or not head:
        return too_costly
    return DesignTrial(picture, tuple(map(_read, json.loads(head))))


def answer() -> None:
    """Answer one job: the child's side."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    job: TrialJob = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own parent
    problems, picture = _tried(job)
    sys.stdout.buffer.write(json.dumps(problems).encode() + b"\n" + picture)


def _tried(job: TrialJob) -> tuple[list[Any], bytes]:
    from labelsvc.rendering.raster import trim_png
    from labelsvc.workflows.check_design import check_design
    from labelsvc.workflows.press_room import press_room
    from labelsvc.workflows.preview_label import label_pdf

    room = press_room(job.templates, job.fonts)
    try:
        found = check_design(job.name, job.source, room, job.host)
        pdf = label_pdf(job.name, job.stored, room, job.marks, host=job.host, now=job.now, source=job.source)
    except LabelsvcError as error:
        return list(map(_written, error.problems)), b""
    return list(map(_written, found)), trim_png(pdf, DPI)


def _written(value: object) -> Any:
    """Return a problem or a fact in values that JSON has."""
    if isinstance(value, Problem):
        return {"code": value.code, "facts": {name: _written(fact) for name, fact in value.facts.items()}}
    if isinstance(value, list | tuple):
        return list(map(_written, value))
    return value if isinstance(value, int | float | str | None) else str(value)


def _read(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"code", "facts"}:
        return Problem(str(value["code"]), {name: _read(fact) for name, fact in value["facts"].items()})
    return list(map(_read, value)) if isinstance(value, list) else value
