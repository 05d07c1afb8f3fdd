"""Print: which products, on which design and stock, how many; what would be refused and why; then start."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import LabelsvcError
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.label_pictures import send_picture
from labelsvc.web.desk.ordering import place, plan_order
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.orders.large_orders import begin_large_order
from labelsvc.web.office.orders.plan_page import plan_page
from labelsvc.web.office.orders.print_request import PrintRequest, query_with, read_print_request
from labelsvc.web.stocks.printer_choice import remember
from labelsvc.workflows.batches.review_stamp_orders import refuse_another_order
from labelsvc.workflows.designs.label_picture import sheet_png
from labelsvc.workflows.planning.plan_behind import LargeOrder

ON_FIRST_SHEET = 60
"""The products considered for the picture of the first sheet."""
LONGEST_NONCE = 80


@office.get("/print")
@desk.needs(Right.PRINT)
def print_page() -> PageAnswer:
    """Show what would be printed; htmx loads only the decisions."""
    asked = read_print_request(request.args)
    return plan_page(asked, "office/print_plan.html" if request.headers.get("HX-Request") else "office/print.html")


@office.post("/print")
@desk.needs(Right.PRINT)
def start_print() -> PageAnswer:
    """Order the batch and go to its page; sent twice, it is ordered once.

    ``look`` (the button of browsers without scripts) only judges: by POST, so that no token stands in an address.
    """
    asked = read_print_request(request.form)
    if request.form.get("look") and not asked.typed.faults:
        return plan_page(asked, "office/print.html")
    if asked.typed.faults:
        return plan_page(asked, "office/print.html", 422)
    if asked.is_large:
        remember(asked.terms.options)
        return begin_large_order(_large_order(asked))
    try:
        name, pieces = _place(asked)
    except LabelsvcError as error:
        desk.flash_refusal(error)
        return plan_page(asked, "office/print.html", 409)
    remember(asked.terms.options)
    desk.flash_success("printing.started", batch=name, pieces=pieces)
    return redirect(url_for("office.batch", name=name))


def _place(asked: PrintRequest) -> tuple[str, int]:
    """Place an order; return the batch's name and how many pieces it has (LabelsvcError)."""
    nonce = request.form.get("nonce", "")[:LONGEST_NONCE]
    key = f"web {desk.me().id} {nonce}" if nonce else ""
    order_id = asked.order.id if asked.order else 0
    plan = plan_order(asked.items, replace(asked.terms, order_key=key, stamp_order_id=order_id))
    if asked.order and not (key and desk.services().batches.find_ordered(key)):
        confirmed = request.form.get("other_design") == "1"
        refuse_another_order(asked.order, plan, asked.terms.design, other_design=confirmed)
    return place(plan), plan.pieces


@office.get("/print/sheet.png")
@desk.needs(Right.PRINT)
def print_sheet() -> AnyResponse:
    """Show the first sheet as a picture."""
    asked = read_print_request(request.args, most=ON_FIRST_SHEET)
    if asked.typed.faults or not asked.items:
        abort(404)
    services = desk.services()

    def draw() -> bytes:
        plan = plan_order(asked.items, asked.terms)
        if plan.new is None:
            abort(404)
        return sheet_png(plan.new, services.assets, services.paper_words.marks.specimen, now=desk.now())

    return send_picture(draw)


def _large_order(asked: PrintRequest) -> LargeOrder:
    return LargeOrder(
        ids=asked.ids,
        quantity=asked.quantity,
        suggested=asked.as_suggested,
        design=asked.terms.design,
        stock=asked.terms.stock,
        skip=asked.terms.skip,
        strict_law=asked.terms.strict_law,
        options=asked.terms.options,
        who=desk.me().email,
        query=query_with() if asked.filtered else "",
    )
