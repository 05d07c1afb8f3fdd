"""Sends pictures with an ETag: a browser asks again, and gets them again only if something changed."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from flask import Response, abort, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.permission import design_suits
from labelsvc.web.desk import context as desk
from labelsvc.workflows.designs.label_picture import label_png, label_thumbnail
from labelsvc.workflows.designs.preview_label import LabelPreview, preview_refusals


def preview_of(name: str, stored: StoredProduct | None, source: bytes) -> LabelPreview:
    """Return what a label of a design would be today; ``stored`` None shows a made-up product."""
    services = desk.services()
    mark, host = services.paper_words.marks.specimen, services.settings.host
    return LabelPreview(name=name, stored=stored, mark=mark, host=host, now=desk.now(), source=source)


def label_refusals(stored: StoredProduct) -> dict[str, list[str]]:
    """Return the name of each design for a product's group, with why it cannot show it: no reason where it can."""
    services = desk.services()
    suited = [design for design in services.looks.designs if design_suits(design.groups, stored.product.group)]
    previews, assets = [preview_of(design.name, stored, design.source) for design in suited], services.assets
    return {preview.name: list(map(desk.explain, preview_refusals(preview, assets))) for preview in previews}


def warn_unfit(stored: StoredProduct) -> None:
    """Let the next page say so where a product fits no design that is for its group."""
    refusals = label_refusals(stored)
    if refusals and all(refusals.values()):
        why = next(iter(refusals.values()))[0]
        desk.flash_warning("product.fits_no_design", name=stored.product.name, why=why)


def send_label(name: str, stored: StoredProduct | None, producer_id: int | None = None) -> AnyResponse:
    """Send a product's label as it would print today, in the design of that name, as :func:`send_picture` does.

    ``producer_id``: whose own versions may be shown too.
    """
    services = desk.services()
    source = services.looks.source_for(name, [producer_id])
    return send_picture(lambda: label_png(preview_of(name, stored, source), services.assets))


def send_thumbnail(name: str, stored: StoredProduct | None) -> AnyResponse:
    """Send the same small."""
    services = desk.services()
    source = services.looks.source(name)
    return send_picture(lambda: label_thumbnail(preview_of(name, stored, source), services.assets))


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
