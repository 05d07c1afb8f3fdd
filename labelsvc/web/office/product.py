"""A product's page: what it is, its recognitions, its labels; and the form of its own fields."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Right
from labelsvc.domain.errors import ChangedMeanwhile, LabelsvcError
from labelsvc.domain.history import StoredProduct, standing_of, standing_on, superseded_on
from labelsvc.domain.permission import may_print
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.domain.product import PRODUCT_TEXTS, ProductGroup
from labelsvc.domain.programme.renewal import extension_allowed
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.programme.withdrawal_grounds import WithdrawalGround
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.label_pictures import label_refusals, send_label, warn_unfit
from labelsvc.web.desk.law_sheet import send_sheet
from labelsvc.web.desk.lot_forms import lots_shown
from labelsvc.web.desk.seen import beside, product_texts, recognition_texts, refuse_unseen, seen_text
from labelsvc.web.desk.words.change_words import act_words
from labelsvc.web.office.blueprint import office
from labelsvc.web.office.profiles import profile_shown
from labelsvc.web.profiles.coded_choices import coded_choices
from labelsvc.web.verdict_words import page_place
from labelsvc.workflows.law.product_law import law_of
from labelsvc.workflows.places.renew_products import product_places
from labelsvc.workflows.places.renew_rows import place_of
from labelsvc.workflows.profiles.measure_product import measure_product

CHANGES_SHOWN = 50


@office.get("/products/<int:product_id>")
def product(product_id: int) -> str:
    """Show a product; a link may name the form that is to be open, as ``opened=grant-quota-7``."""
    with desk.services().database.reading_together():
        return product_page(product_id, opened=request.args.get("opened", ""))


def product_page(
    product_id: int, typed: SubmittedForm | None = None, opened: str = "", lot: SubmittedForm | None = None
) -> str:
    """Return the page of a product, with what was wrong with a form of it; ``lot`` is the form of its lots."""
    services, today = desk.services(), desk.today()
    stored = services.products.get(product_id)
    ids = [each.id for each in stored.recognitions]
    changes, _ = services.changes.page(subject="product", subject_id=product_id, per_page=CHANGES_SHOWN)
    for recognition_id in ids:
        changes += services.changes.page(subject="recognition", subject_id=recognition_id, per_page=CHANGES_SHOWN)[0]
    return render_template(
        "office/product.html",
        active="products",
        stored=stored,
        product=stored.product,
        place=page_place(stored.product),
        standing=standing_on(stored.history, today),
        permission=may_print(stored.history, today),
        standings={each.id: standing_of(each.recognition, today) for each in stored.recognitions},
        superseded={each.id: superseded_on(each.recognition, stored.history, today) for each in stored.recognitions},
        quotas=services.quotas.for_recognitions(ids),
        exceptions=services.quotas.exceptions_of(ids),
        printed=services.batch_lists.of_product(product_id),
        changes=act_words(sorted(changes, key=lambda change: change.id, reverse=True)[:CHANGES_SHOWN]),
        refusals=label_refusals(stored),
        rules=rules_on(today),
        places=product_places([(product_id, place_of(stored.product))], PlaceRenewer(services.gazetteer)).report,
        grounds=tuple(WithdrawalGround),
        extensions={each.id: extension_allowed(each.recognition.last_day_by_decision) for each in stored.recognitions},
        seen={each.id: seen_text(recognition_texts(each.recognition)) for each in stored.recognitions},
        typed=typed or SubmittedForm({}),
        opened=opened,
        law=law_of(stored.product, services.shipped_assets, today),
        trace=measure_product(stored, services.profiles.get(product_id), today),
        texts=[name for name in PRODUCT_TEXTS if name not in ("name", "producer")],
        **profile_shown(stored),
        **lots_shown(product_id, lot),
    )


@office.get("/products/<int:product_id>/label-content.pdf")
def label_content(product_id: int) -> Response:
    """Send the label content sheet of a product."""
    return send_sheet(desk.services().products.get(product_id))


@office.route("/products/new", methods=["GET", "POST"])
@desk.needs(Right.EDIT)
def product_new() -> PageAnswer:
    """Add a product by hand, with its first recognition where one is told."""
    typed = SubmittedForm(request.form)
    if request.method == "POST":
        new, first = typed.product(), None
        if new and request.form.get("decision_date", "").strip():
            first = typed.recognition()
        if new and not typed.faults:
            services = desk.services()
            try:
                product_id = services.product_editing.add(new, desk.context(), first=first)
            except LabelsvcError as error:
                typed.refuse(error)
            else:
                desk.flash_success("product.added", name=new.name)
                warn_unfit(services.products.get(product_id))
                return redirect(url_for("office.product", product_id=product_id))
    return _edit_page(None, typed)


@office.route("/products/<int:product_id>/edit", methods=["GET", "POST"])
@desk.needs(Right.EDIT)
def product_edit(product_id: int) -> PageAnswer:
    """Change a product's own fields."""
    stored = desk.services().products.get(product_id)
    if request.method == "GET":
        return _edit_page(stored, SubmittedForm(product_texts(stored.product)))
    typed = SubmittedForm(request.form)
    new = typed.product()
    if new:
        try:
            confirmed = typed.values.get("rename_confirmed") == "1"
            as_seen = refuse_unseen(typed, product_texts(stored.product))
            context = desk.context(typed.text("reason"), as_seen=as_seen)
            desk.services().product_changes.change(stored, lambda _: new, context, rename_confirmed=confirmed)
        except ChangedMeanwhile as error:
            stored = desk.services().products.get(product_id)
            typed = beside(typed, product_texts(stored.product))
            typed.refuse(error)
            return _edit_page(stored, typed, 409)
        except LabelsvcError as error:
            typed.refuse(error)
        else:
            desk.flash_success("product.saved")
            warn_unfit(desk.services().products.get(product_id))
            return redirect(url_for("office.product", product_id=product_id))
    return _edit_page(stored, typed)


def _edit_page(stored: StoredProduct | None, typed: SubmittedForm, status: int = 422) -> PageAnswer:
    page = render_template(
        "office/product_edit.html",
        active="products",
        product_id=stored.id if stored else None,
        seen=_seen(stored, typed),
        typed=typed,
        groups=tuple(ProductGroup),
        coded=coded_choices(),
        texts=PRODUCT_TEXTS,
    )
    return page, status if typed.faults else 200


def _seen(stored: StoredProduct | None, typed: SubmittedForm) -> str:
    """Return what the form goes on from: what it was opened on, or what stands beside it now."""
    if stored is None or (typed.faults and not typed.theirs):
        return typed.values.get("seen", "")
    return seen_text(product_texts(stored.product))


@office.get("/products/<int:product_id>/labels/<design>.png")
def label_picture(product_id: int, design: str) -> AnyResponse:
    """Show a product's label as it would print today."""
    return send_label(design, desk.services().products.get(product_id))
