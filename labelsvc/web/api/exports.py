"""A batch's labels in other formats: on other stocks, as pictures, as drawings, or only their QR codes."""

from __future__ import annotations

from typing import Any

from flask import Response

from labelsvc.domain.errors import NotFound
from labelsvc.web.api import batch_models as b
from labelsvc.web.api import models as m
from labelsvc.web.api.access import caller, scoped
from labelsvc.web.api.answers import answer
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.api.files import file_answers
from labelsvc.web.api.visibility import get_usable_batch
from labelsvc.web.desk.exports import send_export
from labelsvc.web.desk.label_forms import forms_of
from labelsvc.workflows.batches.batch_files import Batch


@api.get(
    "/batches/<name>/forms",
    summary="List the forms that labels can be had in",
    security=BEARER,
    responses={200: b.FormList, **FAILING},
)
@scoped("batches:read")
def forms(path: m.BatchPath) -> Response:
    """Return the formats of a ready batch's labels; making one uses no quota."""
    made = forms_of(_ready(path.name))
    found = [
        b.FormItem(
            file=form.file,
            kind=form.kind,
            of=form.of,
            url=f"{api.url_prefix}/batches/{path.name}/forms/{form.file}",
            first=[some.start for some in made.sets] if form.kind in ("png", "svg") else [1],
        )
        for form in made.forms()
    ]
    return answer(b.FormList(items=found))


@api.get(
    "/batches/<name>/forms/<file>",
    summary="Download the labels in a form",
    security=BEARER,
    responses=file_answers("One file, or a ZIP", "application/pdf", "image/svg+xml", "image/png", "application/zip"),
)
@scoped("batches:read")
def form(path: b.FilePath, query: b.FormQuery) -> Any:
    """Send a format, byte-identical each time; for pictures and drawings the set that begins with label ``first``."""
    return send_export(_ready(path.name).name, path.file, query.first, caller().id)


def _ready(name: str) -> Batch:
    stored = get_usable_batch(name)
    if stored.state != "ready":
        raise NotFound.from_code("api.no_labels", batch=name)
    return stored
