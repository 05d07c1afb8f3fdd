"""Grant on the print page what an order lacks: more pieces than the quota, or a pass from the strict label law."""

from __future__ import annotations

from typing import Literal, cast

from flask import abort, request

from labelsvc.domain.account import Right
from labelsvc.domain.errors import InvalidValue, LabelsvcError
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.desk.ordering import plan_order
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.orders.plan_page import plan_page
from labelsvc.web.office.orders.print_request import PrintRequest, read_print_request
from labelsvc.workflows.planning.plan_groups import missing_pieces

LONGEST_REASON = 500


@office.post("/print/grant/<kind>/<int:recognition_id>")
@desk.needs(Right.ADMINISTER)
def grant_here(kind: str, recognition_id: int) -> PageAnswer:
    """Grant what the order lacks and show the print page again, with all that was typed."""
    if kind not in ("quota", "law"):
        abort(404)
    asked = read_print_request(request.form)
    context = desk.context(typed_text(f"grant_reason-{kind}-{recognition_id}", LONGEST_REASON))
    quotas = desk.services().quotas
    seen = quotas.for_recognitions([recognition_id]).get(recognition_id)
    try:
        pieces = _lacking(asked, recognition_id) if kind == "quota" else 0
        quotas.grant(cast(Literal["quota", "law"], kind), recognition_id, context, pieces=pieces, seen=seen)
    except LabelsvcError as error:
        desk.flash_refusal(error)
        return plan_page(asked, "office/print.html", 422)
    desk.flash_success(f"printing.granted_{kind}", count=pieces)
    return plan_page(asked, "office/print.html")


def _lacking(asked: PrintRequest, recognition_id: int) -> int:
    """Return how many pieces the quota lacks now; InvalidValue if it lacks none any more."""
    lacking = missing_pieces(plan_order(asked.items, asked.terms).decisions, recognition_id)
    if not lacking:
        raise InvalidValue.from_code("printing.nothing_lacks")
    return lacking
