"""The producers' pages: their own products, their labels and codes, the stamps they ask the office for."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.account import Role
from labelsvc.domain.errors import LabelsvcError, NotFound
from labelsvc.domain.history import standing_on
from labelsvc.domain.permission import may_print
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web import desk
from labelsvc.web.downloads import send_archive, send_batch_file, send_content
from labelsvc.web.form_values import Typed
from labelsvc.web.label_pictures import send_picture
from labelsvc.web.ordering import place, plan_order
from labelsvc.web.product_query import sorting
from labelsvc.workflows.batch_files import Batch, archive_of, batch_file, batch_files
from labelsvc.workflows.change_recognition import recognition_of
from labelsvc.workflows.label_exports import PICTURE_DPI, QR_FORMS, picture_files, qr_files, svg_files
from labelsvc.workflows.label_picture import label_png
from labelsvc.workflows.order_batch import Plan, StoredProduct, Terms, Wish

producer = Blueprint("producer", __name__, url_prefix="/producer")
Page = str | tuple[str, int] | AnyResponse
DEFAULT_DESIGN, SINGLE = "tem-25x35", "single"
MOST_AT_ONCE, MOST_ORDERED = 2_000, 1_000_000
PER_PAGE = 200


@producer.before_request
def guard() -> Any:
    """Send whoever is not signed in to the sign-in page; the office finds nothing here."""
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if desk.me().role is not Role.PRODUCER:
        abort(404)
    return None


@producer.get("/", strict_slashes=False)
def start() -> str:
    """Show one's own products."""
    shop, today = desk.shop(), desk.today()
    sort, down = sorting()
    own = ProductFilter(producer_id=desk.me().producer_id)
    found = shop.product_lists.page(own, today, page=desk.page_number(), sort=sort, down=down, per_page=PER_PAGE)
    quotas = shop.quotas.of([row.recognition_id for row in found.rows if row.recognition_id])
    name = shop.accounts.producer_name(desk.me().producer_id or 0)
    return render_template("producer/start.html", found=found, quotas=quotas, name=name, design=DEFAULT_DESIGN)


@producer.get("/products/<int:product_id>")
def product(product_id: int) -> Page:
    """Show one of one's own products."""
    return _page(product_id, Typed({}))


def _own(product_id: int) -> StoredProduct:
    shop = desk.shop()
    if shop.product_lists.producer_of(product_id) != desk.me().producer_id:
        raise NotFound.of("storage.no_product", id=product_id)
    return shop.products.get(product_id)


def _page(product_id: int, typed: Typed, plan: Plan | None = None, status: int = 200) -> Page:
    shop, today = desk.shop(), desk.today()
    stored = _own(product_id)
    permission = may_print(stored.history, today)
    current = permission.recognition
    recognition_id = stored.id_of(current) if current else 0
    batches = [
        (batch, pieces)
        for batch, pieces in shop.batch_lists.of_product(product_id)
        if batch.producer_id == desk.me().producer_id
    ]
    stocks = [shop.room.stock(name) for name in shop.room.stock_names if shop.room.stock(name).kind != "roll"]
    page = render_template(
        "producer/product.html",
        stored=stored,
        product=stored.product,
        standing=standing_on(stored.history, today),
        permission=permission,
        recognition=recognition_of(stored, recognition_id) if recognition_id else None,
        quota=shop.quotas.of([recognition_id]).get(recognition_id),
        designs=shop.looks.designs,
        stocks=[stock for stock in stocks if stock.kind in ("single", "precut") or stock.name == "a4"],
        batches=batches,
        typed=typed,
        plan=plan,
        nonce=token_urlsafe(12),
    )
    return page, status


@producer.get("/products/<int:product_id>/labels/<design>.png")
def label_picture(product_id: int, design: str) -> AnyResponse:
    """Show one's own product's label as it would print today."""
    shop, stored = desk.shop(), _own(product_id)
    host = shop.settings.host
    source = shop.looks.source(design)
    return send_picture(
        lambda: label_png(design, stored, shop.room, shop.marks, host=host, now=desk.now(), source=source)
    )


@producer.post("/products/<int:product_id>/labels")
def make_labels(product_id: int) -> Page:
    """Take labels from one's own quota: a batch with recorded serials; the same form sent twice is one."""
    stored, typed = _own(product_id), Typed(request.form)
    quantity = typed.number("quantity", 1, MOST_AT_ONCE)
    if typed.faults:
        return _page(product_id, typed, status=422)
    terms = Terms(
        design=typed.values.get("design", DEFAULT_DESIGN),
        stock=typed.values.get("stock", SINGLE),
        host=desk.shop().settings.host,
        order_key=f"producer {desk.me().producer_id} {product_id} {typed.values.get('nonce', '')[:80]}",
        producer_id=desk.me().producer_id,
    )
    try:
        plan = plan_order([Wish(stored, quantity)], terms)
        if plan.new is None:
            return _page(product_id, typed, plan, 422)
        name = place(plan)
    except LabelsvcError as error:
        typed.refuse(error)
        return _page(product_id, typed, status=422)
    return redirect(url_for("producer.batch", name=name))


