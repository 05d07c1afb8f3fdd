"""Figures of the web processes, for Prometheus: counted without a lock between processes, added up when asked for.

The memory is shared by all processes that are forked after this module was imported. Each counts in a row of its own,
which the process that replaces it goes on with, so that counters never go back while the service runs; what holds of a
living process alone (``gauge``) is 0 again when it ends. Labels have the values listed here and no others: nothing of a
person, product or stamp can become one. ``prometheus_client`` was weighed: it keeps a folder of files for each process
that somebody must clear, chosen by a variable of the environment before it is imported, for the same sums.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from threading import Lock
from typing import Literal

from labelsvc.domain.verdict import VerdictCase

ROWS = 256
"""Processes that live at once; a service has at most 2 × 64, and those that replace them."""
NUMBER_BYTES = 8
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as Prometheus knows it; ``labels``: the values of each label."""

    name: str
    help: str
    kind: Literal["counter", "gauge"] = "counter"
    labels: Mapping[str, tuple[str, ...]] | None = None

    @property
    def series(self) -> Iterator[tuple[str, ...]]:
        """Every combination of its labels' values."""
        return product(*(self.labels or {}).values())

    def lines(self, values: Iterable[tuple[tuple[str, ...], float]]) -> Iterator[str]:
        """Yield the lines of the text format, version 0.0.4."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        for series, value in values:
            named = ",".join(f'{label}="{text}"' for label, text in zip(self.labels or {}, series, strict=True))
            yield f"{self.name}{{{named}}} {value:.15g}" if named else f"{self.name} {value:.15g}"


REQUESTS = Metric(
    "labelsvc_requests_total",
    "Requests that were answered, by lane and class of status.",
    labels={"lane": ("public", "register", "api", "desk"), "status": ("1xx", "2xx", "3xx", "4xx", "5xx")},
)
SCANS = Metric(
    "labelsvc_scans_total",
    "Scans that were answered, by verdict.",
    labels={"verdict": tuple(case.value for case in VerdictCase)},
)
UNAVAILABLE = Metric(
    "labelsvc_unavailable_total",
    "Answers 503: the database, a missing key, work that waits already, connections that wait already.",
    labels={"reason": ("database", "keys", "busy", "connections")},
)
EXPORTS = Metric("labelsvc_exports_total", "Exports asked for.", labels={"result": ("made", "refused", "busy")})
EXPORT_SECONDS = Metric("labelsvc_export_seconds_total", "Seconds that exports took, waiting included.")
KEY_TROUBLES = Metric(
    "labelsvc_key_troubles",
    "ALARM where above 0: web processes that lack a key, whose key file is bad, or that could not compare.",
    kind="gauge",
    labels={"trouble": ("missing", "file", "not_compared")},
)
PROCESSES = Metric("labelsvc_web_processes", "Web processes that serve.", kind="gauge")
METRICS = (REQUESTS, SCANS, UNAVAILABLE, EXPORTS, EXPORT_SECONDS, KEY_TROUBLES, PROCESSES)


class SharedFigures:
    """The figures of all processes; this one writes to its row alone. Safe to use from many threads."""

    def __init__(self, metrics: Iterable[Metric] = METRICS) -> None:
        self._metrics = tuple(metrics)
        series = ((each.name, labels) for each in self._metrics for labels in each.series)
        self._places = {key: place for place, key in enumerate(series)}
        self._memory = mmap.mmap(-1, ROWS * len(self._places) * NUMBER_BYTES)
        self._numbers = memoryview(self._memory).cast("d")
        self._row, self._turn = 0, Lock()

    def take_row(self, row: int) -> None:
        """Count in a row from now on; no other process may have it."""
        self._row = row

    def clear_gauges(self, row: int) -> None:
        """Forget what held of a process that ended."""
        for metric in self._metrics:
            for labels in metric.series if metric.kind == "gauge" else ():
                self._numbers[row * len(self._places) + self._places[metric.name, labels]] = 0.0

    def add(self, metric: Metric, *labels: str, by: float = 1.0) -> None:
        """Count; KeyError for a label that the metric does not list."""
        place = self._row * len(self._places) + self._places[metric.name, labels]
        with self._turn:
            self._numbers[place] += by

    def set(self, metric: Metric, *labels: str, to: float) -> None:
        """Say what holds of this process now; KeyError as for :meth:`add`."""
        self._numbers[self._row * len(self._places) + self._places[metric.name, labels]] = to

    def lines(self) -> Iterator[str]:
        """Yield all figures in the text format, summed over the processes."""
        for metric in self._metrics:
            yield from metric.lines((labels, self.total(metric, *labels)) for labels in metric.series)

    def total(self, metric: Metric, *labels: str) -> float:
        """Return a figure of all processes together."""
        return sum(self._numbers[self._places[metric.name, labels] :: len(self._places)])


FIGURES = SharedFigures()
