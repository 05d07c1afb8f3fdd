"""Where a page can be opened again: a form that was refused stands at an address that only takes what is sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from labelsvc.web.desk.own_path import own_path


def page_address() -> str:
    """Return the address of this page, or of the page that its form stands on; empty where neither can be opened."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    came_from = before.path + (f"?{before.query}" if before.query else "") if before.netloc == request.host else ""
    return openable(request.path) or openable(came_from)


def openable(address: str) -> str:
    """Return an own path that answers GET as it is, anything else as nothing."""
    path = own_path(address)
    try:
        current_app.url_map.bind("").match(urlsplit(path).path, method="GET")
    except RequestRedirect:
        return path
    except HTTPException:
        return ""
    return path
