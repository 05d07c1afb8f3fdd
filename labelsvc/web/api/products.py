"""Products: list, show, add, change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.history import Standing, StoredProduct, standing_on
from labelsvc.domain.law.entered_values import entered
from labelsvc.domain.permission import may_print
from labelsvc.domain.product import PRODUCT_TEXTS, Product, ProductGroup, normal_text
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.api import models as m
from labelsvc.web.api import product_models as p
from labelsvc.web.api.access import caller, idempotent, own_producer, scoped
from labelsvc.web.api.answers import answer, list_answer, refuse_unseen
from labelsvc.web.api.blueprint import BEARER, CHANGED, FAILING, api
from labelsvc.web.api.proposals import profile_item
from labelsvc.web.api.recognition_items import recognition_items
from labelsvc.web.api.trace_items import trace_item
from labelsvc.web.api.visibility import get_visible_product
from labelsvc.web.desk import context as desk
from labelsvc.workflows.profiles.measure_product import measure_product


@api.get("/products", summary="List products", security=BEARER, responses={200: p.ProductPage, **FAILING})
@scoped("products:read")
def products(query: p.ProductQuery) -> Response:
    """Return a page of products; a producer's token sees its own."""
    services, today = desk.services(), desk.today()
    wanted = ProductFilter(
        words=query.words,
        district=query.district,
        commune=query.commune,
        group=query.group.upper() if query.group else "",
        stars=query.stars or 0,
        standings=(Standing(query.standing),) if query.standing else (),
        ends_within=query.ends_within,
        lacks_trace=query.lacks_trace,
        producer_id=own_producer(),
    )
    found = services.product_lists.page(
        wanted, today, page=query.page, per_page=query.per_page, sort=query.sort, down=query.down
    )
    quotas = services.quotas.for_recognitions([row.recognition_id for row in found.rows if row.recognition_id])
    items = [
        p.ProductItem(
            id=row.id,
            name=row.name,
            brand=row.brand,
            producer=row.producer,
            producer_id=row.producer_id,
            commune=row.commune,
            district=row.district,
            group=row.group.lower(),
            stars=row.stars,
            last_day=row.last_day,
            standing=row.standing.value,
            trace_lacks=row.trace_lacks,
            quota_left=quotas[row.recognition_id].left if row.recognition_id else None,
        )
        for row in found.rows
    ]
    page = p.ProductPage(items=items, page=found.page, per_page=query.per_page, total=found.total)
    return list_answer(page, found.page, query.per_page, found.total)


@api.get(
    "/products/<int:product_id>", summary="A product", security=BEARER, responses={200: p.ProductDetail, **FAILING}
)
@scoped("products:read")
def product(path: m.ProductPath) -> Response:
    """Return a product with its recognitions, and whether it may be printed today."""
    return answer(_detail(get_visible_product(path.product_id)))


@api.post("/products", summary="Add a product", security=BEARER, responses={201: m.Made, **FAILING})
@scoped("products:write")
@idempotent
def add_product(body: p.NewProduct) -> Response:
    """Add a product without a recognition."""
    facts = _told(body)
    made = desk.services().product_editing.add(Product(**facts), ChangeContext(caller().email, desk.now(), body.reason))
    return answer(m.Made(id=made, url=f"{api.url_prefix}/products/{made}"), 201)


@api.patch(
    "/products/<int:product_id>",
    summary="Change a product",
    security=BEARER,
    responses={200: p.ProductDetail, **CHANGED, **FAILING},
)
@scoped("products:write")
def change_product(path: m.ProductPath, body: p.ProductChange) -> Response:
    """Change a product's own fields; with If-Match only where nobody changed it meanwhile.

    A new name, or producer, of which labels were printed needs a reason and ``rename_confirmed`` (else 409, 422).
    """
    stored, told = get_visible_product(path.product_id), _told(body)
    as_seen = refuse_unseen(_detail(stored))
    context = ChangeContext(caller().email, desk.now(), body.reason, as_seen=as_seen)
    desk.services().product_changes.change(
        stored, lambda product: replace(product, **told), context, rename_confirmed=body.rename_confirmed
    )
    return answer(_detail(get_visible_product(path.product_id)))


def _told(body: p.ProductFacts) -> dict[str, Any]:
    """Return the fields set in a body, as a product has them."""
    told = body.model_dump(exclude_none=True, exclude={"reason", "rename_confirmed"})
    texts = {name: entered(name, normal_text(value)) for name, value in told.items() if isinstance(value, str)}
    facts = told | texts
    if "warnings_text" in facts:
        facts["warnings"] = facts.pop("warnings_text")
    if "group" in facts:
        facts["group"] = ProductGroup[str(facts["group"]).upper()]
    return facts


def _detail(stored: StoredProduct) -> p.ProductDetail:
    today = desk.today()
    permission = may_print(stored.history, today)
    facts, profiles = stored.product, desk.services().profiles
    return p.ProductDetail(
        id=stored.id,
        **{name: getattr(facts, name) for name in PRODUCT_TEXTS if name != "warnings"},
        group=facts.group.name.lower() if facts.group else "",
        warnings_text=facts.warnings,
        registered_mark=facts.registered_mark,
        standing=standing_on(stored.history, today).value,
        may_be_printed=permission.granted,
        reasons=list(map(desk.explain, permission.reasons)),
        warnings=list(map(desk.explain, permission.warnings)),
        trace=trace_item(measure_product(stored, desk.services().profiles.get(stored.id), today)),
        recognitions=recognition_items(stored),
        profile=profile_item(profiles.number(stored.id), profiles.get(stored.id)),
    )
