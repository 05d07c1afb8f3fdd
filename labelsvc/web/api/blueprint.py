"""The API's blueprint, and what its operations have in common in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from labelsvc.web.api.problems import MEDIA_TYPE, ProblemBody, problem

PROBLEM = {"description": "Problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": ProblemBody.model_json_schema()}}}
BINARY = {"schema": {"type": "string", "format": "binary"}}
FAILING: dict[Any, Any] = {str(status): PROBLEM for status in (400, 401, 403, 404, 409, 413, 415, 422, 429)}
PUBLIC_FAILING: dict[Any, Any] = {str(status): PROBLEM for status in (400, 404, 422, 429)}
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
CHANGED: dict[Any, Any] = {"412": PROBLEM}

api = APIBlueprint("api", __name__, url_prefix="/api/v1")


@api.before_request
def refuse_other_media() -> Response | None:
    """Answer 415 to a body that is neither JSON nor, where a spreadsheet is sent, a form with a file."""
    if request.method not in ("POST", "PATCH") or not request.content_type:
        return None
    sends_file = request.path.endswith("/imports")
    taken = request.mimetype == "multipart/form-data" if sends_file else request.is_json
    return None if taken else problem(415, "415_file" if sends_file else "415")
