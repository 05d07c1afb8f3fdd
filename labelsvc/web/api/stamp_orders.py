"""Producers' stamp orders: request, cancel; approve or refuse, print, deliver."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import PrintRefused
from labelsvc.domain.permission import StampRequest, may_print
from labelsvc.web.api.access import caller, idempotent, own_producer, scoped
from labelsvc.web.api.answers import answer, list_answer, refuse_unseen
from labelsvc.web.api.blueprint import BEARER, FAILING, api
from labelsvc.web.api.models import WHOLE, Body, Id, Name, Page, Paging, Strict, Words
from labelsvc.web.api.visibility import get_visible_product
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import problem

StateName = Literal["requested", "approved", "printing", "printed", "refused", "delivered", "cancelled"]


class StampOrdersQuery(Paging):
    """Filters of orders."""

    state: StateName | None = None


class StampOrderPath(Strict):
    """An order by its id."""

    order_id: Id


class StampOrderItem(Strict):
    """A producer's order and its state."""

    id: int
    url: str
    product_id: int
    product: str
    producer: str
    quantity: int
    design: str
    note: str
    state: StateName
    answer: str
    batch: str | None
    asked_at: datetime
    asked_by: str


class StampOrderPage(Page):
    """A page of orders, the newest first."""

    items: list[StampOrderItem]


class NewStampOrder(Body):
    """A producer's request for stamps."""

    product_id: Id
    quantity: Annotated[int, Field(ge=1, le=1_000_000), WHOLE]
    design: Name = "tem-25x35"
    note: Words = ""


class StampOrderChange(Body):
    """A state change of an order: producers may cancel, the office does the rest.

    ``batch``: the ready batch that it is ``printed`` in; ``other_design``: one in another design will do.
    """

    state: Literal["approved", "refused", "printed", "delivered", "cancelled"]
    answer: Words = ""
    batch: Name | None = None
    other_design: bool = False


@api.get("/stamp-orders", summary="List stamp orders", security=BEARER, responses={200: StampOrderPage, **FAILING})
@scoped("orders:read")
def stamp_orders(query: StampOrdersQuery) -> Response:
    """Return a page of orders; a producer's token sees its own."""
    states = (query.state,) if query.state else ()
    rows, total = desk.services().stamp_orders.page(
        states=states, producer_id=own_producer(), page=query.page, per_page=query.per_page
    )
    items = [_item(row) for row in rows]
    page = StampOrderPage(items=items, page=query.page, per_page=query.per_page, total=total)
    return list_answer(page, query.page, query.per_page, total)


@api.get(
    "/stamp-orders/<int:order_id>",
    summary="A stamp order",
    security=BEARER,
    responses={200: StampOrderItem, **FAILING},
)
@scoped("orders:read")
def stamp_order(path: StampOrderPath) -> Response:
    """Return an order."""
    return answer(_found(path.order_id))


@api.post("/stamp-orders", summary="Ask for stamps", security=BEARER, responses={201: StampOrderItem, **FAILING})
@scoped("orders:write")
@idempotent
def ask_for_stamps(body: NewStampOrder) -> Response:
    """Request stamps of one's own product from the office; only for producers' tokens."""
    producer_id, services = own_producer(), desk.services()
    if producer_id is None:
        return problem(403, "producers")
    permission = may_print(get_visible_product(body.product_id).history, desk.today())
    if not permission.granted:
        raise PrintRefused(*permission.reasons)
    services.looks.source(body.design)
    asked = StampRequest(producer_id, body.product_id, body.quantity, body.design, body.note)
    made = services.stamp_orders.ask(asked, ChangeContext(caller().email, desk.now()))
    return answer(_found(made), 201)


@api.patch(
    "/stamp-orders/<int:order_id>",
    summary="Take a stamp order on",
    security=BEARER,
    responses={200: StampOrderItem, **FAILING},
)
@scoped("orders:write")
def take_stamp_order_on(path: StampOrderPath, body: StampOrderChange) -> Response:
    """Approve, refuse, mark as printed or delivered; producers may cancel their own order. Other steps are 409.

    With If-Match only where nobody took it on meanwhile.
    """
    services, own, found = desk.services(), own_producer(), _found(path.order_id)
    seen = found.state if refuse_unseen(found) else ""
    if (own is None) == (body.state == "cancelled"):
        return problem(403, "producers" if own is None else "office")
    context = ChangeContext(caller().email, desk.now(), body.answer)
    if body.state == "printed":
        services.stamp_orders.link(path.order_id, body.batch or "", context, ready=True, other_design=body.other_design)
    else:
        services.stamp_orders.change(path.order_id, body.state, context, producer_id=own, seen=seen)
    return answer(_found(path.order_id))


def _found(order_id: int) -> StampOrderItem:
    return _item(desk.services().stamp_orders.get(order_id, own_producer()))


def _item(order: object) -> StampOrderItem:
    names = set(StampOrderItem.model_fields) - {"url"}
    facts = {name: getattr(order, name) for name in names}
    return StampOrderItem(**facts, url=f"{api.url_prefix}/stamp-orders/{facts['id']}")
