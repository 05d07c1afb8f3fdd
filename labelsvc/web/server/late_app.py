"""The desk of a process that began while the database was away: made at a later request, explained until then."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from labelsvc.domain.errors import StorageRefused
from labelsvc.web.desk.problem_json import MEDIA_TYPE, PREFIX, ProblemBody
from labelsvc.web.language import preferred_language
from labelsvc.web.metrics import UNAVAILABLE
from labelsvc.wording import Wording

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LOG = logging.getLogger("labelsvc.web")
RETRY_SECONDS = 5
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body style="font: 1rem/1.5 sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem; color: #1c1c1a">
<p style="color: #0b5a3a; font-weight: 600">{brand}</p>
<h1 style="font-size: 1.5rem">{title}</h1>
<p>{text}</p><p><a style="color: #0b5a3a" href="">{again}</a></p></body></html>
"""


class LateApp:
    """An application that needs the database to begin: while that is away, it is made at a later request.

    ``templates``: the folder with wording/.
    """

    def __init__(self, make: Callable[[], WSGIApplication], templates: Path) -> None:
        self._make = make
        self._templates = templates
        self._turn = Lock()
        self._app: WSGIApplication | None = None
        self._try()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as WSGI wants it; 503 where the application cannot be made yet."""
        app = self._app or self._try()
        if app is not None:
            return app(environ, start_response)
        UNAVAILABLE["database"].inc()
        language = preferred_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        is_api = environ.get("PATH_INFO", "").startswith(PREFIX)
        media_type, text = _problem(self._templates, language) if is_api else _page(self._templates, language)
        headers = [("Retry-After", str(RETRY_SECONDS)), ("Content-Type", media_type), ("Content-Language", language)]
        start_response("503 Service Unavailable", [*headers, ("Cache-Control", "no-store")])
        return (text,)

    def _try(self) -> WSGIApplication | None:
        with self._turn:
            if self._app is None:
                try:
                    self._app = self._make()
                except StorageRefused as error:
                    LOG.warning("the desk cannot begin yet: %s", error)
        return self._app


@cache  # wording is read once, however many ask while the database is away
def _page(templates: Path, language: str) -> tuple[str, bytes]:
    wording = Wording(templates / "wording", language)
    said = {"brand": "office.brand", "title": "fault.503_title", "text": "fault.503_text", "again": "fault.again"}
    page = _PAGE.format(language=language, **{name: escape(wording.say(code)) for name, code in said.items()})
    return "text/html; charset=utf-8", page.encode()


@cache
def _problem(templates: Path, language: str) -> tuple[str, bytes]:
    wording = Wording(templates / "wording", language)
    title, text = wording.say("fault.api_503_title"), wording.say("fault.api_503_text")
    return MEDIA_TYPE, ProblemBody(type="about:blank", title=title, status=503, detail=text).model_dump_json().encode()
