"""Orders of more products than a page judges: the worker plans them, somebody looks and confirms."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.words.design_titles import symbol_words
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.planning.plan_behind import LargeOrder, PlannedOrder
from labelsvc.workflows.planning.plan_groups import PlanGroup

GROUPS = ("refused", "warned", "traced")
"""The groups of remarks of a plan; plans of before have fewer."""


def begin_large_order(order: LargeOrder) -> AnyResponse:
    """Let the worker plan an order, and go to the page that shows how far it is."""
    number = desk.services().planned_orders.begin(desk.me().id, order.to_json(), len(order.ids), desk.now())
    desk.desk().hints.order(number)
    return redirect(url_for("office.large_order", number=number))


@office.get("/print/orders/<int:number>")
@desk.needs(Right.PRINT)
def large_order(number: int) -> Response:
    """Show how far an order is, what was found, or which batch it became; polled by htmx."""
    services = desk.services()
    order = services.planned_orders.get(number, desk.me().id)
    is_poll = "HX-Request" in request.headers
    page = render_template(
        "office/large_order_progress.html" if is_poll else "office/large_order.html",
        active="print",
        order=order,
        asked=(asked := LargeOrder.from_json(services.planned_orders.request(number))),
        said=_said(order),
        symbol=symbol_words(asked.design, services.looks.source(asked.design)) if order.state == "planned" else "",
    )
    return Response(page, headers={"HX-Refresh": "true"} if is_poll and not order.under_way else {})


@office.post("/print/orders/<int:number>")
@desk.needs(Right.PRINT)
def confirm_large_order(number: int) -> AnyResponse:
    """Let the worker place an order that was looked at; sent twice, it is placed once."""
    if desk.services().planned_orders.confirm(number, desk.me().id, desk.now()):
        desk.desk().hints.order(number)
    return redirect(url_for("office.large_order", number=number))


@office.post("/print/orders/<int:number>/give-up")
@desk.needs(Right.PRINT)
def give_up_large_order(number: int) -> AnyResponse:
    """Forget an order that is not confirmed, and begin anew; a confirmed one goes on; NotFound if there is none."""
    orders = desk.services().planned_orders
    if orders.give_up(number, desk.me().id):
        desk.flash_success("planning.given_up")
        return redirect(url_for("office.print_page"))
    orders.get(number, desk.me().id)
    desk.flash_warning("planning.not_given_up")
    return redirect(url_for("office.large_order", number=number))


def _said(order: PlannedOrder) -> dict[str, list[PlanGroup] | list[str]]:
    """Return what the worker said of an order, in the page's language."""
    result = order.result or {}
    if order.state == "failed":
        return {"problems": result["problems"][desk.language()]}
    if order.state != "planned":
        return {}
    said = result["said"][desk.language()]
    groups = {name: [PlanGroup.from_json(group) for group in said.get(name, ())] for name in GROUPS}
    return {**groups, "warnings": said["warnings"]}
