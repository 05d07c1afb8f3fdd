"""A request's id: in its log, its answer's header, and on error pages for whoever tells the office about one.

It is a proxy's (``X-Request-ID``, as nginx's ``$request_id`` or a UUID) where the settings say that there is one, else
made here: 32 hexadecimal digits either way, so that nothing else gets into the log by it.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from labelsvc.log_context import begin_work, work_at_hand

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

HEADER = "X-Request-ID"
SHOWN_DIGITS = 8
"""Of an id, where a person reads it out; enough to find it in the log."""
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def begin_request(environ: WSGIEnvironment, *, behind_proxy: bool) -> str:
    """Return the id of a request that this thread begins with, and let the log bear it."""
    given = environ.get("HTTP_X_REQUEST_ID", "").lower() if behind_proxy else ""
    request_id = given.replace("-", "") if _ID.fullmatch(given) else secrets.token_hex(16)
    begin_work(request=request_id)
    return request_id


def shown_request_id() -> str:
    """Return what a page tells of the id of the request at hand; empty if there is none."""
    return str(work_at_hand().get("request", ""))[:SHOWN_DIGITS]
