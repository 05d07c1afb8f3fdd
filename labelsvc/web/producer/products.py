"""A producer's own products: what each may have today, the labels taken, and the label as it would print."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.history import StoredProduct, standing_on
from labelsvc.domain.permission import design_suits, may_print
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.label_pictures import label_refusals, send_label
from labelsvc.web.desk.law_sheet import send_sheet
from labelsvc.web.desk.lot_forms import lots_shown
from labelsvc.web.desk.product_query import sorting
from labelsvc.web.producer.blueprint import DEFAULT_DESIGN, own_product, producer
from labelsvc.workflows.batches.order_batch import OrderPlan
from labelsvc.workflows.change_recognition import recognition_of
from labelsvc.workflows.designs.gallery import in_order
from labelsvc.workflows.law.product_law import law_of
from labelsvc.workflows.places.renew_products import product_places
from labelsvc.workflows.places.renew_rows import place_of
from labelsvc.workflows.profiles.measure_product import measure_product
from labelsvc.workflows.profiles.producers_content import producers_content, tasks_of

PER_PAGE = 200


@producer.get("/", strict_slashes=False)
def start() -> str:
    """Show one's own products."""
    services, today = desk.services(), desk.today()
    sort, down = sorting()
    own = ProductFilter(producer_id=desk.me().producer_id)
    found = services.product_lists.page(own, today, page=desk.page_number(), sort=sort, down=down, per_page=PER_PAGE)
    quotas = services.quotas.for_recognitions([row.recognition_id for row in found.rows if row.recognition_id])
    name = services.producer_names.get(desk.me().producer_id or 0)
    states = services.proposals.continued_states([row.id for row in found.rows])
    return render_template(
        "producer/start.html", found=found, quotas=quotas, name=name, design=DEFAULT_DESIGN, states=states
    )


@producer.get("/products/<int:product_id>")
def product(product_id: int) -> PageAnswer:
    """Show one of one's own products."""
    with desk.services().database.reading_together():
        return product_page(product_id, SubmittedForm({}))


def product_page(
    product_id: int,
    typed: SubmittedForm,
    plan: OrderPlan | None = None,
    status: int = 200,
    lot: SubmittedForm | None = None,
) -> PageAnswer:
    """Return the page of one of one's own products, with what was wrong with a form of it; ``lot``: that of lots."""
    services, today = desk.services(), desk.today()
    stored = own_product(product_id)
    content = producers_content(stored, services.profiles, services.proposals)
    printed = services.batch_lists.of_product(product_id)
    page = render_template(
        "producer/product.html",
        active="products",
        stored=stored,
        product=stored.product,
        law=law_of(stored.product, services.shipped_assets, today),
        trace=measure_product(stored, services.profiles.get(product_id), today),
        places=product_places([(product_id, place_of(stored.product))], PlaceRenewer(services.gazetteer)).report,
        batches=[(batch, pieces) for batch, pieces in printed if batch.producer_id == desk.me().producer_id],
        typed=typed,
        plan=plan,
        nonce=token_urlsafe(12),
        profile_tasks=tasks_of(stored, content.shown, today),
        profile_state=content.proposal.state if content.proposal else "",
        **_recognition_shown(stored),
        **_designs_shown(stored),
        **lots_shown(product_id, lot),
    )
    return page, status


def _recognition_shown(stored: StoredProduct) -> dict[str, Any]:
    """Return how a product stands today, and how many stamps of it may be printed."""
    permission = may_print(stored.history, desk.today())
    current_id = stored.id_of(permission.recognition) if permission.recognition else 0
    return {
        "standing": standing_on(stored.history, desk.today()),
        "permission": permission,
        "recognition": recognition_of(stored, current_id) if current_id else None,
        "quota": desk.services().quotas.for_recognitions([current_id]).get(current_id),
    }


def _designs_shown(stored: StoredProduct) -> dict[str, Any]:
    """Return the designs that a product can have, the producer's own among them, and why others cannot."""
    looks, refusals = desk.services().looks, label_refusals(stored)
    copies = looks.copies_for([desk.me().producer_id])
    return {
        "designs": in_order(design for design in looks.designs if design.name in refusals),
        "refusals": refusals,
        "own_designs": [copy for copy, design in copies if design_suits(design.groups, stored.product.group)],
    }


@producer.get("/products/<int:product_id>/label-content.pdf")
def label_content(product_id: int) -> AnyResponse:
    """Send the label content sheet of one of one's own products."""
    return send_sheet(own_product(product_id))


@producer.get("/products/<int:product_id>/labels/<design>.png")
def label_picture(product_id: int, design: str) -> AnyResponse:
    """Show one's own product's label as it would print today."""
    return send_label(design, own_product(product_id), desk.me().producer_id)
