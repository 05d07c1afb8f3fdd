"""Places: products in former units renewed in one click, labels that were printed with former addresses."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from itertools import groupby

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.places.renewal import PlaceRenewer, RecordPlace
from labelsvc.formula_guard import guarded
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.orders.plan_page import plan_page
from labelsvc.web.office.orders.print_request import read_print_request
from labelsvc.workflows.places.former_labels import COLUMNS, FormerLabels, former_labels
from labelsvc.workflows.places.place_answers import chosen_answers
from labelsvc.workflows.places.renew_products import ProductPlaces, product_places, renew_products, report_places
from labelsvc.workflows.places.renew_rows import place_of

ROWS_SHOWN = 200


@office.get("/places")
def places_page() -> str:
    """Show which products are in former units, and which labels were printed with former addresses."""
    services = desk.services()
    listed = list(former_labels(services.printed_places, services.gazetteer))
    return render_template(
        "office/places.html",
        active="products",
        places=report_places(services.place_editing.counted(), PlaceRenewer(services.gazetteer)),
        batches=[_batch(list(each)) for _, each in groupby(listed, key=lambda row: row.printed.batch)],
        until=services.gazetteer.until,
        shown_rows=ROWS_SHOWN,
    )


def _batch(rows: list[FormerLabels]) -> dict[str, object]:
    """Return a batch of the list: its labels with former addresses together."""
    first = rows[0]
    return {
        "name": first.printed.batch,
        "ordered_at": first.printed.ordered_at,
        "products": len(rows),
        "labels": sum(row.printed.pieces for row in rows),
        "until": first.until,
        "after_change": first.after_change,
        "mark": first.printed.mark,
        "place": first.printed.place.line,
    }


@office.post("/places")
@desk.needs(Right.EDIT)
def renew_places() -> AnyResponse:
    """Renew the places of all products: what is proposed, and what was chosen."""
    _renew(desk.services().place_editing.all())
    return redirect(url_for("office.places_page"))


@office.post("/products/<int:product_id>/place")
@desk.needs(Right.EDIT)
def renew_place(product_id: int) -> AnyResponse:
    """Renew the place of one product."""
    _renew([(product_id, place_of(desk.services().products.get(product_id).product))])
    return redirect(url_for("office.product", product_id=product_id))


@office.post("/print/places")
@desk.needs(Right.EDIT)
def renew_printed_places() -> PageAnswer:
    """Renew the places of an order's products and show the print page again, with all that was typed."""
    asked = read_print_request(request.form)
    _renew((item.stored.id, place_of(item.stored.product)) for item in asked.items)
    return plan_page(read_print_request(request.form), "office/print.html")


@office.get("/places/labels.csv")
def former_labels_csv() -> AnyResponse:
    """Send the labels with former addresses as a list."""
    services = desk.services()
    text = StringIO()
    written = csv.writer(text)
    written.writerow([desk.say(f"places.column_{name}") for name in COLUMNS])
    for each in former_labels(services.printed_places, services.gazetteer):
        written.writerow([guarded(str(each.facts[name])) for name in COLUMNS])
    name = 'attachment; filename="nhan-dia-chi-cu.csv"'
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers={"Content-Disposition": name})


def looked_at(places: Iterable[tuple[int, RecordPlace]]) -> ProductPlaces:
    """Look at places with what the form of this request chose for divided units."""
    gazetteer = desk.services().gazetteer
    return product_places(places, PlaceRenewer(gazetteer, chosen_answers(request.form.getlist("place"), gazetteer)))


def _renew(places: Iterable[tuple[int, RecordPlace]]) -> None:
    services = desk.services()
    context = desk.context(desk.say("places.reason", source=services.gazetteer.source))
    changed = renew_products(looked_at(places), services.place_editing, context)
    desk.flash_success("places.done", count=changed)
