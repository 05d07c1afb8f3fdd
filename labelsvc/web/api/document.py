"""The OpenAPI document: generated from the code, plus the headers common to all operations."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from flask import current_app, request

from labelsvc.web.api.access import LONGEST_KEY
from labelsvc.web.api.blueprint import PROBLEM, PROBLEM_PARTS

_SENT_IN_RANGES = ("/files/{file}", "/archive", "/reprints/{number}")
"""Path endings of files sent whole or in ranges."""
_TEXT = {"type": "string"}


def api_document() -> dict[str, Any]:
    """Return the OpenAPI document of this application, as this host serves it."""
    document: dict[str, Any] = deepcopy(current_app.api_doc)  # type: ignore[attr-defined]
    document["servers"] = [{"url": request.host_url.rstrip("/")}]
    document["components"].setdefault("schemas", {}).update(PROBLEM_PARTS)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method, path)
    return document


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    """Add to an operation what all of its kind accept and answer."""
    if text := operation.get("description"):
        operation["description"] = text.replace("<br/><br/>", "\n\n")
    if method == "get":
        _take(operation, "If-None-Match", "ETag of what is known already; 304 where it is still that.")
        _give(operation, "200", "ETag", "Names this state of what is sent.")
        operation["responses"]["304"] = {"description": "Still what If-None-Match names"}
        if "page" in {parameter["name"] for parameter in operation["parameters"]}:
            _give(operation, "200", "Link", 'RFC 8288: the pages with rel "first", "prev", "next" and "last".')
    if method == "get" and path.endswith(_SENT_IN_RANGES):
        _take(operation, "Range", "Bytes of the file, to take a download up where it broke off.")
        _take(operation, "If-Range", "ETag: the range alone where the file is still that, else all of it.")
        operation["responses"]["206"] = operation["responses"]["200"] | {"description": "The bytes asked for"}
        operation["responses"]["416"] = PROBLEM | {"description": "There are no such bytes"}
    if method == "post":
        text = "The same key with the same request is done once and answered alike, for 30 days."
        _take(operation, "Idempotency-Key", text, maxLength=LONGEST_KEY)
        _give(operation, "201", "Location", "Where it is, as url in the body.")
    if "412" in operation["responses"]:
        _take(operation, "If-Match", "ETag of what was read; 412 where somebody changed it meanwhile.")


def _take(operation: dict[str, Any], name: str, text: str, **bounds: int) -> None:
    schema = _TEXT | bounds
    parameter = {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
    operation.setdefault("parameters", []).append(parameter)


def _give(operation: dict[str, Any], status: str, name: str, text: str) -> None:
    if answer := operation["responses"].get(status):
        answer.setdefault("headers", {})[name] = {"description": text, "schema": _TEXT}
