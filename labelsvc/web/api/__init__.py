"""The API for machines, ``/api/v1``: OpenAPI 3.1 made from the code, problem+json, bearer tokens."""

from __future__ import annotations

from flask import Response, jsonify, render_template
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect

from labelsvc import __version__
from labelsvc.web.api import (  # noqa: F401  every module adds its resource to the blueprint
    batches,
    exports,
    files,
    imports,
    looks,
    products,
    proposals,
    recognitions,
    register,
    spoiled,
    stamp_orders,
    verdicts,
)
from labelsvc.web.api.blueprint import api
from labelsvc.web.api.document import api_document
from labelsvc.web.api.schema_words import fields_of, kind_of
from labelsvc.web.desk.problem_json import ProblemBody, invalid
from labelsvc.web.repeated_reads import RepeatsReads

BEARER = {"type": "http", "scheme": "bearer", "description": "Made and revoked under /account."}


class _ApiApp(RepeatsReads, OpenAPI):
    """A Flask application that can describe its API, and repeats what only reads."""


def make_api_app() -> OpenAPI:
    """Return a Flask application that can describe its API."""
    return _ApiApp(
        "labelsvc",
        info=Info(title="labelsvc", version=__version__),
        security_schemes={"bearer": BEARER},
        validation_error_status=422,
        validation_error_model=ProblemBody,
        validation_error_callback=invalid,
        doc_ui=False,
        static_folder=None,
        template_folder=None,
    )


def add_api(app: OpenAPI, csrf: CSRFProtect) -> None:
    """Add the API, its document and its page; tokens need no CSRF protection, as no browser sends them by itself."""
    app.register_api(api)
    csrf.exempt(app.blueprints["api"])
    app.add_url_rule("/api/v1/openapi.json", "api_document", _document)
    app.add_url_rule("/api/v1/docs", "api_docs", _docs)


def _document() -> Response:
    return jsonify(api_document())


def _docs() -> str:
    return render_template("api/docs.html", document=api_document(), fields_of=fields_of, kind_of=kind_of)
