"""The session's signed cookie, kept out of answers that a cache may hand to somebody else."""

from __future__ import annotations

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class CookieSessions(SecureCookieSessionInterface):
    """Sets no cookie on an answer that may be kept by others; one that changes the session is not kept (RFC 9111)."""

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
