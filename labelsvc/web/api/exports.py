"""A batch's labels for a screen or a packaging designer: its QR codes alone, pictures, drawings."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import NotFound
from labelsvc.web import desk
from labelsvc.web.api import batch_models as b
from labelsvc.web.api import models as m
from labelsvc.web.api.access import scoped
from labelsvc.web.api.blueprint import BEARER, api
from labelsvc.web.api.files import file_answers
from labelsvc.web.api.sight import seen_batch
from labelsvc.web.downloads import send_content
from labelsvc.web.limits import API_CALLS, limiter
from labelsvc.workflows.batch_files import Batch
from labelsvc.workflows.label_exports import PICTURE_DPI, picture_files, qr_files, svg_files

SINGLE = "single"
"""The stock of one label a page, of which pictures and drawings are made."""


@api.get(
    "/batches/<name>/qr/<form>", summary="Download the QR codes alone", security=BEARER,
    responses=file_answers("One file, or a ZIP", "image/svg+xml", "application/pdf", "image/png", "application/zip"),
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("batches:read")
def qr(path: b.QrPath) -> Any:
    """Send the QR codes of a batch that is ready, for one's own packaging."""
    shop, stored = desk.shop(), _ready(path.name)
    return send_content(*qr_files(stored, shop.batches.lines(path.name), shop.epochs, path.form))


@api.get(
    "/batches/<name>/pictures/<int:dpi>", summary="Download pictures of the labels", security=BEARER,
    responses=file_answers("One PNG, or a ZIP", "image/png", "application/zip"),
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("batches:read")
def pictures(path: b.PicturePath) -> Any:
    """Send pictures at 300 or 600 dpi of a batch that is ready on the stock ``single``."""
    stored = _ready(path.name, single=True)
    if path.dpi not in PICTURE_DPI:
        raise NotFound.of("storage.no_file", batch=path.name, name=f"{path.dpi}dpi.png")
    return send_content(*picture_files(stored, desk.shop().batches.parts(path.name), path.dpi))


@api.get(
    "/batches/<name>/drawings", summary="Download the labels as SVG", security=BEARER,
    responses=file_answers("One SVG, or a ZIP", "image/svg+xml", "application/zip"),
)  # fmt: skip
@limiter.limit(API_CALLS)
@scoped("batches:read")
def drawings(path: m.BatchPath) -> Any:
    """Send the labels of a batch that is ready on the stock ``single`` as SVG, for a packaging designer."""
    shop, stored = desk.shop(), _ready(path.name, single=True)
    return send_content(*svg_files(stored, shop.batches.parts(path.name), shop.room))


def _ready(name: str, *, single: bool = False) -> Batch:
    """Return a batch of which files can be made; NotFound where it is not ready, or not on the stock ``single``."""
    _, stored = seen_batch(name)
    if stored.state != "ready" or (single and stored.stock.name != SINGLE):
        raise NotFound.of("api.no_labels", batch=name)
    return stored
