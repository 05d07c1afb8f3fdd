"""Stamps that producers ask for: approve or refuse, print, deliver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, cast

from flask import redirect, render_template, request, url_for

from labelsvc.domain.account import Right
from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm, typed_text
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.batches.review_stamp_orders import StampOrder, review_orders

STATES = ("requested", "approved", "printing", "printed", "delivered", "refused", "cancelled")
PER_PAGE = 50
NextState = Literal["approved", "refused", "delivered"]


@office.get("/stamp-orders")
def stamp_orders() -> str:
    """Show what producers asked for, the newest first."""
    state, page = request.args.get("state", ""), desk.page_number()
    states = (state,) if state in STATES else ()
    rows, total = desk.services().stamp_orders.page(states=states, page=page, per_page=PER_PAGE)
    return _page(rows, page=page, pages=max(1, -(-total // PER_PAGE)), total=total, state=state)


def _page(rows: Sequence[StampOrder], **shown: object) -> str:
    services = desk.services()
    judged = review_orders(rows, services.products, services.quotas, desk.today())
    known = {"page": 1, "pages": 1, "total": len(rows), "state": "", "typed": SubmittedForm({})}
    return render_template("office/stamp_orders.html", active="orders", rows=judged, states=STATES, **(known | shown))


@office.post("/stamp-orders/<int:order_id>/<any(approved, refused, delivered):act>")
@desk.needs(Right.PRINT)
def take_on(order_id: int, act: str) -> PageAnswer:
    """Approve (or take out of its batch again), refuse (with an answer), say delivered."""
    context, seen = desk.context(typed_text("answer", 1_000)), request.form.get("seen", "")
    state, store = cast(NextState, act), desk.services().stamp_orders
    return _done(order_id, lambda: store.change(order_id, state, context, seen=seen))


@office.post("/stamp-orders/<int:order_id>/printed")
@desk.needs(Right.PRINT)
def say_printed(order_id: int) -> PageAnswer:
    """Record the ready batch in which the stamps of an order were printed."""
    batch, other, context = typed_text("batch", 40), request.form.get("other_design") == "1", desk.context()
    return _done(
        order_id,
        lambda: desk.services().stamp_orders.link(order_id, batch, context, ready=True, other_design=other),
    )


def _done(order_id: int, do: Callable[[], None]) -> PageAnswer:
    """Take an order on; where that is refused, show the order as it is now with all that was typed."""
    try:
        do()
    except NotFound:
        raise
    except LabelsvcError as error:
        desk.flash_refusal(error)
        return _page([desk.services().stamp_orders.get(order_id)], typed=SubmittedForm(request.form)), 409
    desk.flash_success("ordering.changed")
    return redirect(url_for("office.stamp_orders"))
