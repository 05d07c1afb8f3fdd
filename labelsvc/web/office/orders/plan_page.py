"""The print page: what would be printed, what would be refused and why."""

from __future__ import annotations

from secrets import token_urlsafe

from flask import render_template, request

from labelsvc.domain.errors import LabelsvcError, StockRefused
from labelsvc.domain.host import Host
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.domain.sheet import ORDERS
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.ordering import plan_order
from labelsvc.web.desk.words.design_titles import choices, symbol_words
from labelsvc.web.office.orders.print_request import PrintRequest, query_with
from labelsvc.web.office.orders.stock_choices import stock_groups
from labelsvc.web.stocks.printer_choice import printer_choices
from labelsvc.workflows.batches.order_batch import OrderPlan
from labelsvc.workflows.batches.order_terms import OrderTerms
from labelsvc.workflows.designs.host_symbols import printer_facts
from labelsvc.workflows.places.label_places import DIVIDED_PLACE, FORMER_PLACE
from labelsvc.workflows.places.place_answers import chosen_answers
from labelsvc.workflows.places.place_report import PlaceReport
from labelsvc.workflows.places.renew_products import product_places
from labelsvc.workflows.places.renew_rows import place_of
from labelsvc.workflows.planning.plan_groups import reasons_of, trace_of, warnings_of

OWN_QUANTITIES = 30
"""Up to this many products may have individual quantities."""


def plan_page(asked: PrintRequest, template: str, status: int = 200) -> PageAnswer:
    """Return the print page, or only its decisions."""
    plan, problems = _plan(asked)
    lower = [decision for decision in plan.decisions if decision.suggested] if plan else []
    page = render_template(
        template,
        active="print",
        asked=asked,
        terms=asked.terms,
        plan=plan,
        parts_planned=len(plan.new.parts) if plan and plan.new else 0,
        problems=problems,
        places=_places(asked, plan),
        symbol=_symbol(plan),
        refused=reasons_of(plan.decisions, desk.explain) if plan else [],
        warned=warnings_of(plan.decisions, desk.explain) if plan else [],
        traced=trace_of(plan.decisions, desk.explain) if plan else [],
        to_lower=len(lower),
        suggested_query=query_with(suggested="1"),
        designs=choices(
            {item.stored.product.group for item in asked.items},
            asked.terms.design,
            [item.stored.id for item in asked.items[:OWN_QUANTITIES]],
        ),
        stocks=stock_groups(asked.terms),
        printers=printer_choices(),
        orders=ORDERS,
        own_quantities=asked.count <= OWN_QUANTITIES,
        nonce=token_urlsafe(12),
        none_chosen=request.args.get("chosen") == "1" and not asked.ids,
        under_plan=desk.services().planned_orders.latest(desk.me().id),
    )
    return page, status


def _plan(asked: PrintRequest) -> tuple[OrderPlan | None, list[str]]:
    """Look at the order, unless its form is faulty; say why where it cannot be planned."""
    if not asked.items or asked.typed.faults:
        return None, []
    try:
        return plan_order(asked.items, asked.terms), []
    except LabelsvcError as error:
        problems = [desk.explain(problem) for problem in error.problems]
        if isinstance(error, StockRefused):
            problems.append(_stocks_that_hold(asked.terms))
        return None, problems


def _stocks_that_hold(terms: OrderTerms) -> str:
    """Say which stocks hold the design."""
    services = desk.services()
    fitting = services.stocks.stocks_for(services.looks.design(terms.design), may_turn=terms.options.may_turn)
    titles = "; ".join(stock.title_in(desk.language()) for stock in fitting)
    return desk.say("printing.stocks_that_hold", stocks=titles)


def _places(asked: PrintRequest, plan: OrderPlan | None) -> PlaceReport | None:
    """Return what is proposed for the order's products in former units, where labels wait for that."""
    codes = {problem.code for decision in plan.refused for problem in decision.reasons} if plan else set()
    if not codes & {FORMER_PLACE, DIVIDED_PLACE}:
        return None
    gazetteer = desk.services().gazetteer
    chosen = chosen_answers(request.values.getlist("place"), gazetteer)
    places = ((item.stored.id, place_of(item.stored.product)) for item in asked.items)
    return product_places(places, PlaceRenewer(gazetteer, chosen)).report


def _symbol(plan: OrderPlan | None) -> str:
    """Say which QR code the labels bear."""
    if plan is None or plan.new is None:
        return ""
    if printer := plan.layout.stock.printer:
        design = desk.services().assets.design(plan.new.design.name, plan.new.design.content)
        facts = printer_facts(Host.parse(plan.new.host), design)
        return " ".join(desk.explain(fact) for fact in facts if fact.facts["dpi"] == printer.dpi)
    return symbol_words(plan.new.design.name, plan.new.design.content)
