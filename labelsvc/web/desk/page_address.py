"""Reopenable addresses of pages: a refused form is at an address that only accepts POST."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from labelsvc.web.desk.own_path import own_path


def page_address() -> str:
    """Return the address of this page, or of the page that its form stands on; empty if neither can be opened."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    came_from = before.path + (f"?{before.query}" if before.query else "") if before.netloc == request.host else ""
    return openable(request.path) or openable(came_from)


def openable(address: str) -> str:
    """Return a path of this site that answers GET; return the empty string for anything else."""
    path = own_path(address)
    try:
        current_app.url_map.bind("").match(urlsplit(path).path, method="GET")
    except RequestRedirect:
        return path
    except HTTPException:
        return ""
    return path
