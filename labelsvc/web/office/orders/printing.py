"""Print: which products, on which design and stock, how many; what would be refused and why; then start."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import cast
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import InvalidValue, LabelsvcError, StockRefused
from labelsvc.domain.host import Host
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.sheet import ORDERS, SerialOrder
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.design_titles import choices, symbol_words
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.label_pictures import send_picture
from labelsvc.web.desk.lot_forms import LOT_FIELDS, lot_options
from labelsvc.web.desk.ordering import place, plan_order
from labelsvc.web.desk.product_query import product_filter
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.orders.large_orders import begin_large_order
from labelsvc.web.office.orders.stock_choices import stock_groups
from labelsvc.web.stocks.printer_choice import printer_choices, printer_options, remember
from labelsvc.workflows.batches.allowance import Allowance, OrderItem, with_suggested
from labelsvc.workflows.batches.order_batch import OrderPlan
from labelsvc.workflows.batches.order_terms import OrderTerms
from labelsvc.workflows.batches.review_stamp_orders import StampOrder, refuse_another_order
from labelsvc.workflows.designs.host_symbols import printer_facts
from labelsvc.workflows.designs.label_picture import sheet_png
from labelsvc.workflows.places.label_places import DIVIDED_PLACE, FORMER_PLACE
from labelsvc.workflows.places.place_answers import chosen_answers
from labelsvc.workflows.places.place_report import PlaceReport
from labelsvc.workflows.places.renew_products import product_places
from labelsvc.workflows.places.renew_rows import place_of
from labelsvc.workflows.planning.plan_behind import LargeOrder
from labelsvc.workflows.planning.plan_groups import reasons_of, trace_of, warnings_of

DEFAULT_DESIGN, DEFAULT_STOCK, DEFAULT_QUANTITY = "tem-25x35", "330x480", 100
MOST_PRODUCTS = 20_000
"""What a page judges while somebody waits: some five seconds. More than that the worker plans."""
OWN_QUANTITIES = 30
"""Up to this many products may have individual quantities."""
ON_FIRST_SHEET = 60
"""The products considered for the picture of the first sheet."""
LONGEST_NONCE = 80


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """The order in the page's form; ``order``: the producer's order that it is printed for."""

    items: list[OrderItem]
    terms: OrderTerms
    typed: SubmittedForm
    ids: list[int]
    filtered: bool
    order: StampOrder | None
    quantity: int
    as_suggested: bool = False
    lowered: list[OrderItem] = field(default_factory=list)
    """The items with quantities lowered to sensible ones."""

    @property
    def other_design(self) -> bool:
        """Return whether another design is chosen than the producer asked for."""
        return self.order is not None and self.order.design != self.terms.design

    @property
    def lot_faults(self) -> dict[str, str]:
        """What is wrong of the lot: the names of fields, with what they are called."""
        return {name: f"lot.{name.removeprefix('lot_')}" for name in LOT_FIELDS if name in self.typed.faults}

    @property
    def is_large(self) -> bool:
        """Return whether the worker plans it."""
        return len(self.ids) > MOST_PRODUCTS

    @property
    def count(self) -> int:
        """How many products it is of."""
        return len(self.ids) if self.is_large else len(self.items)

    @property
    def has_own_quantities(self) -> bool:
        """Return whether a product has a quantity of its own."""
        return any(name.startswith("quantity-") and value for name, value in self.typed.values.items())


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
    nonce = request.form.get("nonce", "")[:LONGEST_NONCE]
    key = f"web {desk.me().id} {nonce}" if nonce else ""
    try:
        order_id = asked.order.id if asked.order else 0
        plan = plan_order(asked.items, replace(asked.terms, order_key=key, stamp_order_id=order_id))
        if asked.order and not (key and desk.services().batches.find_ordered(key)):
            confirmed = request.form.get("other_design") == "1"
            refuse_another_order(asked.order, plan, asked.terms.design, other_design=confirmed)
        name = place(plan)
    except LabelsvcError as error:
        desk.flash_refusal(error)
        return plan_page(asked, "office/print.html", 409)
    remember(asked.terms.options)
    desk.flash_success("printing.started", batch=name, pieces=plan.pieces)
    return redirect(url_for("office.batch", name=name))


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
        query=_query_with() if asked.filtered else "",
    )


def plan_page(asked: PrintRequest, template: str, status: int = 200) -> PageAnswer:
    """Return the print page, or only its decisions."""
    services, plan, problems = desk.services(), None, []
    if asked.items and not asked.typed.faults:
        try:
            plan = plan_order(asked.items, asked.terms)
        except LabelsvcError as error:
            problems = [desk.explain(problem) for problem in error.problems]
            if isinstance(error, StockRefused):
                design, may_turn = services.looks.design(asked.terms.design), asked.terms.options.may_turn
                fitting = services.stocks.stocks_for(design, may_turn=may_turn)
                problems.append(
                    desk.say(
                        "printing.stocks_that_hold",
                        stocks="; ".join(stock.title_in(desk.language()) for stock in fitting),
                    )
                )
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
        suggested_query=_query_with(suggested="1"),
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
        under_plan=services.planned_orders.latest(desk.me().id),
    )
    return page, status


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


def _query_with(**added: str) -> str:
    """Return the form's content as a query, with additions."""
    left_out = ("csrf_token", "nonce", *added)
    kept = [(name, value) for name, values in request.values.lists() for value in values if name not in left_out]
    return "?" + urlencode(kept + list(added.items()))