def _own_batch(name: str) -> Batch:
    stored = desk.shop().batches.get(name)
    if stored.producer_id is None or stored.producer_id != desk.me().producer_id:
        raise NotFound.of("storage.no_batch", batch=name, known="–")
    return stored


@producer.get("/labels/<name>")
def batch(name: str) -> AnyResponse:
    """Show labels that one took: being prepared, then in every form."""
    shop, stored = desk.shop(), _own_batch(name)
    summary = shop.batch_lists.find(name)
    asked_again = bool(request.headers.get("HX-Request"))
    page = render_template(
        "producer/batch.html",
        batch=summary,
        stored=stored,
        lines=shop.batches.lines(name),
        files=batch_files(stored, shop.batches),
        qr_forms=tuple(QR_FORMS),
        picture_dpi=PICTURE_DPI,
        single=stored.stock.name == SINGLE,
        as_svg=not shop.room.design(stored.design.name, stored.design.content).has_artwork,
    )
    done = asked_again and summary is not None and not summary.unfinished
    return Response(page, headers={"HX-Refresh": "true"} if done else {})


@producer.get("/labels/<name>/files/<file>")
def download(name: str, file: str) -> AnyResponse:
    """Send one of the files."""
    return send_batch_file(batch_file(_own_batch(name), desk.shop().batches, file), name)


@producer.get("/labels/<name>/all.zip")
def download_all(name: str) -> AnyResponse:
    """Send all files in one ZIP."""
    files = batch_files(_own_batch(name), desk.shop().batches)
    if not files:
        raise NotFound.of("storage.no_file", batch=name, name="all.zip")
    return send_archive(archive_of(files, name), name)


@producer.get("/labels/<name>/qr.<form>")
def download_qr(name: str, form: str) -> AnyResponse:
    """Send the QR codes alone, for one's own packaging."""
    shop, stored = desk.shop(), _own_batch(name)
    if form not in QR_FORMS or stored.state != "ready":
        abort(404)
    return send_content(*qr_files(stored, shop.batches.lines(name), shop.epochs, form))


@producer.get("/labels/<name>/<int:dpi>dpi.png")
def download_pictures(name: str, dpi: int) -> AnyResponse:
    """Send pictures of the labels."""
    stored = _own_batch(name)
    if dpi not in PICTURE_DPI or stored.state != "ready" or stored.stock.name != SINGLE:
        abort(404)
    return send_content(*picture_files(stored, desk.shop().batches.parts(name), dpi))


@producer.get("/labels/<name>/labels.svg")
def download_svg(name: str) -> AnyResponse:
    """Send the labels as SVG, for a packaging designer."""
    shop, stored = desk.shop(), _own_batch(name)
    if stored.state != "ready" or stored.stock.name != SINGLE:
        abort(404)
    return send_content(*svg_files(stored, shop.batches.parts(name), shop.room))


@producer.get("/orders")
def orders() -> str:
    """Show what one asked the office for."""
    rows, total = desk.shop().stamp_orders.page(producer_id=desk.me().producer_id, page=desk.page_number())
    return render_template("producer/orders.html", rows=rows, total=total)


@producer.post("/products/<int:product_id>/orders")
def ask(product_id: int) -> Page:
    """Ask the office for stamps."""
    stored, typed = _own(product_id), Typed(request.form)
    quantity = typed.number("quantity", 1, MOST_ORDERED)
    design = typed.values.get("design", DEFAULT_DESIGN)
    if design not in desk.shop().looks.names:
        abort(404)
    note = typed.text("note")
    if typed.faults or quantity is None:
        return _page(product_id, typed, status=422)
    desk.shop().stamp_orders.ask(desk.me().producer_id or 0, stored.id, quantity, design, note, desk.occasion())
    desk.tell("ordering.asked", quantity=quantity, product=stored.product.name)
    return redirect(url_for("producer.orders"))


@producer.post("/orders/<int:order_id>/cancel")
def cancel(order_id: int) -> AnyResponse:
    """Take back what one asked for, as long as the office has not printed it."""
    try:
        desk.shop().stamp_orders.change(order_id, "cancelled", desk.occasion(), producer_id=desk.me().producer_id)
        desk.tell("ordering.cancelled")
    except NotFound:
        raise
    except LabelsvcError as error:
        desk.refuse(error)
    return redirect(url_for("producer.orders"))
