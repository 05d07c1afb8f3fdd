"""The front door: scans and typed codes go to the public pages, the desk's paths to the staff application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from labelsvc.config import Settings
from labelsvc.domain.label_code import EpochKey
from labelsvc.services import Services
from labelsvc.web.public.app import public_app
from labelsvc.web.server.desk_app import create_staff_app

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

STAFF_PATHS = frozenset(
    ("office", "producer", "login", "logout", "account", "invitation", "language", "register", "api")
)
"""First segments of paths behind the desk; none can be a code, which has twenty characters."""


class FrontDoor:
    """Two applications under one address."""

    def __init__(self, public: WSGIApplication, staff: WSGIApplication) -> None:
        self._public = public
        self._staff = staff

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it."""
        first = environ.get("PATH_INFO", "")[1:].partition("/")[0]
        return (self._staff if first in STAFF_PATHS else self._public)(environ, start_response)


def front_of_settings(
    enqueue_of: Callable[[Services], Callable[[str, Sequence[int], int], None]], keys: Sequence[EpochKey] = ()
) -> FrontDoor:
    """Return the service of the environment's settings; each process makes its own and shares no connection.

    ``enqueue_of`` makes what tells the worker that parts of a batch wait. ``keys``: those that were there when the
    service was started, should their file be bad when this process begins.
    """
    services = Services(Settings.read())
    services.verifying_keys.remember(keys)
    services.verifying_keys.compare()
    services.verifying_keys.watch()
    return FrontDoor(public_app(services), create_staff_app(services, enqueue_of(services)))
