"""Orders batches from pages and the API: the same checks, the same quotas, and the worker is notified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labelsvc.domain.account import Account
from labelsvc.web.desk import context as desk
from labelsvc.workflows.batches.allowance import Allowance, OrderItem, with_profiles
from labelsvc.workflows.batches.order_batch import OrderPlan, plan_batch
from labelsvc.workflows.batches.order_terms import OrderTerms, check_terms
from labelsvc.workflows.planning.place_queued import place_queued


def plan_order(items: Sequence[OrderItem], terms: OrderTerms, who: Account | None = None) -> OrderPlan:
    """Look at an order as it would be placed now, in the name of whoever asks: reasons, warnings, sheets."""
    services, today = desk.services(), desk.today()
    source = terms.design_source or services.looks.source_for(terms.design, _producers_of(items, terms.design))
    stock = terms.stock_source or services.stocks.source(terms.stock)
    asked = replace(terms, who=(who or desk.me()).email, queued=True, design_source=source, stock_source=stock)
    allowance, marks = Allowance.for_items(items, services.quotas, today), services.paper_words.marks
    items = with_profiles(items, services.profiles)
    return plan_batch(items, check_terms(asked, services.assets), marks, today=today, allowance=allowance)


def _producers_of(items: Sequence[OrderItem], design: str) -> set[int | None]:
    """Return whose products are ordered, where that matters: on a producer's own version of a design."""
    services = desk.services()
    if services.design_copies.find_printing(design) is None:
        return set()
    return {services.product_lists.producer_of(item.stored.id) for item in items}


def place(plan: OrderPlan) -> str:
    """Place a planned order, tell the worker, and return the batch's name.

    The same ``order_key`` again gives the batch there is. PrintRefused if nothing may be printed, or where somebody
    else took what was left of a quota meanwhile.
    """
    services = desk.services()
    at_this_moment = replace(services.batch_services, clock=desk.now)
    ordered = place_queued(plan, at_this_moment, services.output(), services.output_identity)
    if not ordered.again:
        desk.desk().hints.parts()
    return ordered.batch.name
