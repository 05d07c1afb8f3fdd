"""Progress of printing and checking: a bar on a terminal, plain lines in a pipe; always on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from labelsvc.cli.messages import on_a_terminal, say, warn

if TYPE_CHECKING:
    from rich.progress import Task

    from labelsvc.workflows.batches.render_part import Progress


@contextmanager
def shown_progress(total: int, quiet: bool) -> Iterator[Progress | None]:
    """Show pieces done, rate and time left: a bar on a terminal, a line at every tenth in a pipe."""
    if quiet:
        yield None
    elif on_a_terminal():
        with _counted(total, "cli.progress", "cli.rate") as advance:
            yield advance
    else:
        yield _Lines(total)


@contextmanager
def shown_rows(total: int) -> Iterator[Progress]:
    """Show database rows done, rate and time left, on a terminal only; gone when all is done."""
    if not on_a_terminal():
        yield lambda rows: None
        return
    with _counted(total, "db.move_progress", "db.move_rate") as advance:
        yield advance


@contextmanager
def shown_pages(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show pages done of all pages, on a terminal only; gone when all is done."""
    if quiet or not on_a_terminal():
        yield None
        return
    with _bar() as (_, update):

        def advance(done: int, pages: int) -> None:
            update(completed=done, total=pages, description=say("cli.progress_pages", done=done, total=pages))

        yield advance


@contextmanager
def shown_steps(quiet: bool, code_of: Callable[[str], str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show the step that long work is at, how much of it is done and the time it took, as :func:`shown_pages`.

    ``code_of`` names the sentence of a step. A total of 0 is not known.
    """
    if quiet or not on_a_terminal():
        yield lambda step, done, total: None
        return
    with _bar(time_left=False) as (_, update):
        shown = ""

        def advance(step: str, done: int, total: int) -> None:
            nonlocal shown
            described = say(code_of(step), done=done, total=total)
            update(completed=done, total=total or None, description=described, refresh=step != shown)
            shown = step

        yield advance


@contextmanager
def _counted(total: int, of_done: str, of_rate: str) -> Iterator[Progress]:
    """Show how many of ``total`` are done, by the sentences of their number and of their rate."""
    with _bar(total, say(of_done, done=0, total=total)) as (task, update):

        def advance(count: int) -> None:
            update(advance=count)
            done = say(of_done, done=round(task.completed), total=total)
            update(description=done, rate=say(of_rate, count=round(task.speed)) if task.speed else "")

        yield advance


@contextmanager
def _bar(
    total: int | None = None, description: str = "", *, time_left: bool = True
) -> Iterator[tuple[Task, Callable[..., None]]]:
    """Show a bar with what is described, its rate, and the time left or gone: what it is of, and what changes it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    time = TimeRemainingColumn() if time_left else TimeElapsedColumn()
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"), time
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        number = bar.add_task(description, total=total, rate="")
        yield bar.tasks[0], partial(bar.update, number)


class _Lines:
    """Progress in a pipe: a plain line at every tenth."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._tenth = total, 0, 0

    def __call__(self, pieces: int) -> None:
        self._done += pieces
        if self._done * 10 // self._total > self._tenth:
            self._tenth = self._done * 10 // self._total
            warn("  " + say("cli.progress", done=self._done, total=self._total))
