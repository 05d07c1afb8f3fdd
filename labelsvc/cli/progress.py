"""Progress of printing and checking: a bar on a terminal, plain lines in a pipe; always on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from labelsvc.cli.messages import on_a_terminal, say, warn

if TYPE_CHECKING:
    from labelsvc.workflows.batches.render_part import Progress


@contextmanager
def shown_progress(total: int, quiet: bool) -> Iterator[Progress | None]:
    """Show pieces done, rate and time left: a bar on a terminal, a line at every tenth in a pipe."""
    if quiet:
        yield None
    elif on_a_terminal():
        with _bar(total) as advance:
            yield advance
    else:
        yield _Lines(total)


@contextmanager
def shown_rows(total: int) -> Iterator[Progress]:
    """Show database rows done, rate and time left, on a terminal only; gone when all is done."""
    if not on_a_terminal():
        yield lambda rows: None
        return
    with _bar(total, "db.move_progress", "db.move_rate") as advance:
        yield advance


@contextmanager
def _bar(total: int, of_done: str = "cli.progress", of_rate: str = "cli.rate") -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.fields[done]}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, rate="", done=say(of_done, done=0, total=total))

        def advance(pieces: int) -> None:
            bar.update(task, advance=pieces)
            now = bar.tasks[0]
            done = say(of_done, done=round(now.completed), total=total)
            bar.update(task, done=done, rate=say(of_rate, count=round(now.speed or 0)))

        yield advance


@contextmanager
def shown_pages(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show pages done of all pages, on a terminal only; gone when all is done."""
    if quiet or not on_a_terminal():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, pages: int) -> None:
            bar.update(task, completed=done, total=pages, description=say("cli.progress_pages", done=done, total=pages))

        yield advance


@contextmanager
def shown_steps(quiet: bool, code_of: Callable[[str], str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show the step that long work is at, and how much of it is done, on a terminal only; gone when all is done.

    ``code_of`` names the sentence of a step. A total of 0 is not known.
    """
    if quiet or not on_a_terminal():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task, shown = bar.add_task("", total=None), ""

        def advance(step: str, done: int, total: int) -> None:
            nonlocal shown
            described = say(code_of(step), done=done, total=total)
            bar.update(task, completed=done, total=total or None, description=described, refresh=step != shown)
            shown = step

        yield advance


class _Lines:
    """Progress in a pipe: a plain line at every tenth."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._tenth = total, 0, 0

    def __call__(self, pieces: int) -> None:
        self._done += pieces
        if self._done * 10 // self._total > self._tenth:
            self._tenth = self._done * 10 // self._total
            warn("  " + say("cli.progress", done=self._done, total=self._total))