def _order_of(values: MultiDict[str, str]) -> StampOrder | None:
    asked = values.get("order") or values.get("order_id", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    return desk.services().stamp_orders.get(int(asked))


def read_print_request(values: MultiDict[str, str], most: int | None = None) -> PrintRequest:
    """Return what a form asks for, ``most`` so many products of it."""
    order = _order_of(values)
    if order:  # fields missing in the form are as the producer asked
        values = values.copy()
        for name, value in (("product", order.product_id), ("quantity", order.quantity), ("design", order.design)):
            values.setdefault(name, str(value))
    services, typed = desk.services(), SubmittedForm(values.to_dict())
    filtered = values.get("filtered") == "1"
    if filtered:
        ids = services.product_lists.ids(product_filter(), desk.today())
    else:
        ids = [
            int(number)
            for number in values.getlist("product")
            if number.isascii() and number.isdigit() and len(number) < 10
        ]
    if most is None and len(ids) > MOST_PRODUCTS:
        most = 0  # the worker judges them
    quantity = typed.number("quantity", 1, HIGHEST_SERIAL) if values.get("quantity") else DEFAULT_QUANTITY
    skip = typed.number("skip", 0, 100_000) if values.get("skip") else 0
    serials = values.get("serials", "")
    found = services.products.many(ids[:most])
    items = []
    for product_id in ids[:most]:
        if product_id in found:
            name = f"quantity-{product_id}"
            own = typed.number(name, 1, HIGHEST_SERIAL) if values.get(name) else None
            items.append(OrderItem(found[product_id], own or quantity))
    terms = OrderTerms(
        design=values.get("design", DEFAULT_DESIGN),
        stock=values.get("roll", "").strip() or values.get("stock", DEFAULT_STOCK),
        host=services.settings.host,
        skip=skip or 0,
        strict_law=values.get("strict_law") == "1",
        options=PrintOptions(
            spot_inks=values.get("spot_inks") == "1",
            step_and_repeat=values.get("step_and_repeat") == "1",
            order=cast(SerialOrder, serials) if serials in ORDERS else None,
            proof="all" if values.get("proof") == "all" else "auto",
            may_turn=values.get("turn") != "never",
            strict_trace=values.get("strict_trace") == "1",
            **lot_options(typed),
            **printer_options(values),
        ),
    )
    if not ids and request.method == "POST" and not typed.faults:
        typed.refuse(InvalidValue.from_code("printing.no_products", field="product"))
    as_suggested = values.get("suggested") == "1"
    if not as_suggested or typed.faults:
        return PrintRequest(items, terms, typed, ids, filtered, order, quantity or DEFAULT_QUANTITY, as_suggested)
    fewer = with_suggested(items, Allowance.for_items(items, services.quotas, desk.today()), desk.today())
    lowered = [new for old, new in zip(items, fewer, strict=True) if new.quantity != old.quantity]
    return PrintRequest(fewer, terms, typed, ids, filtered, order, quantity or DEFAULT_QUANTITY, as_suggested, lowered)
