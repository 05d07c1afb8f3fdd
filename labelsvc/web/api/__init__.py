"""The API for machines, ``/api/v1``."""

from __future__ import annotations

from flask_openapi3.openapi import OpenAPI


def add_api(app: OpenAPI) -> None:
    """Add the API to the application."""
