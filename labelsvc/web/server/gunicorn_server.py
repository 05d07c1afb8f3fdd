"""Runs the web service under gunicorn: one port, several processes, a graceful stop."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from labelsvc.config import Settings
from labelsvc.domain.errors import ServingRefused
from labelsvc.web.server.log import log_formatter, set_up_log
from labelsvc.web.server.slow_clients import DEADLINE_SECONDS, DeadlineWorker

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

THREADS = 32
"""Per process, made when they are needed: a slow phone holds a thread, and not longer than its patience."""
STOPPING_SECONDS = 10
"""How long answers under way may take once the service is told to stop."""
_BACKLOG = 512


def serve(
    make_app: Callable[[], WSGIApplication], *, host: str, port: int, workers: int, announce: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT. ``make_app`` is called in every process, so that none shares a connection.

    ``announce`` is told the address once the service answers. Raises ServingRefused where the port is busy.
    """
    _Server(make_app, open_port(host, port), workers, announce).run()


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
                raise ServingRefused.of("web.port_busy", **facts) from error
            case errno.EACCES:
                raise ServingRefused.of("web.port_forbidden", **facts) from error
        raise ServingRefused.of("web.address_unknown", **facts, reason=error.strerror) from error
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


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(
        self,
        make_app: Callable[[], WSGIApplication],
        listener: socket.socket,
        workers: int,
        announce: Callable[[str], None],
    ) -> None:
        self._make_app = make_app
        self._listener = listener
        self._workers = workers
        self._announce = announce
        super().__init__()
        listener.detach()  # gunicorn opens the same descriptor anew, and closes it

    def load_config(self) -> None:
        address = address_of(self._listener)
        for name, value in {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self._workers,
            "threads": THREADS,
            "worker_class": DeadlineWorker,
            "graceful_timeout": STOPPING_SECONDS,
            "loglevel": "warning",
            "logger_class": _RedactingLogger,
            "when_ready": lambda server: self._announce(address),
            "proc_name": "labelsvc",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        return self._make_app()
