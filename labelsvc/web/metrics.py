"""Figures of the web processes, for Prometheus: each process counts in files of its own, which are added up when asked.

The files are prometheus_client's (its multiprocess mode), named by a row instead of the process: whoever replaces a
process goes on in its row, so counters never go back while the service runs, and no files of dead processes pile up.
What holds of a living process alone (a gauge) goes with it. Counting in shared memory of our own would be little faster
and have no histograms.

Series are made here for every value that a label may have, and a KeyError meets any other: nothing of a person, product
or stamp can become one.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from labelsvc.domain.verification.verdict import VerdictCase

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FOLDER_SETTING = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "labelsvc-metrics-"
_NEW_SECONDS = 60
LANES = ("public", "register", "api", "desk")
STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
LATENCY_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram's buckets: a scan takes one or two milliseconds, a page of lists up to 200."""
_Metric = TypeVar("_Metric", bound=MetricWrapperBase)


class _OwnRow:
    """The row that this process counts in; 0 is the first process's, which answers nothing."""

    number = 0


def _make_folder() -> str:
    """Return a new folder for the files of this process and of those that it forks; it goes with this process.

    The lock, which all of them hold, keeps systemd-tmpfiles and other services from clearing it away.
    """
    folder = tempfile.mkdtemp(prefix=_PREFIX)
    fcntl.flock(os.open(folder, os.O_RDONLY | os.O_CLOEXEC), fcntl.LOCK_SH)
    return folder


def remove_figures() -> None:
    """Remove the files, where this is the process that made the folder; it counts nothing any more."""
    if os.getpid() == _OWNER:
        shutil.rmtree(_FOLDER, ignore_errors=True)


def clear_dead_figures() -> None:
    """Remove the folders of services that were killed: nobody holds their lock. New ones may not have theirs yet."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _NEW_SECONDS and _nobody_holds(folder):
                shutil.rmtree(folder)


def _nobody_holds(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


_FOLDER = os.environ[_FOLDER_SETTING] = _make_folder()
"""The environment tells prometheus_client; others may change that afterwards."""
_OWNER = os.getpid()
atexit.register(remove_figures)
values.ValueClass = values.MultiProcessValue(lambda: _OwnRow.number)  # type: ignore[no-untyped-call]


def _series(metric: _Metric, label_values: Iterable[str]) -> dict[str, _Metric]:
    """Return the series of a metric of one label, by its value."""
    return {value: metric.labels(value) for value in label_values}


def _gauge(name: str, help: str, *labels: str) -> Gauge:
    return Gauge(name, help, labels, registry=None, multiprocess_mode="livesum")


_requests = Counter(
    "labelsvc_requests_total",
    "Requests that were answered, by lane and class of status.",
    ("lane", "status"),
    registry=None,
)
REQUESTS = {(lane, status): _requests.labels(lane, status) for lane in LANES for status in STATUSES}
REQUEST_SECONDS = _series(
    Histogram(
        "labelsvc_request_seconds",
        "From a request's arrival at the application until its answer began, by lane.",
        ("lane",),
        buckets=LATENCY_SECONDS,
        registry=None,
    ),
    LANES,
)
SCANS = _series(
    Counter("labelsvc_scans_total", "Scans that were answered, by verdict.", ("verdict",), registry=None),
    (case.value for case in VerdictCase),
)
UNAVAILABLE = _series(
    Counter(
        "labelsvc_unavailable_total",
        "Answers 503: the database, a missing key, work that waits already, connections that wait already.",
        ("reason",),
        registry=None,
    ),
    ("database", "keys", "busy", "connections"),
)
EXPORTS = _series(
    Counter("labelsvc_exports_total", "Exports asked for.", ("result",), registry=None), ("made", "refused", "busy")
)
EXPORT_SECONDS = Counter("labelsvc_export_seconds_total", "Seconds that exports took, waiting included.", registry=None)
KEY_TROUBLES = _series(
    _gauge(
        "labelsvc_key_troubles",
        "ALARM where above 0: web processes that lack a key, whose key file is bad, or that could not compare.",
        "trouble",
    ),
    ("missing", "file", "not_compared"),
)
SCANS_WAITING = _gauge("labelsvc_scans_waiting", "Scans that were answered and are not yet written, of all processes.")
PROCESSES = _gauge("labelsvc_web_processes", "Web processes that serve.")


def take_row(row: int) -> None:
    """Count in a row from now on; no other living process may have it."""
    _OwnRow.number = row


def forget_gauges(row: int) -> None:
    """Forget what held of a process that ended."""
    mark_process_dead(row, _FOLDER)  # type: ignore[no-untyped-call]


def text_of(*others: Collector) -> bytes:
    """Return the figures of all processes together, and those of other collectors, in Prometheus's text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry, _FOLDER)  # type: ignore[no-untyped-call]
    for other in others:
        registry.register(other)
    return generate_latest(registry)
