"""Runs the web service under gunicorn: one port, two kinds of processes, a graceful stop."""

from __future__ import annotations

import errno
import resource
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from labelsvc.config import Settings
from labelsvc.domain.errors import ServingRefused
from labelsvc.web.metrics import clear_dead_figures, forget_gauges, remove_figures
from labelsvc.web.server.draining import refuse_newcomers
from labelsvc.web.server.lanes import Lanes
from labelsvc.web.server.log import log_formatter, set_up_log
from labelsvc.web.server.slow_clients import DEADLINE_SECONDS
from labelsvc.web.server.web_worker import WebWorker

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

THREADS = 32
"""Per process, made when they are needed: a slow phone holds a thread, and not longer than its patience."""
STOPPING_SECONDS = 10
"""How long answers under way may take once the service is told to stop."""
OPEN_FILES = 8_192
_BACKLOG = 512


MakeApp = Callable[[], "WSGIApplication"]


@dataclass(frozen=True, slots=True)
class Apps:
    """What makes the applications of the two kinds of processes; without ``staff`` there is one kind.

    Each is called in every process of its kind, so that none shares a connection. ``preload`` is called once, before
    the first process of the staff is forked: scans are answered meanwhile.
    """

    public: MakeApp
    staff: MakeApp | None = None
    preload: Callable[[], None] = lambda: None


def serve(
    apps: Apps,
    *,
    host: str,
    port: int,
    workers: int,
    announce: Callable[[str], None],
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT, by ``workers`` processes of each kind.

    ``announce`` is told the address once the service answers; ``stopping`` is called when it begins to end. Raises
    ServingRefused if the port is busy.
    """
    _allow_many_files()
    _Server(apps, open_port(host, port), workers, announce, stopping).run()


def _allow_many_files() -> None:
    """Let each process have the open files that its connections take."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))


def open_port(host: str, port: int) -> socket.socket:
    """Return the bound socket; port 0 takes a free one. Raises ServingRefused with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_DEFER_ACCEPT"):  # Linux: who connects and says nothing is kept by the kernel
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, int(DEADLINE_SECONDS))
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        facts = {"host": host, "port": str(port), "other": str(port + 1 if port >= 1024 else port + 8000)}
        match error.errno:
            case errno.EADDRINUSE:
                raise ServingRefused.from_code("web.port_busy", **facts) from error
            case errno.EACCES:
                raise ServingRefused.from_code("web.port_forbidden", **facts) from error
        raise ServingRefused.from_code("web.address_unknown", **facts, reason=error.strerror) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address as a browser takes it."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "localhost", "::": "localhost", "127.0.0.1": "localhost"}.get(host, host)  # noqa: S104
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


class _RedactingLogger(Logger):  # type: ignore[misc]
    """gunicorn's log without addresses and codes; there is no access log, which would be a trail of every phone."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        settings = Settings.read()
        for handler in self.error_log.handlers:
            handler.setFormatter(log_formatter(settings))
        set_up_log(settings)


class _Arbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's master, which stops without resetting a connection."""

    def spawn_worker(self) -> int:
        """Make a process; told to stop before it listens to signals, it hears that once it does."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        try:
            return int(super().spawn_worker())
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def stop(self, graceful: bool = True) -> None:
        for listener in self.LISTENERS:
            refuse_newcomers(listener)
        self.app.stopping()
        super().stop(graceful)


class _Server(BaseApplication):  # type: ignore[misc]
    """``is_staff`` is set in each process before its application is made."""

    is_staff = False

    def __init__(
        self,
        apps: Apps,
        listener: socket.socket,
        workers: int,
        announce: Callable[[str], None],
        stopping: Callable[[], None],
    ) -> None:
        self._apps = apps
        self._listener = listener
        self._workers = workers
        self._announce = announce
        self.stopping = stopping
        self._lanes = Lanes() if apps.staff else None
        self._is_preloaded = False
        super().__init__()
        listener.detach()  # gunicorn opens the same descriptor anew, and closes it

    def load_config(self) -> None:
        address = address_of(self._listener)
        for name, value in {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self._workers * (2 if self._lanes else 1),
            "threads": THREADS,
            "worker_class": WebWorker,
            "graceful_timeout": STOPPING_SECONDS,
            "loglevel": "warning",
            "logger_class": _RedactingLogger,
            "pre_fork": self._choose_kind,
            "on_starting": lambda server: clear_dead_figures(),
            "on_exit": lambda server: remove_figures(),
            "child_exit": lambda server, worker: forget_gauges(worker.row),
            "when_ready": lambda server: self._announce(address),
            "proc_name": "labelsvc",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def _choose_kind(self, server: Arbiter, worker: WebWorker) -> None:
        """Let a process that is made be of the kind of which there are fewer, and count in a row that is free."""
        rows = {each.row for each in server.WORKERS.values()}
        worker.row = next(row for row in count(1) if row not in rows)
        kinds = [each.is_staff for each in server.WORKERS.values()]
        worker.lanes = self._lanes
        worker.is_staff = self._lanes is not None and kinds.count(True) < kinds.count(False)
        if worker.is_staff and not self._is_preloaded:
            self._is_preloaded = True
            self._apps.preload()

    def load(self) -> WSGIApplication:
        return self._apps.staff() if self.is_staff and self._apps.staff else self._apps.public()

    def run(self) -> None:
        _Arbiter(self).run()
