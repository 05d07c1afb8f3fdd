"""Try a design that somebody uploaded: in a process of its own with limits, as its texts are programs (Jinja).

The child answers one line of JSON, then the picture; nothing that it says is executed. A design that takes too long
or too much memory ends with its process.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import IO, NoReturn

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.limited_process import forbid_files, limit_memory, limit_seconds, start_child
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeLooks
from labelsvc.workflows.designs.preview_label import LabelPreview
from labelsvc.workflows.print_assets import print_assets
from labelsvc.workflows.problem_json import problem_json, read_problem

WALL_SECONDS, CPU_SECONDS = 6.0, 4
MEMORY_BYTES = 3_000_000_000
LARGEST_SOURCE = 24_000_000
_ANY_TIME = datetime(2026, 1, 1)
_CHILD = "from labelsvc.workflows.designs.try_design import answer_jobs; answer_jobs(*sys.argv[1:])"
_AT_ONCE = 1 << 16
DPI, MOST_PIXELS = 300, 850
"""Of the picture: its longer side has no more pixels than a page shows."""


@dataclass(frozen=True, slots=True)
class DesignTrial:
    """What became of a design: its picture where it could be drawn, what is wrong, and what a press may spoil."""

    picture: bytes
    problems: tuple[Problem, ...]
    source: bytes = b""
    """The design that was tried; of a PDF, the one that was begun from it."""
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialJob:
    """All that the child needs; the source of ``preview`` is SVG, or a PDF to begin from.

    ``looks``: the office's palette and fonts, which the child may read nowhere else.
    """

    templates: Path
    fonts: Path
    preview: LabelPreview
    looks: OfficeLooks = SHIPPED

    @property
    def source(self) -> bytes:
        """What somebody uploaded."""
        return self.preview.source or b""


def try_design(job: TrialJob) -> DesignTrial:
    """Check and draw a design within WALL_SECONDS, CPU_SECONDS and MEMORY_BYTES."""
    if len(job.source) > LARGEST_SOURCE:
        return DesignTrial(b"", (Problem("looks.too_large", {"most": LARGEST_SOURCE // 1000}),))
    answer = _NURSERY.ask(job)
    head, _, rest = answer.partition(b"\n")
    if not head:
        return DesignTrial(b"", (Problem("looks.too_costly", {"seconds": CPU_SECONDS}),))
    problems, warnings, size = json.loads(head)
    return DesignTrial(rest[size:], tuple(map(read_problem, problems)), rest[:size], tuple(map(read_problem, warnings)))


def make_ready(templates: Path, fonts: Path, host: Host) -> None:
    """Let the process that tries designs load what drawing takes, so that the first trial need not wait for it."""
    _NURSERY.make_ready(templates, fonts, host)


class _ForkServer:
    """A process that has loaded what drawing takes and forks a child for each job: a fresh one would take a second."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def make_ready(self, templates: Path, fonts: Path, host: Host) -> None:
        """Start the process if there is none; whoever is asking it already has started it."""
        if self._turn.acquire(blocking=False):
            try:
                self._started(templates, fonts, host)
            finally:
                self._turn.release()

    def ask(self, job: TrialJob) -> bytes:
        """Return a job's answer, empty if its process was ended; one job at a time."""
        with self._turn:
            for _ in range(2):
                process = self._started(job.templates, job.fonts, job.preview.host)
                try:
                    _write(process.stdin, pickle.dumps(job))
                    return _read_block(process.stdout)
                except (OSError, EOFError):  # it was killed from outside: another one tries once more
                    self._end()
            return b""

    def _started(self, templates: Path, fonts: Path, host: Host) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            self._end()
            self._process = start_child(_CHILD, templates, fonts, str(host), readable=(templates, fonts))
            self._owner = os.getpid()
        return self._process

    def _end(self) -> None:
        """End the process where it is this one's, and close its pipes."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._owner == os.getpid():
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not taken from us yet
                pipe.close()  # type: ignore[union-attr]

    def leave(self) -> None:
        """End the process with this one."""
        with self._turn:
            self._end()


_NURSERY = _ForkServer()
atexit.register(_NURSERY.leave)


def answer_jobs(templates: str, fonts: str, host: str) -> None:
    """Answer jobs until nobody asks: the nursery's side. Each is done by a child with limits.

    As long as no job waits, the process practises, design by design.
    """
    practice = _practice(Path(templates), Path(fonts), Host.parse(host))
    for _ in practice:
        if select.select([sys.stdin.buffer], [], [], 0)[0]:
            break
    with suppress(EOFError, BrokenPipeError):
        while True:
            job: TrialJob = pickle.loads(_read_block(sys.stdin.buffer))  # noqa: S301  from our own parent
            _write(sys.stdout.buffer, _by_child(job))
            next(practice, None)


def _practice(templates: Path, fonts: Path, host: Host) -> Iterator[None]:
    """Try our own designs, so that every child inherits what that loads and works out: modules, faces, code tables.

    Only ours: what somebody uploaded is never looked at in this process.
    """
    assets = print_assets(templates, fonts)
    for name in assets.design_names:
        with suppress(LabelsvcError):
            source = assets.design_source(name)
            shown = LabelPreview(name=name, stored=None, mark="", host=host, now=_ANY_TIME, source=source)
            _tried(TrialJob(templates, fonts, shown))
        gc.freeze()  # collecting in a child would copy what it inherits
        yield


def _by_child(job: TrialJob) -> bytes:
    ours, childs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        _answer(job, childs)
    os.close(childs)
    end, answer = time.monotonic() + WALL_SECONDS, b""
    with open(ours, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            some = pipe.read(_AT_ONCE)
            if not some:
                break
            answer += some
        else:
            os.kill(child, signal.SIGKILL)
            answer = b""
    _, status = os.waitpid(child, 0)
    return b"" if status else answer


def _answer(job: TrialJob, pipe: int) -> NoReturn:
    """Do one job within the limits, and leave."""
    status = 1
    try:
        limit_seconds(CPU_SECONDS)
        limit_memory(MEMORY_BYTES)
        forbid_files()
        trial = _tried(job)
        found = [list(map(problem_json, trial.problems)), list(map(problem_json, trial.warnings))]
        head = json.dumps([*found, len(trial.source)]).encode()
        with open(pipe, "wb") as stream:
            stream.write(head + b"\n" + trial.source + trial.picture)
        status = 0
    finally:
        os._exit(status)


def _write(stream: IO[bytes] | None, content: bytes) -> None:
    if stream is None:
        raise EOFError
    stream.write(struct.pack(">I", len(content)) + content)
    stream.flush()


def _read_block(stream: IO[bytes] | None) -> bytes:
    head = stream.read(4) if stream else b""
    if len(head) < 4 or stream is None:
        raise EOFError
    return stream.read(struct.unpack(">I", head)[0])


def _tried(job: TrialJob) -> DesignTrial:
    from labelsvc.workflows.designs.begin_design import begin_design
    from labelsvc.workflows.designs.check_design import check_design, design_warnings
    from labelsvc.workflows.designs.preview_label import finished_png

    assets = print_assets(job.templates, job.fonts).with_looks(job.looks)
    source, preview = job.source, job.preview
    try:
        if source.startswith(b"%PDF"):
            source = begin_design(source, preview.name)
        found = check_design(preview.name, source, assets, preview.host)
        warnings = design_warnings(preview.name, source, assets)
        shape = assets.design(preview.name, source).shape
        dpi = max(1, min(DPI, int(MOST_PIXELS / max(shape.width_mm, shape.height_mm) * 25.4)))
        picture = finished_png(replace(preview, source=source), assets, dpi)
    except LabelsvcError as error:
        return DesignTrial(b"", tuple(error.problems), b"" if source.startswith(b"%PDF") else source)
    return DesignTrial(picture, tuple(found), source, tuple(warnings))
