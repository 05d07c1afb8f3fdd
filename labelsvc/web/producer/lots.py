"""Lots on the stamps of one's own products."""

from __future__ import annotations

from flask import redirect, request, url_for

from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.lot_forms import take_lot
from labelsvc.web.producer.blueprint import own_product, producer
from labelsvc.web.producer.products import product_page


@producer.post("/products/<int:product_id>/lots")
def enter_lot(product_id: int) -> PageAnswer:
    """Say which lot the stamps from a first to a last one stand on."""
    typed = SubmittedForm(request.form)
    own_product(product_id)
    if not take_lot(product_id, typed):
        return product_page(product_id, SubmittedForm({}), status=422, lot=typed)
    return redirect(url_for("producer.product", product_id=product_id) + "#lots")
