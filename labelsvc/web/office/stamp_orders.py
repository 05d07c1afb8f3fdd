"""Stamps that producers ask for: approve or refuse, print, deliver."""

from __future__ import annotations

from typing import Literal, cast

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import typed_text
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.batches.judge_stamp_orders import judge_orders

STATES = ("requested", "approved", "printing", "printed", "delivered", "refused", "cancelled")
PER_PAGE = 50
NextState = Literal["approved", "refused", "delivered"]


@office.get("/stamp-orders")
def stamp_orders() -> str:
    """Show what producers asked for, the newest first."""
    services, state, page = desk.services(), request.args.get("state", ""), desk.page_number()
    states = (state,) if state in STATES else ()
    rows, total = services.stamp_orders.page(states=states, page=page, per_page=PER_PAGE)
    judged = judge_orders(rows, services.products, services.quotas, desk.today())
    pages = max(1, -(-total // PER_PAGE))
    return render_template(
        "office/stamp_orders.html",
        active="orders",
        rows=judged,
        total=total,
        page=page,
        pages=pages,
        state=state,
        states=STATES,
    )


@office.post("/stamp-orders/<int:order_id>/<any(approved, refused, delivered):act>")
@desk.needs(Right.PRINT)
def take_on(order_id: int, act: str) -> AnyResponse:
    """Approve (or take out of its batch again), refuse (with an answer), say delivered."""
    answer = typed_text("answer", 1_000)
    try:
        desk.services().stamp_orders.change(order_id, cast(NextState, act), desk.context(answer))
        desk.tell("ordering.changed")
    except NotFound:
        raise
    except LabelsvcError as error:
        desk.refuse(error)
    return redirect(url_for("office.stamp_orders"))


@office.post("/stamp-orders/<int:order_id>/printed")
@desk.needs(Right.PRINT)
def say_printed(order_id: int) -> AnyResponse:
    """Record the ready batch in which the stamps of an order were printed."""
    batch, other = typed_text("batch", 40), request.form.get("other_design") == "1"
    try:
        desk.services().stamp_orders.link(order_id, batch, desk.context(), ready=True, other_design=other)
        desk.tell("ordering.changed")
    except NotFound:
        raise
    except LabelsvcError as error:
        desk.refuse(error)
    return redirect(url_for("office.stamp_orders"))
