"""The session's signed cookie, kept out of answers that a cache may hand to somebody else.

It says when it was signed, by the clock that all machines share: one whose own clock is astray signs nobody out.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from labelsvc.web.desk import context as desk


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        """Return the seconds that a cookie is signed at."""
        return int(desk.now().timestamp())


class CookieSessions(SecureCookieSessionInterface):
    """Sets no cookie on an answer that may be kept by others; one that changes the session is not kept (RFC 9111)."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs cookies."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = _Signer
        return serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a cookie, an empty one where there is none, or it is too old or not ours."""
        serializer, value = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not value:
            return super().open_session(app, request)
        try:
            facts, signed_at = serializer.loads(value, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        holds = -desk.CLOCKS_APART <= desk.now() - signed_at <= app.permanent_session_lifetime
        return self.session_class(facts if holds else None)

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """Return when a browser is to forget the cookie, None for when it ends."""
        return desk.now() + app.permanent_session_lifetime if session.permanent else None

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where it belongs; called after everything else has touched the answer."""
        control = response.cache_control
        shared = control.public or ((control.max_age or 0) > 0 and not control.private)
        if shared and session.modified:
            response.headers["Cache-Control"] = "no-store"
        elif shared:
            if session.accessed:
                response.vary.add("Cookie")
            return
        super().save_session(app, session, response)
