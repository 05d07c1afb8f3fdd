"""The front door: scans and typed codes go to the public pages, the desk's paths to the staff application."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from threading import Timer
from time import perf_counter
from typing import TYPE_CHECKING, Any

from labelsvc.config import Settings
from labelsvc.domain.label_code import EpochKey
from labelsvc.services import Services
from labelsvc.web.desk.context import WorkerHints
from labelsvc.web.metrics import (
    KEY_TROUBLES,
    LANES,
    MEDIA_TYPE,
    PROCESSES,
    REQUEST_SECONDS,
    REQUESTS,
    SCANS_WAITING,
)
from labelsvc.web.public.app import public_app
from labelsvc.web.request_ids import HEADER, begin_request
from labelsvc.web.server.lanes import is_staff_path
from labelsvc.web.server.late_app import LateApp
from labelsvc.web.server.metrics_page import PATH, may_see_metrics, metrics_text
from labelsvc.web.server.readiness import ALIVE, READY, Readiness, readiness_text
from labelsvc.web.server.tracing import traced
from labelsvc.workflows.designs.design_nursery import make_ready

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LOG = logging.getLogger("labelsvc.web")
FIRST_PAGES_SECONDS = 3.0
"""From the start of a process until its process of trials begins to load, a second of CPU."""


class FrontDoor:
    """Two applications under one address; ``services`` are closed with it.

    ``only_verifies``: this machine has no right to look at what is printed.
    """

    def __init__(
        self, public: WSGIApplication, staff: WSGIApplication, services: Services, *, only_verifies: bool = False
    ) -> None:
        self._public = public
        self._staff = staff
        self._services = services
        self._only_verifies = only_verifies
        self._readiness = Readiness(services, only_verifies=only_verifies)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it, and count the answer."""
        begun, path = perf_counter(), environ.get("PATH_INFO", "")
        lane = path[1:].partition("/")[0] if is_staff_path(path) else "public"
        lane = lane if lane in LANES else "desk"

        request_id = begin_request(environ, behind_proxy=self._services.settings.behind_tls)

        def counted_start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            REQUESTS[lane, f"{status[0]}xx"].inc()
            REQUEST_SECONDS[lane].observe(perf_counter() - begun)
            headers = [*headers, (HEADER, request_id)]
            return start_response(status, headers, error) if error else start_response(status, headers)

        if environ["REQUEST_METHOD"] == "GET" and (told := self._told(path, environ)):
            status, media_type, text = told
            headers = [("Content-Type", media_type), ("Content-Length", str(len(text))), ("Cache-Control", "no-store")]
            counted_start(status, headers)
            return (text,)
        return (self._public if lane == "public" else self._staff)(environ, counted_start)

    def _told(self, path: str, environ: WSGIEnvironment) -> tuple[str, str, bytes] | None:
        """Return status, media type and text of what those ask who watch the service; None for any other path."""
        if path == ALIVE:
            return "200 OK", "text/plain", b"ok\n"
        if path not in (PATH, READY):
            return None
        may_see = may_see_metrics(self._services.settings, environ)
        if path == READY:
            status, text = readiness_text(self._readiness.lacking(), may_see=may_see)
            return status, "application/json", text
        if not may_see:
            return None
        text = metrics_text(self._services, self._readiness.lacking(), only_verifies=self._only_verifies)
        return "200 OK", MEDIA_TYPE, text

    def close(self) -> None:
        """Leave nothing behind in memory: scans that wait are counted."""
        self._services.close()


def public_of_settings(keys: Sequence[EpochKey] = (), *, only_verifies: bool = False) -> WSGIApplication:
    """Return the public pages of the environment's settings; each process makes its own and shares no connection.

    ``keys``: those that were there when the service was started, should their file be bad when this process begins.
    ``only_verifies``: the machine has nothing else, no desk and no right to print.
    """
    services = _services(keys)
    public = public_app(services, services.shared_clock.now)
    return traced(FrontDoor(public, public, services, only_verifies=only_verifies))


def front_of_settings(hints_of: Callable[[Services], WorkerHints], keys: Sequence[EpochKey] = ()) -> WSGIApplication:
    """Return the whole service, as a process of the desk has it: a connection that it answers last may be a scan's.

    ``hints_of`` makes what tells the worker what waits.
    """
    from labelsvc.web.server.desk_app import create_staff_app

    services = _services(keys)
    clock = services.shared_clock.now
    staff = LateApp(lambda: create_staff_app(services, hints_of(services), clock=clock), services.templates)
    _get_trials_ready(services)
    return traced(FrontDoor(public_app(services, clock), staff, services))


def _get_trials_ready(services: Services) -> None:
    """Load what drawing takes in the process of trials, before the first one is asked for."""
    facts = services.templates, services.fonts, services.settings.host
    timer = Timer(FIRST_PAGES_SECONDS, make_ready, facts)
    timer.daemon = True
    timer.start()


def _services(keys: Sequence[EpochKey]) -> Services:
    services = Services(Settings.read(), is_current=True)
    services.verifying_keys.remember(keys)
    services.verifying_keys.compare()
    services.verifying_keys.watch(lambda: _note_keys(services))
    services.shared_clock.watch()
    services.scans.queue.tell = SCANS_WAITING.set
    PROCESSES.set(1)
    return services


def _note_keys(services: Services) -> None:
    """Say in the figures what is wrong with this process's keys."""
    troubles = {problem.code for problem in services.verifying_keys.troubles}
    for trouble, processes in KEY_TROUBLES.items():
        processes.set(f"keys.alarm_{trouble}" in troubles)
