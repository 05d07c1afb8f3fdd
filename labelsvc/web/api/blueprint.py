"""The API's blueprint, and what its operations share in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from labelsvc.web.api.access import refuse_strangers
from labelsvc.web.desk.limits import API_CALLS, limiter
from labelsvc.web.desk.problem_json import MEDIA_TYPE, ProblemBody, problem

PROBLEM_PARTS: dict[str, Any] = {}
"""What the schemas of problems refer to; the document has them among its components."""


def problem_answer(description: str, body: type[ProblemBody] = ProblemBody) -> dict[str, Any]:
    """Return the answer of an operation that fails with such a body."""
    schema = body.model_json_schema(ref_template="#/components/schemas/{model}")
    PROBLEM_PARTS.update(schema.pop("$defs", {}))
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


PROBLEM = problem_answer("Problem (RFC 9457)")
BINARY = {"schema": {"type": "string", "format": "binary"}}
FAILING: dict[Any, Any] = {str(status): PROBLEM for status in (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)}
PUBLIC_FAILING: dict[Any, Any] = {str(status): PROBLEM for status in (400, 404, 422, 429, 503)}
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
CHANGED: dict[Any, Any] = {"412": PROBLEM}

api = APIBlueprint("api", __name__, url_prefix="/api/v1")
limiter.limit(API_CALLS)(api)
api.before_request(refuse_strangers)


@api.before_request
def refuse_other_media() -> Response | None:
    """Answer 415 to a body that is neither JSON nor, for spreadsheets, a form with a file."""
    if request.method not in ("POST", "PATCH") or not request.content_type:
        return None
    sends_file = request.path.endswith("/imports")
    taken = request.mimetype == "multipart/form-data" if sends_file else request.is_json
    return None if taken else problem(415, "415_file" if sends_file else "415")
