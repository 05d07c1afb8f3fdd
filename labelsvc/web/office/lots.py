"""Lots on the stamps of a product, entered by the office."""

from __future__ import annotations

from flask import redirect, request, url_for

from labelsvc.domain.account import Right
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.lot_forms import take_lot
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.product import product_page


@office.post("/products/<int:product_id>/lots")
@desk.needs(Right.EDIT)
def enter_lot(product_id: int) -> PageAnswer:
    """Say which lot the stamps from a first to a last one stand on."""
    typed = SubmittedForm(request.form)
    desk.services().products.get(product_id)
    if not take_lot(product_id, typed):
        return product_page(product_id, lot=typed), 422
    return redirect(url_for("office.product", product_id=product_id) + "#lots")
