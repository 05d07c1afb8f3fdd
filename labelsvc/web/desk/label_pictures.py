"""Pictures go out with an ETag: a browser asks again, and gets them again only where something changed."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from flask import Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.web.desk import context as desk
from labelsvc.workflows.batches.order_batch import StoredProduct
from labelsvc.workflows.designs.label_picture import label_png
from labelsvc.workflows.designs.preview_label import Preview


def preview_of(name: str, stored: StoredProduct | None, source: bytes) -> Preview:
    """Return what a label of a design would be today; ``stored`` None shows a made-up product."""
    services = desk.services()
    mark, host = services.paper_words.marks.specimen, services.settings.host
    return Preview(name=name, stored=stored, mark=mark, host=host, now=desk.now(), source=source)


def send_label(name: str, stored: StoredProduct | None) -> AnyResponse:
    """Send a product's label as it would print today, in the design of that name, as :func:`send_picture` does."""
    services = desk.services()
    source = services.looks.source(name)
    return send_picture(lambda: label_png(preview_of(name, stored, source), services.assets))


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
