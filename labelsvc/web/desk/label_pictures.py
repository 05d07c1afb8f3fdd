"""Pictures go out with an ETag: a browser asks again, and gets them again only where something changed."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from flask import Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError, NotFound


def send_picture(draw: Callable[[], bytes]) -> AnyResponse:
    """Send a PNG; 404 where what it shows is not there, 422 where it cannot be drawn (the page says why)."""
    try:
        content = draw()
    except NotFound:
        raise
    except LabelsvcError:
        abort(422)
    response = Response(content, mimetype="image/png")
    response.set_etag(sha256(content).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)
