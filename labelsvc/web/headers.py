"""What every answer carries besides its body: no script, no frame, no trace, nothing kept but the style."""

from __future__ import annotations

import zlib

from flask import Request, Response

_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; "
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
    ("X-Robots-Tag", "noindex"),
)
_KEPT = (("Cache-Control", "public, max-age=31536000, immutable"), ("Vary", "Accept-Encoding"))

_WORTH_COMPRESSING = 1_000
"""Bytes; a shorter body fits one packet anyway."""


class Answers:
    """Makes responses with their headers. ``behind_tls``: the service is reached by HTTPS alone, so say it (HSTS)."""

    def __init__(self, *, behind_tls: bool) -> None:
        safe = (*_SAFE, _TRANSPORT) if behind_tls else _SAFE
        self._page = (*_PAGE, *safe)
        self._kept = (*_KEPT, *safe)

    def page(self, request: Request, text: str, status: int = 200, media_type: str = "text/html") -> Response:
        """Return a page or JSON, compressed where the browser takes it, never kept."""
        body = text.encode()
        headers = [("Content-Type", f"{media_type}; charset=utf-8"), *self._page]
        if len(body) > _WORTH_COMPRESSING and takes_gzip(request):
            body = _gzip(body)
            headers.append(("Content-Encoding", "gzip"))
        return Response(body, status, headers)

    def kept(self, request: Request, media_type: str, body: bytes, gzipped: bytes) -> Response:
        """Return a file that a browser may keep for ever, as its name changes with its contents."""
        headers = [("Content-Type", media_type), *self._kept]
        if gzipped and takes_gzip(request):
            return Response(gzipped, 200, [*headers, ("Content-Encoding", "gzip")])
        return Response(body, 200, headers)

    def see(self, location: str) -> Response:
        """Return a redirect to a page of ours (303, so that it is read and never sent again)."""
        return Response(b"", 303, [("Location", location), *self._page])


def takes_gzip(request: Request) -> bool:
    """Tell whether the browser takes gzip; one that refuses it by ``q=0`` gets the plain body."""
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in accepted and request.accept_encodings["gzip"] > 0 if ";" in accepted else "gzip" in accepted


def _gzip(body: bytes) -> bytes:
    compressor = zlib.compressobj(level=4, wbits=zlib.MAX_WBITS | 16)
    return compressor.compress(body) + compressor.flush()
