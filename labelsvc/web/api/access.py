"""Authorisation by bearer token with scopes (RFC 6750); cookies do not open the API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, cast

from flask import Response, g, request

from labelsvc.domain.account import Account, Role
from labelsvc.domain.api_scope import scopes_of
from labelsvc.domain.errors import CommitUnanswered, NotFound, StorageRefused
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import problem
from labelsvc.web.sign_in import events, signed_in

LONGEST_KEY = 200
UNANSWERED = 503
"""The status kept for a request of which nobody knows whether it was done: it is not done again."""
ViewFunction = Callable[..., Any]


def caller() -> Account:
    """Return the account of the request's token."""
    return cast(Account, g.api_account)


def own_producer() -> int | None:
    """Return the producer that a producer's token is bound to; None for the office's."""
    return caller().producer_id if caller().role is Role.PRODUCER else None


SCOPE_OF: dict[str, str] = {}
"""The scope of each operation that takes a token, by its view's name."""


def scoped(scope: str) -> Callable[[ViewFunction], ViewFunction]:
    """Restrict a view to tokens with a scope that their account still has; see ``refuse_strangers``."""

    def guarded(view: ViewFunction) -> ViewFunction:
        SCOPE_OF[view.__name__] = scope
        return view

    return guarded


def refuse_strangers() -> Response | None:
    """Refuse requests without a token for the operation, before reading anything of them."""
    scope = SCOPE_OF.get((request.endpoint or "").rpartition(".")[2])
    return _refusal(scope) if scope else None


def _refusal(scope: str) -> Response | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    services = desk.services()
    found = (
        services.sign_ins.find_token(token.strip(), desk.now()) if kind.lower() == "bearer" and token.strip() else None
    )
    try:
        account = services.accounts.get(found.account_id) if found else None
    except NotFound:
        account = None
    if found is None or account is None or not account.active:
        return problem(401, "401")
    if found.held_at is not None:
        return problem(401, "token_waits")
    if signed_in.lacks_second_factor(account):
        return problem(403, "second_factor")
    events.token_used(found.id, found.name, account)
    g.api_account = account
    if scope not in found.scopes or scope not in scopes_of(account.role):
        events.note_refusal("scope")
        return problem(403, "scope")
    return None


def idempotent(view: ViewFunction, *, stores_key: bool = False) -> ViewFunction:
    """Replay the answer to a POST with an Idempotency-Key if it is the same request.

    ``stores_key``: the view stores the key with what it makes, so that it may be called again with no harm.
    """

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return view(*args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            return problem(422, "key")
        store, account_id = desk.services().idempotent_answers, caller().id
        asked = _hash_of_request()
        before = store.begin(account_id, key, asked, desk.now(), 0 if stores_key else UNANSWERED)
        if before is not None:
            return _replayed(before, asked)
        try:
            response = _response(view(*args, **kwargs))
        except BaseException as error:
            with suppress(StorageRefused):  # what is told is what the view met
                if isinstance(error, CommitUnanswered) and not stores_key:
                    store.keep(account_id, key, UNANSWERED, "")
                else:
                    store.give_up(account_id, key)
            raise
        with suppress(StorageRefused):  # the view's answer is true all the same
            if response.status_code < 400:
                store.keep(account_id, key, response.status_code, response.get_data(as_text=True))
            else:
                store.give_up(account_id, key)
        return response

    return answered


def _hash_of_request() -> str:
    """Return a hash of this request: its address, body and files."""
    told = hashlib.sha256(f"{request.method} {request.full_path}\n".encode() + request.get_data())
    for name, file in request.files.items(multi=True):
        told.update(f"{name} {file.filename}\n".encode() + file.stream.read())
        file.stream.seek(0)
    return told.hexdigest()


def _replayed(before: tuple[str, int, str], asked: str) -> Response:
    request_sha256, status, body = before
    if request_sha256 != asked:
        return problem(422, "key_reused")
    if not status:
        return problem(409, "under_way")
    if status == UNANSWERED:
        return problem(status, "api_unanswered")
    headers = {"Idempotency-Replayed": "true"}
    if status == 201 and (url := json.loads(body).get("url")):
        headers["Location"] = url
    return Response(body, status, headers, mimetype="application/json")


def _response(answer: Any) -> Response:
    return answer if isinstance(answer, Response) else Response(json.dumps(answer))
