"""Scans on the shortest way: ``GET /CODE`` is answered without Flask's routing, contexts and hooks.

A scan needs none of them, and they take a third of its time. Every other request, and every spelling that is not simply
twenty characters, goes through Flask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request, Response

from labelsvc.domain.label_code import LENGTH, parse_code

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_METHODS = ("GET", "HEAD")


class CodeAddresses:
    """The WSGI application in front of Flask's; ``answer`` returns the response to a request for a code."""

    def __init__(self, app: Flask, answer: Callable[[Request, str], Response]) -> None:
        self._app, self._others, self._answer = app, app.wsgi_app, answer

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Respond as WSGI requires; errors are explained as Flask's are."""
        code = environ.get("PATH_INFO", "")[1:]
        mounted, asked = environ.get("SCRIPT_NAME"), environ["REQUEST_METHOD"] in _METHODS
        if mounted or not asked or len(code) != LENGTH or parse_code(code) is None:
            return self._others(environ, start_response)
        try:
            response = self._answer(Request(environ, populate_request=False), code)
        except Exception as error:  # noqa: BLE001  Flask's handlers explain it and write it to the log
            with self._app.request_context(environ):
                response = self._app.make_response(self._app.handle_user_exception(error))
        return response(environ, start_response)
