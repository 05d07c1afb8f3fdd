"""stamp_orders: to be filled."""

from __future__ import annotations

from flask import render_template

from labelsvc.web.office.blueprint import office


@office.get("/stamp-orders")
def stamp_orders() -> str:
    return render_template("office/stamp_orders.html")
