"""Say how much of each room the tests ran, in lines and branches, and hold the floor: a plugin of pytest.

    python -m pytest -p tests.house.coverage

The workers of pytest-xdist measure and the run adds up; without any, as with -n0, it refuses to begin. What runs in a
process of its own, commands and forked children, is not seen.

SlipCover takes its probes out of lines that have run; coverage.py, with its C tracer, cost the suite far more.
SlipCover's own ``--fail-under`` (1.1.0) prints a table without the workers' results, so the floor is held here.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

FLOOR = 90.1
"""Per cent of lines and branches together: a point under what it is."""

SOURCE = "labelsvc"
_SWEPT_AFTER = frozenset(4**power for power in range(8))
"""After how many tests of a worker probes that were passed are taken out: most lines run in the first tests."""

_Counts = Counter[str]


def counts_by_room(files: dict[str, Any]) -> dict[str, _Counts]:
    """Return the sums of each room; modules beside the rooms are added up as ``labelsvc``."""
    rooms: dict[str, _Counts] = {}
    for name, file in sorted(files.items()):
        inside = Path(name).parts[1:]
        rooms.setdefault(inside[0] if len(inside) > 1 else SOURCE, Counter()).update(file["summary"])
    return rooms


def line(name: str, counts: _Counts) -> str:
    """Return a line of the table: how many lines and branches there are, and how many of each ran."""
    cells = f"{name:<16}"
    for kind in ("lines", "branches"):
        covered = counts[f"covered_{kind}"]
        total = covered + counts[f"missing_{kind}"]
        cells += f"{total:>9,}{100 * covered / (total or 1):>7.1f} %"
    return cells


class Worker:
    """Measures what its process imports; it must be there before ``tests/conftest.py`` imports the first module."""

    def __init__(self) -> None:
        never = -1  # else slipcover walks all functions each time a probe was passed so often
        self._slipcover = Slipcover(branch=True, source=[SOURCE], d_miss_threshold=never)
        self._imports = ImportManager(self._slipcover, FileMatcher(sources=[SOURCE]))
        self._imports.__enter__()
        self._tests = 0

    def pytest_runtest_teardown(self) -> None:
        """Take out probes that were passed; from Python 3.12 on, the interpreter does that by itself."""
        self._tests += 1
        if self._tests in _SWEPT_AFTER and hasattr(self._slipcover, "deinstrument_seen"):
            self._slipcover.deinstrument_seen()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the run what was seen."""
        self._imports.__exit__()
        session.config.workeroutput["coverage"] = json.dumps(self._slipcover.get_coverage())  # type: ignore[attr-defined]


class Run:
    """Adds up what workers saw, and fails where that is too little."""

    def __init__(self) -> None:
        self._seen: dict[str, Any] = {}

    def pytest_testnodedown(self, node: WorkerController) -> None:
        """Take what a worker saw, unless it crashed."""
        told = getattr(node, "workeroutput", {}).get("coverage")
        if told:
            seen = json.loads(told)
            self._seen = merge_coverage(self._seen, seen) if self._seen else seen

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run whose tests passed."""
        if session.exitstatus == pytest.ExitCode.OK and self._share < FLOOR:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        write = terminalreporter.write_line
        write(f"\n{'room':<16}{'lines':>9}{'run':>9}{'branches':>9}{'run':>9}")
        for room, counts in sorted(counts_by_room(self._seen.get("files", {})).items()):
            write(line(room, counts))
        write(line("all", Counter(self._seen.get("summary"))))
        write(f"Lines and branches together: {self._share:.2f} %; the floor is {FLOOR:g} %.")
        if self._share < FLOOR:
            write("The tests run less of labelsvc than they did.")

    @property
    def _share(self) -> float:
        return float(self._seen["summary"]["percent_covered"]) if self._seen else 0.0


_PLUGIN = Worker() if "PYTEST_XDIST_WORKER" in os.environ else Run()


def pytest_configure(config: pytest.Config) -> None:
    """Register what is done in this process; UsageError where no worker would measure anything."""
    if isinstance(_PLUGIN, Run) and not config.getoption("numprocesses", None):
        raise pytest.UsageError("Coverage is measured in the workers of pytest-xdist: ask for one or more, as by -n1.")
    config.pluginmanager.register(_PLUGIN)
