"""Stamps that a producer asks the office for."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.domain.permission import StampRequest, may_print
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.producer.blueprint import DEFAULT_DESIGN, own_product, producer
from labelsvc.web.producer.products import product_page

MOST_ORDERED = 1_000_000
PER_PAGE = 50


@producer.get("/orders")
def orders() -> str:
    """Show what one asked the office for."""
    page = desk.page_number()
    rows, total = desk.services().stamp_orders.page(producer_id=desk.me().producer_id, page=page, per_page=PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    return render_template("producer/orders.html", rows=rows, total=total, page=page, pages=pages)


@producer.post("/products/<int:product_id>/orders")
def ask(product_id: int) -> PageAnswer:
    """Ask the office for stamps of a product that may be printed; the same form sent twice is one order."""
    stored, typed = own_product(product_id), SubmittedForm(request.form)
    if not may_print(stored.history, desk.today()).granted:
        return product_page(product_id, typed, status=409)
    quantity = typed.number("quantity", 1, MOST_ORDERED)
    design = typed.values.get("design", DEFAULT_DESIGN)
    if design not in desk.services().looks.names:
        abort(404)
    note = typed.text("note")
    if typed.faults or quantity is None:
        return product_page(product_id, typed, status=422)
    nonce = typed.values.get("nonce", "")[:80]
    key = f"producer {desk.me().producer_id} {product_id} {nonce}" if nonce else ""
    asked = StampRequest(desk.me().producer_id or 0, stored.id, quantity, design, note)
    desk.services().stamp_orders.ask(asked, desk.context(), key)
    desk.flash_success("ordering.asked", quantity=quantity, product=stored.product.name)
    return redirect(url_for("producer.orders"))


@producer.post("/orders/<int:order_id>/cancel")
def cancel(order_id: int) -> AnyResponse:
    """Take back what one asked for, as long as the office does not print it."""
    try:
        desk.services().stamp_orders.change(order_id, "cancelled", desk.context(), producer_id=desk.me().producer_id)
        desk.flash_success("ordering.cancelled")
    except NotFound:
        raise
    except LabelsvcError as error:
        desk.flash_refusal(error)
    return redirect(url_for("producer.orders"))
