"""A desk over HTTP, for a browser: from a thread of the tests' own process, which has everything imported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from werkzeug.serving import make_server

from labelsvc.web.public.app import public_app
from labelsvc.web.server.front import FrontDoor
from tests.offices.desk_office import DeskOffice


@contextmanager
def served_desk(desk: DeskOffice) -> Iterator[int]:
    """Serve the desk with the public pages; gives the port on this machine. How gunicorn serves them, others try."""
    front = FrontDoor(public_app(desk.services), desk.app, desk.services)
    with make_server("127.0.0.1", 0, front, threaded=True) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
