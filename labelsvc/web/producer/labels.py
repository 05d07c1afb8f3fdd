"""Labels that a producer took from its quota: prepared by the worker, then had in every form, as often as one likes.

Only while they may be used: where they might not be reprinted today, the page says why, and nothing goes out.
"""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError, NotFound, Problem
from labelsvc.domain.print_options import PrintOptions
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.context import PageAnswer
from labelsvc.web.desk.downloads import send_archive, send_batch_file
from labelsvc.web.desk.exports import send_export
from labelsvc.web.desk.form_values import SubmittedForm
from labelsvc.web.desk.label_forms import forms_of, refuse_unusable
from labelsvc.web.desk.lot_forms import lot_options
from labelsvc.web.desk.ordering import place, plan_order
from labelsvc.web.producer.blueprint import DEFAULT_DESIGN, own_product, producer
from labelsvc.web.producer.products import product_page
from labelsvc.workflows.batches.allowance import OrderItem
from labelsvc.workflows.batches.batch_archive import archive_of
from labelsvc.workflows.batches.batch_files import (
    Batch,
    batch_file,
    batch_files,
    missing_files,
    refuse_gone,
)
from labelsvc.workflows.batches.label_exports import SINGLE
from labelsvc.workflows.batches.order_terms import OrderTerms

MOST_AT_ONCE = 2_000


@producer.post("/products/<int:product_id>/labels")
def make_labels(product_id: int) -> PageAnswer:
    """Take labels from one's own quota: a batch with recorded serials; the same form sent twice is one."""
    stored, typed = own_product(product_id), SubmittedForm(request.form)
    quantity = typed.number("quantity", 1, MOST_AT_ONCE)
    if typed.faults:
        return product_page(product_id, typed, status=422)
    terms = OrderTerms(
        design=typed.values.get("design", DEFAULT_DESIGN),
        stock=SINGLE,
        host=desk.services().settings.host,
        order_key=f"producer {desk.me().producer_id} {product_id} {typed.values.get('nonce', '')[:80]}",
        producer_id=desk.me().producer_id,
        options=PrintOptions(**lot_options(typed)),
    )
    if typed.faults:
        return product_page(product_id, typed, status=422)
    try:
        plan = plan_order([OrderItem(stored, quantity)], terms)
        if plan.new is None:
            return product_page(product_id, typed, plan, 422)
        name = place(plan)
    except LabelsvcError as error:
        typed.refuse(error)
        return product_page(product_id, typed, status=422)
    return redirect(url_for("producer.batch", name=name))


def _own_batch(name: str) -> Batch:
    stored = desk.services().batches.get(name)
    if stored.producer_id is None or stored.producer_id != desk.me().producer_id:
        raise NotFound.from_code("storage.no_batch", batch=name, known="–")
    return stored


def _batch_in_force(name: str) -> Batch:
    """Return one of one's own batches whose labels may be used today; PrintRefused says why others may not."""
    stored = _own_batch(name)
    refuse_unusable(stored)
    return stored


def _why_not(name: str) -> tuple[Problem, ...]:
    try:
        _batch_in_force(name)
    except LabelsvcError as error:
        return error.problems
    return ()


@producer.get("/labels/<name>")
def batch(name: str) -> AnyResponse:
    """Show labels that one took: being prepared, then in every form."""
    services, stored = desk.services(), _own_batch(name)
    summary, forms = services.batch_lists.find(name), forms_of(stored)
    asked_again = bool(request.headers.get("HX-Request"))
    files = [file for file in batch_files(stored, services.batches) if file.name.startswith("labels-")]
    page = render_template(
        "producer/batch.html",
        active="products",
        batch=summary,
        lines=forms.contents.lines,
        waits=desk.what_waits([summary] if summary else ()),
        files=files,
        gone=bool(missing_files(stored, services.batches)),
        forms=forms.forms() if stored.state == "ready" else [],
        sets=forms.sets,
        reasons=_why_not(name),
        printer=services.printers.habits(desk.me().id).printer,
    )
    done = asked_again and summary is not None and not summary.unfinished
    return Response(page, headers={"HX-Refresh": "true"} if done else {})


@producer.get("/labels/<name>/files/<file>")
def download(name: str, file: str) -> AnyResponse:
    """Send one of the batch's own files."""
    return send_batch_file(batch_file(_batch_in_force(name), desk.services().batches, file), name)


@producer.get("/labels/<name>/all.zip")
def download_all(name: str) -> AnyResponse:
    """Send all of the batch's own files in one ZIP."""
    stored = _batch_in_force(name)
    refuse_gone(stored, desk.services().batches)
    files = batch_files(stored, desk.services().batches)
    if not files:
        raise NotFound.from_code("storage.no_file", batch=name, name="all.zip")
    return send_archive(archive_of(files, name), name)


@producer.get("/labels/<name>/forms/<file>")
def download_form(name: str, file: str) -> AnyResponse:
    """Send the labels in another form; of pictures and SVG the set that begins with ``first``."""
    stored, first = _batch_in_force(name), request.args.get("first", "1")
    if stored.state != "ready" or not (first.isascii() and first.isdigit() and len(first) < 8):
        abort(404)
    printers, account_id = desk.services().printers, desk.me().id
    offset = printers.offset(account_id, printers.habits(account_id).printer)
    return send_export(name, file, int(first), account_id, offset)
