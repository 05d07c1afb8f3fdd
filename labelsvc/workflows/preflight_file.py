"""Check a press file against the rules of the press, in processes that a hostile file may end without harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from labelsvc.domain.errors import FileUnreadable
from labelsvc.preflight.findings import Findings, PreflightReport
from labelsvc.preflight.inspection import inspect_file, inspect_pages, limit_process, read_start
from labelsvc.preflight.qr.codes import check_codes

PAGES_TOGETHER = 32
"""Pages that a process takes at once, at most."""
ROUNDS = 4
"""Times that a process takes pages, at least, where there are enough: so none is left waiting for another."""
MOST_PAGES = 20_000


def preflight_file(
    path: Path,
    processes: int,
    progress: Callable[[int, int], None] | None = None,
    may_repeat: Callable[[str], bool] = lambda code: False,
) -> PreflightReport:
    """Check a PDF.

    1. Look at the first and last bytes: is it a PDF, and whole?
    2. Look at what concerns the whole file, in a process whose memory and time are bounded.
    3. Look at its pages, in as many processes as there are.
    4. Compare what all its symbols say.

    ``progress`` is told pages done and pages in all. ``may_repeat`` tells codes that are printed uncounted, the same on
    all labels of a line. Raises FileUnreadable if there is nothing to check: no PDF, cut off, a password, pages without
    end.
    """
    pages, found = inspect_whole(path, processes, progress)
    check_codes(found, may_repeat)
    return PreflightReport(pages, tuple(found.results()))


def inspect_whole(
    path: Path, processes: int, progress: Callable[[int, int], None] | None = None
) -> tuple[int, Findings]:
    """Take the first three steps: return the number of pages, and what was found on each and about the file."""
    read_start(path)
    with confined_pool(path, 1) as pool:
        pages, found = pool.submit(inspect_file, path).result()
        if pages > MOST_PAGES:
            raise FileUnreadable.from_code("preflight.too_many_pages", path=path, pages=pages, most=MOST_PAGES)
        if pages == 1 or processes == 1:
            processes = 1
            _take(found, _ordered(pool, path, pages, 1), pages, progress)
    if processes > 1:
        with confined_pool(path, processes) as pool:
            _take(found, _ordered(pool, path, pages, processes), pages, progress)
    return pages, found


def _ordered(pool: ProcessPoolExecutor, path: Path, pages: int, processes: int) -> list[tuple[int, Future[Findings]]]:
    numbers, together = range(1, pages + 1), min(PAGES_TOGETHER, 1 + pages // (processes * ROUNDS))
    parts = [numbers[start : start + together] for start in range(0, pages, together)]
    return [(len(part), pool.submit(inspect_pages, path, part)) for part in parts]


def _take(
    findings: Findings,
    ordered: list[tuple[int, Future[Findings]]],
    pages: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    done = 0
    for count, part in ordered:
        findings.add_all(part.result())
        done += count
        if progress:
            progress(done, pages)


@contextmanager
def confined_pool(path: Path, processes: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of processes that read this file alone and may die: FileUnreadable preflight.too_heavy then."""
    pool = ProcessPoolExecutor(processes, get_context("fork"), limit_process, (path.absolute(),))
    try:
        with pool:
            yield pool
    except (BrokenProcessPool, MemoryError, RecursionError) as error:
        raise FileUnreadable.from_code("preflight.too_heavy", path=path) from error
