"""Sends files by identity, never by path: whole or in ranges, in constant memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import PurePath
from threading import Lock
from typing import Any, TypeVar

from flask import Response, redirect, request, send_file
from werkzeug.datastructures import ContentRange
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import ClosingIterator

from labelsvc.domain.errors import TooManyAtOnce
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.limits import asking_account
from labelsvc.workflows.batches.batch_archive import Archive
from labelsvc.workflows.batches.batch_files import BatchFile

TYPES = {".pdf": "application/pdf", ".csv": "text/csv", ".json": "application/json", ".zip": "application/zip"}
DOWNLOADS = 4
"""Of an account at once, in a web process: slow ones hold a thread each."""
_UNDER_WAY: Counter[int] = Counter()
_CHANGES = Lock()
R = TypeVar("R", bound=AnyResponse)
PRIVATE = "private, no-cache"


def send_batch_file(file: BatchFile, batch: str) -> AnyResponse:
    """Send a file of a batch under a name that says which batch; ranges and ETags are answered.

    A file of an object store passes through here, or, where the settings want it, its reader is sent to the store by an
    address that ends soon: whoever calls this has looked at the reader's rights.
    """
    shown, media_type = f"{batch}-{file.name}", TYPES.get(PurePath(file.name).suffix, "application/octet-stream")
    if file.path is None:
        link = file.link(shown) if desk.services().settings.output_links else ""
        return _linked(link) if link else _send_ranges(file, shown, media_type)
    response = send_file(
        file.path,
        mimetype=media_type,
        as_attachment=True,
        download_name=shown,
        etag=file.etag,
        conditional=True,
        max_age=0,
    )
    response.headers["Cache-Control"] = PRIVATE
    return _count(response)


def send_archive(archive: Archive, name: str) -> Response:
    """Send a ZIP that is made on the way; a range of it starts where the last download broke off."""
    return _send_ranges(archive, f"{name}.zip", TYPES[".zip"])


def _linked(address: str) -> AnyResponse:
    response = redirect(address)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _send_ranges(content: Archive | BatchFile, shown: str, media_type: str) -> Response:
    etag = f'"{content.etag}"'
    headers = {
        "Content-Disposition": f'attachment; filename="{shown}"',
        "Content-Type": media_type,
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": PRIVATE,
    }
    if request.if_none_match.contains(content.etag):
        return Response(status=304, headers=headers)
    span = _span(content)
    if span == (0, content.size):
        return _count(_answer(content, span, 200, headers))
    if span is None:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{content.size}"})
    headers["Content-Range"] = ContentRange("bytes", *span, content.size).to_header()
    return _count(_answer(content, span, 206, headers))


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


def _span(content: Archive | BatchFile) -> tuple[int, int] | None:
    """Return the bytes asked for, all where no single range is, None if they are not there."""
    whole = (0, content.size)
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return whole
    if request.if_range.etag is not None and request.if_range.etag != content.etag:
        return whole
    return asked.range_for_length(content.size)


def _answer(content: Archive | BatchFile, span: tuple[int, int], status: int, headers: dict[str, str]) -> Response:
    body = () if request.method == "HEAD" else content.read(*span)
    length = {"Content-Length": str(span[1] - span[0])}
    return Response(body, status, headers | length, direct_passthrough=True)


MADE_TYPES = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf", "zip": "application/zip"}
