"""Downloads of a batch: its files, all of them as a ZIP, reprints."""

from __future__ import annotations

from typing import Any

from labelsvc.domain.errors import NotFound
from labelsvc.web.api import batch_models as b
from labelsvc.web.api import models as m
from labelsvc.web.api.access import scoped
from labelsvc.web.api.blueprint import BEARER, BINARY, FAILING, api
from labelsvc.web.api.visibility import get_usable_batch
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.downloads import send_archive, send_batch_file
from labelsvc.workflows.batches.batch_archive import archive_of
from labelsvc.workflows.batches.batch_files import batch_file, batch_files, refuse_gone, reprint_file


def file_answers(description: str, *media_types: str) -> dict[Any, Any]:
    """Return the answers of an operation that sends a file of these types."""
    content: dict[str, Any] = {name: {"schema": {}} if name == "application/json" else BINARY for name in media_types}
    return {200: {"description": description, "content": content}, **FAILING}


@api.get(
    "/batches/<name>/files/<file>",
    summary="Download a file",
    security=BEARER,
    responses=file_answers("The file", "application/pdf", "text/csv", "application/json"),
)
@scoped("batches:read")
def download(path: b.FilePath) -> Any:
    """Send one of a batch's files; ranges and ETags are answered."""
    stored = get_usable_batch(path.name)
    return send_batch_file(batch_file(stored, desk.services().batches, path.file), path.name)


@api.get(
    "/batches/<name>/archive",
    summary="Download all files as a ZIP",
    security=BEARER,
    responses=file_answers("The ZIP", "application/zip"),
)
@scoped("batches:read")
def archive(path: m.BatchPath) -> Any:
    """Send all files of a batch; ranges and ETags are answered."""
    stored = get_usable_batch(path.name)
    refuse_gone(stored, desk.services().batches)
    files = batch_files(stored, desk.services().batches)
    if not files:
        raise NotFound.from_code("storage.no_file", batch=path.name, name="archive")
    return send_archive(archive_of(files, path.name), path.name)


@api.get(
    "/batches/<name>/reprints/<int:number>",
    summary="Download a reprint",
    security=BEARER,
    responses=file_answers("The reprint", "application/pdf"),
)
@scoped("batches:read")
def reprinted(path: b.ReprintPath) -> Any:
    """Send the PDF of a reprint; ranges and ETags are answered."""
    stored = get_usable_batch(path.name)
    return send_batch_file(reprint_file(stored, desk.services().reprints, path.number), path.name)
