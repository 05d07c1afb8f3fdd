"""Sends files by identity, never by path: whole or in ranges, in constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from threading import Lock
from typing import Any, TypeVar

from flask import Response, request, send_file
from werkzeug.datastructures import ContentRange
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import ClosingIterator

from labelsvc.domain.errors import TooManyAtOnce
from labelsvc.web.desk.limits import asking_account
from labelsvc.workflows.batches.batch_files import Archive, BatchFile

TYPES = {".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/json", ".zip": "application/zip"}
DOWNLOADS = 4
"""Of an account at once, in a web process: slow ones hold a thread each."""
_UNDER_WAY: Counter[int] = Counter()
_CHANGES = Lock()
R = TypeVar("R", bound=AnyResponse)
PRIVATE = "private, no-cache"


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
    response.headers["Cache-Control"] = PRIVATE
    return _count(response)


def send_archive(archive: Archive, name: str) -> Response:
    """Send a ZIP that is made on the way; a range of it starts where the last download broke off."""
    etag = f'"{archive.etag}"'
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.zip"',
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": PRIVATE,
    }
    if request.if_none_match.contains(archive.etag):
        return Response(status=304, headers=headers)
    span = _span(archive)
    if span == (0, archive.size):
        return _count(_answer(archive, span, 200, headers))
    if span is None:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{archive.size}"})
    headers["Content-Range"] = ContentRange("bytes", *span, archive.size).to_header()
    return _count(_answer(archive, span, 206, headers))


def _count(response: R) -> R:
    """Let a download count until it is sent; TooManyAtOnce where the account has DOWNLOADS in this process already."""
    account = asking_account()
    with _CHANGES:
        if _UNDER_WAY[account] >= DOWNLOADS:
            raise TooManyAtOnce.from_code("export.downloads", most=DOWNLOADS)
        _UNDER_WAY[account] += 1

    def end() -> None:
        with _CHANGES:
            _UNDER_WAY[account] -= 1
            if not _UNDER_WAY[account]:
                del _UNDER_WAY[account]

    when_sent(response, end)
    return response


def when_sent(response: AnyResponse, end: Callable[[], object]) -> None:
    """Call something once when a response was sent or broke off; Werkzeug tells nobody of a file that it passes on."""
    ending = ExitStack()
    ending.callback(end)
    body: Any = response.response
    if hasattr(body, "__dict__"):  # what the server wraps a file in, or a range of it
        ending.callback(getattr(body, "close", lambda: None))
        body.close = ending.close
    else:
        response.response = ClosingIterator(body, ending.close)


def _span(archive: Archive) -> tuple[int, int] | None:
    """Return the bytes asked for, all where no single range is, None if they are not there."""
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


MADE_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "zip": "application/zip"}
