"""The front door: scans and typed codes go to the public pages, the desk's paths to the staff application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from labelsvc.config import Settings
from labelsvc.domain.label_code import EpochKey
from labelsvc.services import Services
from labelsvc.web.public.app import public_app
from labelsvc.web.server.lanes import is_staff_path

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class FrontDoor:
    """Two applications under one address."""

    def __init__(self, public: WSGIApplication, staff: WSGIApplication) -> None:
        self._public = public
        self._staff = staff

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it."""
        wanted = self._staff if is_staff_path(environ.get("PATH_INFO", "")) else self._public
        return wanted(environ, start_response)


def public_of_settings(keys: Sequence[EpochKey] = ()) -> WSGIApplication:
    """Return the public pages of the environment's settings; each process makes its own and shares no connection.

    ``keys``: those that were there when the service was started, should their file be bad when this process begins.
    """
    return public_app(_services(keys))


def front_of_settings(
    enqueue_of: Callable[[Services], Callable[[str, Sequence[int], int], None]], keys: Sequence[EpochKey] = ()
) -> WSGIApplication:
    """Return the whole service, as a process of the desk has it: a connection that it answers last may be a scan's.

    ``enqueue_of`` makes what tells the worker that parts of a batch wait.
    """
    from labelsvc.web.server.desk_app import create_staff_app

    services = _services(keys)
    return FrontDoor(public_app(services), create_staff_app(services, enqueue_of(services)))


def _services(keys: Sequence[EpochKey]) -> Services:
    services = Services(Settings.read())
    services.verifying_keys.remember(keys)
    services.verifying_keys.compare()
    services.verifying_keys.watch()
    return services
