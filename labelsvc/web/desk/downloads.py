"""Sends files by identity, never by path: whole or in ranges, in constant memory."""

from __future__ import annotations

from flask import Response, request, send_file
from werkzeug.datastructures import ContentRange
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.workflows.batches.batch_files import Archive, BatchFile

TYPES = {".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/json"}
_PRIVATE = "private, no-cache"


def send_batch_file(file: BatchFile, batch: str) -> AnyResponse:
    """Send a file of a batch under a name that says which batch; ranges and ETags are answered."""
    media_type = TYPES.get(file.path.suffix, "application/octet-stream")
    response = send_file(
        file.path,
        mimetype=media_type,
        as_attachment=True,
        download_name=f"{batch}-{file.name}",
        etag=file.etag,
        conditional=True,
        max_age=0,
    )
    response.headers["Cache-Control"] = _PRIVATE
    return response


def send_archive(archive: Archive, name: str) -> Response:
    """Send a ZIP that is made on the way; a range of it starts where the last download broke off."""
    etag = f'"{archive.etag}"'
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.zip"',
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": _PRIVATE,
    }
    if request.if_none_match.contains(archive.etag):
        return Response(status=304, headers=headers)
    span = _span(archive)
    if span == (0, archive.size):
        return _answer(archive, span, 200, headers)
    if span is None:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{archive.size}"})
    headers["Content-Range"] = ContentRange("bytes", *span, archive.size).to_header()
    return _answer(archive, span, 206, headers)


def _span(archive: Archive) -> tuple[int, int] | None:
    """Return the bytes asked for, all where no single range is, None where they are not there."""
    whole = (0, archive.size)
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return whole
    if request.if_range.etag is not None and request.if_range.etag != archive.etag:
        return whole
    return asked.range_for_length(archive.size)


def _answer(archive: Archive, span: tuple[int, int], status: int, headers: dict[str, str]) -> Response:
    body = () if request.method == "HEAD" else archive.read(*span)
    length = {"Content-Length": str(span[1] - span[0])}
    return Response(body, status, headers | length, mimetype="application/zip", direct_passthrough=True)


def send_content(name: str, content: bytes) -> Response:
    """Send a file that was made for this request."""
    media_type = MADE_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": _PRIVATE}
    return Response(content, headers=headers, mimetype=media_type)


MADE_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "zip": "application/zip"}
