"""Headers of every answer: no scripts, no framing, no referrer, no caching except the style."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Request, Response

from labelsvc.web.public.kept_page import FilledPage

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SAFE = (
    ("Content-Security-Policy", _CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
_PAGE = (
    ("Cache-Control", "no-store"),
    ("Vary", "Accept, Accept-Language, Accept-Encoding"),
)
NOT_INDEXED = ("X-Robots-Tag", "noindex")
INDEXED = ("X-Robots-Tag", "noarchive")
"""A page that search engines may lead to, without a copy that outlives the stars."""
_KEPT = (
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("Vary", "Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
)

_BY_HASH = (
    ("Cache-Control", "public, max-age=31536000, s-maxage=3600, immutable"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)
"""What never changes under its hash, but may be withdrawn: whoever saw it keeps it, and caches of many ask again."""

_WORTH_COMPRESSING = 3_000
"""Bytes. A shorter page leaves the first visit under 14 kB as it is, and compressing costs a tenth of all requests."""
_WINDOW_BITS, _GZIP = 12, 16
"""A window of 4 kB holds a whole page: a larger one costs more time to lay out than it saves."""

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}

Header = tuple[str, str]
Headers = tuple[Header, ...]


class PublicResponse(Response):
    """A finished response: its headers are sent as they are, which halves Flask's cost."""

    def __init__(self, body: bytes, status: int, headers: Headers) -> None:
        super().__init__(status=_STATUS_LINES[status])
        self._body = body
        self._sent = [*headers, ("Content-Length", str(len(body)))]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it; a HEAD gets the headers alone."""
        start_response(self.status, self._sent)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self._body,)


class PublicResponses:
    """Makes responses with their headers. ``behind_tls``: the service is reached by HTTPS alone, so say it (HSTS)."""

    def __init__(self, *, behind_tls: bool) -> None:
        transport = (_TRANSPORT,) if behind_tls else ()
        self._page = (*_PAGE, *_SAFE, *transport)
        self._kept = (*_KEPT, *transport)
        self._by_hash = (*_BY_HASH, *transport)

    def page(
        self, request: Request, body: bytes, status: int = 200, media_type: str = "text/html", more: Headers = ()
    ) -> PublicResponse:
        """Return a page or JSON, compressed where it is long and the browser takes it, never kept."""
        headers = (("Content-Type", f"{media_type}; charset=utf-8"), *self._page, NOT_INDEXED, *more)
        if len(body) > _WORTH_COMPRESSING and takes_gzip(request):
            return PublicResponse(_gzip(body), status, (*headers, ("Content-Encoding", "gzip")))
        return PublicResponse(body, status, headers)

    def filled(
        self, request: Request, page: FilledPage, status: int = 200, more: Headers = (), robots: Header = NOT_INDEXED
    ) -> PublicResponse:
        """Return a page that was kept in pieces, in the form that the browser takes; no browser keeps it."""
        headers = (("Content-Type", "text/html; charset=utf-8"), *self._page, robots, *more)
        if takes_gzip(request):
            return PublicResponse(page.gzipped(), status, (*headers, ("Content-Encoding", "gzip")))
        return PublicResponse(page.plain(), status, headers)

    def kept(self, request: Request, media_type: str, body: bytes, gzipped: bytes) -> PublicResponse:
        """Return a file that a browser may keep for ever, as its name changes with its contents."""
        headers = (("Content-Type", media_type), *self._kept)
        if gzipped and takes_gzip(request):
            return PublicResponse(gzipped, HTTPStatus.OK, (*headers, ("Content-Encoding", "gzip")))
        return PublicResponse(body, HTTPStatus.OK, headers)

    def by_hash(self, body: bytes, media_type: str) -> PublicResponse:
        """Return a picture or a file under its hash."""
        kind = "inline" if media_type.startswith("image/") else "attachment"
        headers = (("Content-Type", media_type), ("Content-Disposition", kind), *self._by_hash)
        return PublicResponse(body, HTTPStatus.OK, headers)

    def badge(self, svg: bytes, seconds: int) -> PublicResponse:
        """Return a picture of what holds now, which caches of shops' visitors may show some seconds longer."""
        kept = (("Cache-Control", f"public, max-age={seconds}"), ("Vary", "Accept-Language"), *self._by_hash[1:])
        return PublicResponse(svg, HTTPStatus.OK, (("Content-Type", "image/svg+xml; charset=utf-8"), *kept))

    def see(self, location: str) -> PublicResponse:
        """Return a redirect to a page of ours (303, so that it is read and never sent again)."""
        return PublicResponse(b"", HTTPStatus.SEE_OTHER, (("Location", location), *self._page, NOT_INDEXED))


def takes_gzip(request: Request) -> bool:
    """Return whether the browser takes gzip; one that refuses it by ``q=0`` gets the plain body."""
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and request.accept_encodings["gzip"] > 0 if ";" in accepted else "gzip" in accepted


def _gzip(body: bytes) -> bytes:
    compressor = zlib.compressobj(level=4, wbits=_WINDOW_BITS | _GZIP, memLevel=6)
    return compressor.compress(body) + compressor.flush()


def json_bytes(facts: Mapping[str, object]) -> bytes:
    """Return facts as JSON in UTF-8."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
