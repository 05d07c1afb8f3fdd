"""Answers of the API: JSON with an ETag, lists with links to their neighbours, created resources with their address."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel

from labelsvc.domain.errors import ChangedMeanwhile


def answer(model: BaseModel, status: int = 200) -> Response:
    """Answer with a model; created resources (201) with a ``url`` also get a ``Location``."""
    response = json_answer(model.model_dump_json(), status)
    if status == 201 and (url := getattr(model, "url", "")):
        response.headers["Location"] = url
    return response


def list_answer(model: BaseModel, page: int, per_page: int, total: int) -> Response:
    """Answer with a page of a list and links (RFC 8288) to the first, previous, next and last one."""
    response = answer(model)
    last = max(1, -(-total // per_page))
    pages = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    links = [f'<{_at(number)}>; rel="{rel}"' for rel, number in pages.items() if 1 <= number <= last]
    response.headers["Link"] = ", ".join(links)
    return response


def _at(page: int) -> str:
    asked = {name: value for name, value in request.args.items() if name != "page"}
    return f"{request.path}?{urlencode(asked | {'page': str(page)})}"


def facts_answer(facts: Any, signed: Any = None) -> Response:
    """Answer with facts that are already JSON values; a signed form of them has the ETag of the facts."""
    text = json.dumps(facts, ensure_ascii=False)
    return json_answer(text if signed is None else json.dumps(signed, ensure_ascii=False), 200, tagged=text)


def json_answer(text: str, status: int, *, tagged: str = "") -> Response:
    """Answer with JSON; reads have an ETag, that of ``tagged`` where it is given, and are 304 if unchanged."""
    response = Response(text, status, mimetype="application/json")
    response.vary.update(("Accept-Language", "Authorization"))
    if request.method in ("GET", "HEAD"):
        response.set_etag(_etag(tagged or text))
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
    return response


def refuse_unseen(current: BaseModel) -> bool:
    """Raise ChangedMeanwhile (412) if a change's If-Match does not name the current state.

    Return whether it names one: what is changed must still be that when the change is stored.
    """
    if request.if_match and not request.if_match.contains(_etag(current.model_dump_json())):
        raise ChangedMeanwhile.from_code("form.changed_meanwhile")
    return bool(request.if_match) and not request.if_match.star_tag


def _etag(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
