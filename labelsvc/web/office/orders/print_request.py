"""What the print page's form asks for: products with quantities, a design, a stock, options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import HIGHEST_SERIAL
from labelsvc.domain.print_options import PrintOptions
from labelsvc.domain.sheet import ORDERS, SerialOrder
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.lot_forms import LOT_FIELDS, lot_options
from labelsvc.web.desk.product_query import product_filter
from labelsvc.web.stocks.printer_choice import printer_options
from labelsvc.workflows.batches.allowance import Allowance, OrderItem, with_suggested
from labelsvc.workflows.batches.order_terms import OrderTerms
from labelsvc.workflows.batches.review_stamp_orders import StampOrder

DEFAULT_DESIGN, DEFAULT_STOCK, DEFAULT_QUANTITY = "tem-25x35", "330x480", 100
MOST_PRODUCTS = 20_000
"""What a page judges while somebody waits: some five seconds. More than that the worker plans."""


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


def read_print_request(values: MultiDict[str, str], most: int | None = None) -> PrintRequest:
    """Return what a form asks for, ``most`` so many products of it."""
    order = _order_of(values)
    if order:
        values = _with_order(values, order)
    typed, filtered = SubmittedForm(values.to_dict()), values.get("filtered") == "1"
    ids = desk.services().product_lists.ids(product_filter(), desk.today()) if filtered else _chosen_ids(values)
    if most is None and len(ids) > MOST_PRODUCTS:
        most = 0  # the worker judges them
    quantity = typed.number("quantity", 1, HIGHEST_SERIAL) if values.get("quantity") else DEFAULT_QUANTITY
    skip = typed.number("skip", 0, 100_000) if values.get("skip") else 0
    items = _read_items(values, typed, ids[:most], quantity)
    terms = _read_terms(values, typed, skip or 0)
    if not ids and request.method == "POST" and not typed.faults:
        typed.refuse(InvalidValue.from_code("printing.no_products", field="product"))
    as_suggested = values.get("suggested") == "1"
    asked = PrintRequest(items, terms, typed, ids, filtered, order, quantity or DEFAULT_QUANTITY, as_suggested)
    return _lowered(asked) if as_suggested and not typed.faults else asked


def _order_of(values: MultiDict[str, str]) -> StampOrder | None:
    asked = values.get("order") or values.get("order_id", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    return desk.services().stamp_orders.get(int(asked))


def _with_order(values: MultiDict[str, str], order: StampOrder) -> MultiDict[str, str]:
    """Return a form with the fields that it lacks as the producer asked."""
    values = values.copy()
    for name, value in (("product", order.product_id), ("quantity", order.quantity), ("design", order.design)):
        values.setdefault(name, str(value))
    return values


def _chosen_ids(values: MultiDict[str, str]) -> list[int]:
    """Return the ids of the products that were chosen one by one."""
    return [
        int(number)
        for number in values.getlist("product")
        if number.isascii() and number.isdigit() and len(number) < 10
    ]


def _read_items(
    values: MultiDict[str, str], typed: SubmittedForm, ids: Sequence[int], quantity: int | None
) -> list[OrderItem]:
    """Return the products that there are, each with its own quantity or that of all."""
    products, items = desk.services().products.many(ids), []
    for product_id in ids:
        if product_id in products:
            name = f"quantity-{product_id}"
            own = typed.number(name, 1, HIGHEST_SERIAL) if values.get(name) else None
            items.append(OrderItem(products[product_id], own or quantity))
    return items


def _read_terms(values: MultiDict[str, str], typed: SubmittedForm, skip: int) -> OrderTerms:
    """Return how the labels are to be printed."""
    serials = values.get("serials", "")
    return OrderTerms(
        design=values.get("design", DEFAULT_DESIGN),
        stock=values.get("roll", "").strip() or values.get("stock", DEFAULT_STOCK),
        host=desk.services().settings.host,
        skip=skip,
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


def _lowered(asked: PrintRequest) -> PrintRequest:
    """Return a request with quantities lowered to sensible ones."""
    allowance = Allowance.for_items(asked.items, desk.services().quotas, desk.today())
    fewer = with_suggested(asked.items, allowance, desk.today())
    lowered = [new for old, new in zip(asked.items, fewer, strict=True) if new.quantity != old.quantity]
    return replace(asked, items=fewer, lowered=lowered)


def query_with(**added: str) -> str:
    """Return the form's content as a query, with additions."""
    left_out = ("csrf_token", "nonce", *added)
    kept = [(name, value) for name, values in request.values.lists() for value in values if name not in left_out]
    return "?" + urlencode(kept + list(added.items()))
