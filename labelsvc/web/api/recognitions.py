"""Recognitions: add, correct, extend, suspend, end a suspension, withdraw; each recorded with who, when and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.domain.recognition import Recognition, Suspension, Withdrawal
from labelsvc.web.api import models as m
from labelsvc.web.api import recognition_models as r
from labelsvc.web.api.access import caller, idempotent, scoped
from labelsvc.web.api.answers import answer, refuse_unseen
from labelsvc.web.api.blueprint import BEARER, CHANGED, FAILING, api
from labelsvc.web.api.recognition_items import recognition_item
from labelsvc.web.api.visibility import get_visible_product
from labelsvc.web.desk import context as desk
from labelsvc.workflows import change_recognition

_ONE = "/products/<int:product_id>/recognitions/<int:recognition_id>"
_ANSWERS: dict[Any, Any] = {200: r.RecognitionItem, **FAILING}
_REMOVABLE = ("score", "valid_from", "valid_until")


@api.post(
    "/products/<int:product_id>/recognitions",
    summary="Recognise or renew",
    security=BEARER,
    responses={201: r.RecognitionItem, **FAILING},
)
@scoped("recognitions:write")
@idempotent
def renew(path: m.ProductPath, body: r.NewRecognition) -> Response:
    """Give a product a new recognition, with more, fewer or the same stars."""
    get_visible_product(path.product_id)
    new = Recognition(**body.model_dump(exclude={"reason"}))
    made = change_recognition.renew(path.product_id, new, desk.services().recognitions, _context(body.reason))
    return answer(recognition_item(get_visible_product(path.product_id), made), 201)


@api.get(_ONE, summary="A recognition", security=BEARER, responses=_ANSWERS)
@scoped("products:read")
def recognition(path: r.RecognitionPath) -> Response:
    """Return one of a product's recognitions with today's standing."""
    return answer(recognition_item(get_visible_product(path.product_id), path.recognition_id))


@api.patch(_ONE, summary="Put a recognition right", security=BEARER, responses={**CHANGED, **_ANSWERS})
@scoped("recognitions:write")
def mend(path: r.RecognitionPath, body: r.RecognitionChange) -> Response:
    """Correct typing errors; extension, suspension and withdrawal stay. If-Match as for products."""
    told = body.model_dump(exclude_unset=True, exclude={"reason"})
    facts = {name: value for name, value in told.items() if value is not None or name in _REMOVABLE}
    return _done(path, body.reason, change_recognition.mend_some, facts)


@api.post(f"{_ONE}/extend", summary="Extend", security=BEARER, responses=_ANSWERS)
@scoped("recognitions:write")
@idempotent
def extend(path: r.RecognitionPath, body: r.NewExtension) -> Response:
    """Extend the stars to a later day, by a transitional clause or by the office's own decision."""
    act = change_recognition.override_end if body.by_office else change_recognition.extend
    return _done(path, body.reason, act, body.until)


@api.post(f"{_ONE}/suspend", summary="Suspend", security=BEARER, responses=_ANSWERS)
@scoped("recognitions:write")
@idempotent
def suspend(path: r.RecognitionPath, body: r.NewSuspension) -> Response:
    """Suspend the stars for a while; the next scan of printed labels says so."""
    suspension = Suspension(body.since or desk.today(), body.reason, body.until, body.decision_number)
    return _done(path, body.reason, change_recognition.suspend, suspension)


@api.post(f"{_ONE}/resume", summary="End a suspension", security=BEARER, responses=_ANSWERS)
@scoped("recognitions:write")
@idempotent
def resume(path: r.RecognitionPath, body: m.Reason) -> Response:
    """End the suspension from today."""
    return _done(path, body.reason, change_recognition.end_suspension, desk.today())


@api.post(f"{_ONE}/withdraw", summary="Withdraw", security=BEARER, responses=_ANSWERS)
@scoped("recognitions:write")
@idempotent
def withdraw(path: r.RecognitionPath, body: r.NewWithdrawal) -> Response:
    """Withdraw the stars, by a decision and on one of the programme's grounds."""
    ground = WithdrawalGround(body.ground)
    withdrawal = Withdrawal(body.since or desk.today(), body.reason, body.decision_number, ground)
    return _done(path, body.reason, change_recognition.withdraw, withdrawal)


def _done(path: r.RecognitionPath, reason: str, act: Callable[..., None], *told: object) -> Response:
    """Apply a decision to a recognition, and answer with the result.

    With If-Match only where nobody changed it meanwhile.
    """
    stored = get_visible_product(path.product_id)
    context = replace(_context(reason), as_seen=refuse_unseen(recognition_item(stored, path.recognition_id)))
    act(stored, path.recognition_id, *told, desk.services().recognitions, context)
    return answer(recognition_item(get_visible_product(path.product_id), path.recognition_id))


def _context(reason: str) -> ChangeContext:
    return ChangeContext(caller().email, desk.now(), reason)
