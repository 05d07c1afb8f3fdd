"""Requests that only read are answered a second time where the database's connection died in their midst."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, request
from flask.typing import ResponseReturnValue

from labelsvc.domain.errors import ConnectionLost

ONLY_READ = ("GET", "HEAD", "OPTIONS")
"""Safe methods (RFC 9110, 9.2.1). Whether a write that died was done nobody knows: its sender tries again."""

R = TypeVar("R")


class RepeatsReads(Flask):
    """A Flask application that repeats them."""

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Do what comes before a view, such as asking who is signed in."""
        return _repeated(super().preprocess_request)

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request."""
        return _repeated(super().dispatch_request)


def _repeated(step: Callable[[], R]) -> R:
    try:
        return step()
    except ConnectionLost:
        if request.method not in ONLY_READ:
            raise
        return step()
