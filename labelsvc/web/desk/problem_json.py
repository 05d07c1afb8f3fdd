"""Errors for machines: problem+json (RFC 9457), in the requested language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Request, Response, make_response
from pydantic import BaseModel, ConfigDict, ValidationError

from labelsvc.domain.errors import Problem
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.words.validation_words import said_of

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"
IN_DETAIL = 3
"""The number of problems repeated in ``detail``; ``problems`` has all."""


class ProblemItem(BaseModel):
    """One problem: its field or code, and its message."""

    model_config = ConfigDict(extra="forbid")
    code: str
    message: str
    field: str = ""


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")
    type: str
    title: str
    status: int
    detail: str
    problems: list[ProblemItem] = []


def is_api(request: Request) -> bool:
    """Return whether a machine asks."""
    return request.path.startswith(PREFIX)


def problem(status: int, name: str, problems: Sequence[Problem] = (), items: Sequence[ProblemItem] = ()) -> Response:
    """Return an error; ``name`` is one of the sentences ``fault.<name>_title`` and ``_text``."""
    said = [
        ProblemItem(
            code=each_problem.code, message=desk.explain(each_problem), field=str(each_problem.facts.get("field", ""))
        )
        for each_problem in problems
    ]
    every = [*said, *items]
    body = ProblemBody(
        type="about:blank",
        title=desk.say(f"fault.{name}_title"),
        status=status,
        detail=" ".join(item.message for item in every[:IN_DETAIL]) or desk.say(f"fault.{name}_text"),
        problems=every,
    )
    response = make_response(json.dumps(body.model_dump(), ensure_ascii=False), status)
    response.mimetype = MEDIA_TYPE
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="labelsvc"'
    return response


def invalid(error: ValidationError) -> Any:
    """Answer what pydantic refused, every field with what is wrong: 400 for a query, 422 for a path or a body."""
    items = [
        ProblemItem(code=str(fault["type"]), message=said_of(fault), field=".".join(map(str, fault["loc"])))
        for fault in error.errors(include_url=False)
    ]
    return problem(400 if error.title.endswith("Query") else 422, "invalid", items=items)
