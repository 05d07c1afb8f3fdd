"""Stamps that producers ask for: approve or refuse, print, deliver."""

from __future__ import annotations

from typing import Literal, cast

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.web import desk
from labelsvc.web.office.blueprint import office

STATES = ("requested", "approved", "printed", "delivered", "refused", "cancelled")
PER_PAGE = 50
Next = Literal["approved", "refused", "printed", "delivered"]


@office.get("/stamp-orders")
def stamp_orders() -> str:
    """Show what producers asked for, the newest first."""
    state, page = request.args.get("state", ""), desk.page_number()
    states = (state,) if state in STATES else ()
    rows, total = desk.shop().stamp_orders.page(states=states, page=page, per_page=PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    return render_template(
        "office/stamp_orders.html", active="orders", rows=rows, total=total, page=page, pages=pages, state=state,
        states=STATES,
    )  # fmt: skip


@office.post("/stamp-orders/<int:order_id>/<act>")
@desk.needs(Right.PRINT)
def take_on(order_id: int, act: str) -> AnyResponse:
    """Approve, refuse (with an answer), say printed (in which batch), say delivered."""
    if act not in ("approved", "refused", "printed", "delivered"):
        abort(404)
    answer = request.form.get("answer", "").strip()[:1000]
    batch = request.form.get("batch", "").strip()[:40]
    try:
        if batch:
            desk.shop().batches.get(batch)
        desk.shop().stamp_orders.change(order_id, cast(Next, act), desk.occasion(answer), batch=batch)
        desk.tell("ordering.changed")
    except LabelsvcError as error:
        if isinstance(error, NotFound) and not batch:
            raise
        desk.refuse(error)
    return redirect(url_for("office.stamp_orders"))
