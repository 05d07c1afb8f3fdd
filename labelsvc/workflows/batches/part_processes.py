"""Renders parts in processes of their own. A part may kill its process: which one it was is known, and what was drawn.

Like the worker, it tries a part three times, and notes from the second try on which line is drawn.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labelsvc.domain.errors import LabelsvcError
from labelsvc.rendering.sheets.proof import leave_interrupts_alone
from labelsvc.workflows.batches.part_faults import MOST_TRIES
from labelsvc.workflows.batches.part_task import PartTask
from labelsvc.workflows.batches.render_part import Progress, RenderedPart, RenderWatch, render_part

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

LOG = logging.getLogger("labelsvc.print")


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """An error of a ``kind`` that nobody foresaw, empty where the process died; ``line``: what was drawn."""

    line: int | None
    kind: str = ""


Outcome = RenderedPart | LabelsvcError | Unforeseen
"""What became of a part: it is rendered, it cannot be, or that went wrong at every try."""


class LineWatch:
    """Knows which line of the batch is being drawn, and sends it where it is to be known when the process dies."""

    def __init__(self, connection: Connection | None = None) -> None:
        self.line: int | None = None
        self._connection = connection

    def __call__(self, line: int | None) -> None:
        """Hear which line is drawn next."""
        if line != self.line and self._connection:
            self._connection.send(line)
        self.line = line


def rendered_parts(
    tasks: Sequence[PartTask], processes: int, progress: Progress | None
) -> Generator[tuple[int, Outcome]]:
    """Yield what becomes of each part, as it is known: in this process where one is enough, else in others."""
    if processes == 1 or len(tasks) == 1:
        for task in tasks:
            yield task.number, _rendered_here(task, processes, progress)
        return
    with _PartProcesses(tasks, processes) as working:
        for number, made in working.outcomes():
            if progress and isinstance(made, RenderedPart):
                progress(made.pieces)
            yield number, made


def _rendered_here(task: PartTask, processes: int, progress: Progress | None) -> Outcome:
    told: list[int] = []

    def hear(pieces: int) -> None:
        told.append(pieces)
        if progress:
            progress(pieces)

    for _ in range(MOST_TRIES):
        made = _outcome(task, LineWatch(), hear, processes)
        if not isinstance(made, Unforeseen):
            break
        hear(-sum(told))  # what is tried again is written again
    return made


def _outcome(task: PartTask, line: LineWatch, progress: Progress | None = None, processes: int = 1) -> Outcome:
    try:
        return render_part(task, RenderWatch(progress, line), processes)
    except LabelsvcError as error:
        return error
    except Exception as error:  # a fault of ours: tried again a few times, then told as the part's
        LOG.exception("part %d of batch %s failed", task.number, task.batch.name)
        return Unforeseen(line.line, type(error).__name__)


class _PartProcess:
    """A process that renders one part after the other."""

    def __init__(self) -> None:
        from multiprocessing import Pipe, get_context

        self.connection, its_end = Pipe()
        self._process: BaseProcess = get_context("fork").Process(target=_print, args=(its_end,))
        self._process.start()
        its_end.close()
        self.task: PartTask | None = None
        self.line: int | None = None

    def give(self, task: PartTask, *, notes_line: bool) -> None:
        """Let it render a part; ``notes_line``: it is to say which line it draws."""
        self.task, self.line = task, None
        with suppress(OSError):  # it died meanwhile, which is read from its end
            self.connection.send((task, notes_line))

    def read(self) -> Outcome | None:
        """Return what became of its part; None where it only said which line it draws."""
        try:
            said = self.connection.recv()
        except (EOFError, OSError):
            return Unforeseen(self.line)
        if said is None or isinstance(said, int):
            self.line = said
            return None
        return _crossed(said)

    def end(self) -> None:
        """End the process, whatever it does."""
        self.connection.close()
        self._process.terminate()
        self._process.join()
        self._process.close()


class _PartProcesses:
    """As many processes as there may be, and the parts that wait for one."""

    def __init__(self, tasks: Sequence[PartTask], processes: int) -> None:
        self._waiting = deque(tasks)
        self._tries: Counter[int] = Counter()
        self._processes = [_PartProcess() for _ in range(min(processes, len(tasks)))]

    def __enter__(self) -> _PartProcesses:
        return self

    def __exit__(self, *_: object) -> None:
        """After an interrupt or an error nobody waits for the parts that are on their way."""
        for process in self._processes:
            process.end()

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        """Yield what becomes of the parts."""
        from multiprocessing.connection import wait

        for process in self._processes:
            self._give_next(process)
        while busy := {process.connection: process for process in self._processes if process.task}:
            for connection in wait(list(busy)):
                process = busy[connection]  # type: ignore[index]
                task, made = process.task, process.read()
                if made is None or task is None:
                    continue
                process = self._ready_again(process, made)
                if not self._tried_again(task, made):
                    yield task.number, made
                self._give_next(process)

    def _give_next(self, process: _PartProcess) -> None:
        process.task = None
        if self._waiting:
            task = self._waiting.popleft()
            process.give(task, notes_line=self._tries[task.number] > 0)

    def _ready_again(self, process: _PartProcess, made: Outcome) -> _PartProcess:
        """Return a process for the next part: another one where this one died."""
        if not (isinstance(made, Unforeseen) and not made.kind):
            return process
        process.end()
        fresh = self._processes[self._processes.index(process)] = _PartProcess()
        return fresh

    def _tried_again(self, task: PartTask, made: Outcome) -> bool:
        """Let a part wait again, behind the others, unless this was its last try."""
        if not isinstance(made, Unforeseen):
            return False
        LOG.warning("part %d of batch %s: %s", task.number, task.batch.name, made.kind or "its process died")
        self._tries[task.number] += 1
        if self._tries[task.number] < MOST_TRIES:
            self._waiting.append(task)
        return self._tries[task.number] < MOST_TRIES


def _print(connection: Connection) -> None:
    """Render what comes, in another process."""
    leave_interrupts_alone()
    with suppress(EOFError, OSError):  # whoever asked is gone
        while True:
            task, notes_line = connection.recv()
            made = _outcome(task, LineWatch(connection if notes_line else None))
            connection.send((type(made), made.problems) if isinstance(made, LabelsvcError) else made)


def _crossed(said: Any) -> Outcome:
    """Return what another process made; an error crosses as its kind and problems."""
    if isinstance(said, RenderedPart | Unforeseen):
        return said
    kind, problems = said
    error: LabelsvcError = kind(*problems)
    return error
