"""Spoiled and lost stamps of a batch: reprint destroyed ones, replace lost ones, or void without printing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import InvalidValue, LabelsvcError
from labelsvc.domain.serial_ranges import SerialRange, parse_numbers, parse_serial_ranges
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.ordering import place
from labelsvc.web.office.batches import batch_page, found_batch, named_pieces
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.batches.pieces.plan_reprint import plan_reprint
from labelsvc.workflows.batches.pieces.replace_pieces import plan_replacement
from labelsvc.workflows.batches.pieces.reprint_pieces import reprint_pieces
from labelsvc.workflows.batches.pieces.void_pieces import plan_void

PIECES_SAID = 20
R = TypeVar("R")


@office.post("/batches/<name>/reprint")
@desk.needs(Right.PRINT)
def reprint(name: str) -> AnyResponse:
    """Ask whether exactly these pieces were destroyed; make them again once that is confirmed."""
    services, typed = desk.services(), SubmittedForm(request.form)
    try:
        reason = _reason(typed)
        sheets, serials = typed.text("sheets"), _listed(typed.text("serials"))
        if bool(sheets) == bool(serials):
            raise InvalidValue.from_code("printing.sheets_or_serials", field="serials")
        plan = plan_reprint(
            name,
            services.batch_services,
            desk.today(),
            sheets=_at(typed, "sheets", lambda: parse_numbers(sheets)) if sheets else (),
            serials=_at(typed, "serials", lambda: parse_serial_ranges(serials)),
        )
        if typed.values.get("sure") != named_pieces(typed):
            asked = "printing.reprint_again_ask" if plan.before else "printing.reprint_ask"
            facts = {"count": len(plan.places), "pieces": _said(plan.pieces), "before": _said(plan.before)}
            return batch_page(name, typed, "reprint", desk.say(asked, **facts))
        done = reprint_pieces(
            plan, services.batch_services, services.output_of(services.batches.get(name)), desk.context(reason)
        )
    except LabelsvcError as error:
        typed.refuse(error, "sheets" if typed.values.get("sheets", "").strip() else "serials")
        return batch_page(name, typed, "reprint")
    desk.flash_success("printing.reprinted", count=done.record.count)
    return redirect(url_for("office.batch", name=name) + "#reprint")


@office.post("/batches/<name>/replace")
@desk.needs(Right.PRINT)
def replace_lost(name: str) -> AnyResponse:
    """Ask whether exactly these pieces are lost; void them and order others in their place once that is confirmed."""
    services, typed = desk.services(), SubmittedForm(request.form)
    found_batch(name)
    try:
        reason, pieces = _reason(typed), _pieces(typed)
        replacement = plan_replacement(name, pieces, services.batch_services, desk.context(reason))
        if typed.values.get("sure") != named_pieces(typed):
            asked = {"count": sum(some.count for some in pieces), "pieces": _said(pieces)}
            return batch_page(name, typed, "replace", desk.say("printing.replace_ask", **asked))
        new = place(replacement.queued().plan)
    except LabelsvcError as error:
        typed.refuse(error, "serials")
        return batch_page(name, typed, "replace")
    desk.flash_success("printing.replaced", batch=new)
    return redirect(url_for("office.batch", name=new))


@office.post("/batches/<name>/void")
@desk.needs(Right.PRINT)
def void_pieces(name: str) -> AnyResponse:
    """Ask whether exactly these pieces are to be voided; void them without replacement once that is confirmed."""
    services, typed = desk.services(), SubmittedForm(request.form)
    found_batch(name)
    try:
        reason, pieces = _reason(typed), _pieces(typed)
        loss = plan_void(name, pieces, typed.values.get("kind", ""), reason, services.batches, services.voids)
        if typed.values.get("sure") != named_pieces(typed):
            asked = {"count": sum(some.count for some in pieces), "pieces": _said(pieces)}
            return batch_page(name, typed, "void", desk.say(f"printing.void_{loss.kind}_ask", **asked))
        services.voids.add(loss, desk.context(reason))
    except LabelsvcError as error:
        typed.refuse(error, "serials")
        return batch_page(name, typed, "void")
    desk.flash_success("printing.voided", count=sum(some.count for some in pieces))
    return redirect(url_for("office.batch", name=name) + "#void")


def _pieces(typed: SubmittedForm) -> tuple[SerialRange, ...]:
    serials = _listed(typed.text("serials"))
    if not serials:
        raise InvalidValue.from_code("form.needed", field="serials")
    return _at(typed, "serials", lambda: parse_serial_ranges(serials))


def _reason(typed: SubmittedForm) -> str:
    reason = typed.text("reason")
    if not reason:
        raise InvalidValue.from_code("form.needed", field="reason")
    return reason


def _at(typed: SubmittedForm, name: str, read: Callable[[], R]) -> R:
    """Return what is read of a field; what is wrong with it is said there."""
    try:
        return read()
    except InvalidValue as error:
        typed.faults[name] = " ".join(map(desk.explain, error.problems))
        raise InvalidValue from error


def _said(pieces: Sequence[SerialRange]) -> str:
    return ", ".join(map(str, pieces[:PIECES_SAID])) + (" …" if len(pieces) > PIECES_SAID else "")


def _listed(typed: str) -> list[str]:
    return [part for part in typed.replace(";", " ").split() if part]
