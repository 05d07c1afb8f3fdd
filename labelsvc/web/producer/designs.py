"""A producer's own versions of designs: copied, changed in the studio within what the office leaves open, sent."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import ChangedMeanwhile, DesignRefused
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.permission import design_suits
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.label_pictures import send_picture
from labelsvc.web.desk.problem_json import invalid
from labelsvc.web.producer.blueprint import own_product, producer
from labelsvc.web.studio.copies import judged, judged_today
from labelsvc.web.studio.design_trials import try_edited, try_source
from labelsvc.web.studio.looking import answer_look
from labelsvc.web.studio.opening import opened_with, stock_titles
from labelsvc.web.studio.shortcuts import shortcuts
from labelsvc.web.studio.taking import refused, take_file
from labelsvc.workflows.designs.edit_design import fold_source
from labelsvc.workflows.designs.looks import DesignCopy

LONGEST_TITLE, LONGEST_NOTE, MOST_FOUND = 60, 500, 12


class SavedCopy(BaseModel):
    """A source, and the revision that its author saw."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=60)
    source: str
    base: int = Field(ge=0)
    note: str = Field(default="", max_length=LONGEST_NOTE)


def own_copy(copy_id: int) -> DesignCopy:
    """Return one of one's own versions; NotFound for any other."""
    return desk.services().design_copies.owned(copy_id, desk.me().producer_id or 0)


@producer.get("/designs")
def designs() -> str:
    """Show one's own versions, with their state and what the office answered."""
    copies = desk.services().design_copies.of_producer(desk.me().producer_id or 0)
    return render_template("producer/designs.html", copies=copies)


@producer.post("/products/<int:product_id>/designs")
def begin_design(product_id: int) -> AnyResponse:
    """Copy a design that suits a product, and open it in the studio."""
    services, stored, name = desk.services(), own_product(product_id), request.form.get("design", "")
    source = services.looks.plain_source(name)
    design = services.assets.design(name, source)
    if not design_suits(design.groups, stored.product.group):
        return desk.nothing()
    published = [each for each in services.design_shelf.all() if (each.name, each.state) == (name, "published")]
    title = " ".join(request.form.get("title", "").split())[:LONGEST_TITLE]
    title = title or f"{design.title_in(desk.language())} – {stored.product.name}"[:LONGEST_TITLE]
    origin = name, published[0].version if published else 0, source
    made = services.design_copies.begin(desk.me().producer_id or 0, title, origin, desk.context())
    return redirect(url_for("producer.design_studio", copy_id=made))


@producer.get("/designs/<int:copy_id>.png")
def own_design_picture(copy_id: int) -> AnyResponse:
    """Show one's own version with one's own first product, drawn within the limits of a trial."""
    copy = own_copy(copy_id)
    source = desk.services().design_copies.content(copy.source_sha256)

    def draw() -> bytes:
        trial = try_source(source, stored=_first_product())
        if not trial.picture:
            raise DesignRefused(*trial.problems)
        return trial.picture

    return send_picture(draw)


def _first_product() -> StoredProduct | None:
    services, own = desk.services(), ProductFilter(producer_id=desk.me().producer_id)
    first = services.product_lists.first(own, desk.today())
    return services.products.get(first) if first else None


@producer.get("/designs/<int:copy_id>/studio")
def design_studio(copy_id: int) -> str:
    """Open one's own version in the studio; what the office locks cannot be moved there."""
    copy, services = own_copy(copy_id), desk.services()
    source = fold_source(services.design_copies.content(copy.source_sha256), services.design_shelf)
    back = url_for("producer.designs")
    addresses = {
        "look": url_for("producer.design_look", copy_id=copy.id),
        "save": url_for("producer.design_save", copy_id=copy.id),
        "files": url_for("producer.design_files", copy_id=copy.id),
        "products": url_for("producer.design_products", copy_id=copy.id),
    }
    opened = {"name": copy.name, "newest": copy.revision, "is_copy": False, "is_office": False, "addresses": addresses}
    return render_template(
        "office/studio/studio.html",
        name=copy.name,
        version=copy.revision,
        title=copy.title,
        state=desk.say("copy.of", design=desk.design_title(copy.origin)),
        suggested="",
        back=back,
        versions_page=back,
        plain_page=back,
        stocks=stock_titles(),
        shortcuts=shortcuts(),
        opened=opened | opened_with(source, f"studio {desk.me().id} {copy.name}"),
    )


@producer.post("/designs/<int:copy_id>/studio/look")
def design_look(copy_id: int) -> Any:
    """Draw a source and judge it, as an office's one is, and against the design that it is a copy of."""
    copy = own_copy(copy_id)
    return answer_look(copy.name, own_product, desk.services().design_copies.content(copy.origin_sha256))


@producer.get("/designs/<int:copy_id>/studio/products")
def design_products(copy_id: int) -> Any:
    """Return one's own products that have the words typed, as JSON."""
    own_copy(copy_id)
    words = request.args.get("words", "")[:200].replace("\0", "")
    asked = ProductFilter(words=words, producer_id=desk.me().producer_id)
    page = desk.services().product_lists.page(asked, desk.today(), per_page=MOST_FOUND)
    return jsonify([{"id": row.id, "name": row.name, "producer": row.producer} for row in page.rows])


@producer.post("/designs/<int:copy_id>/studio/files")
def design_files(copy_id: int) -> Any:
    """Keep a picture or a PDF."""
    own_copy(copy_id)
    return take_file()


@producer.post("/designs/<int:copy_id>/studio/save")
def design_save(copy_id: int) -> Any:
    """Keep a source: 201; 409 if it was saved elsewhere meanwhile; 422 with what is wrong or locked."""
    copy = own_copy(copy_id)
    try:
        body = SavedCopy.model_validate_json(request.get_data())
    except ValidationError as error:
        return invalid(error)
    trial = try_edited(body.source.encode(), copy.name, _first_product())
    if (problems := judged(copy, trial)) or not trial.picture:
        return refused(list(map(desk.explain, problems)))
    address = url_for("producer.design_studio", copy_id=copy.id)
    try:
        revision = desk.services().design_copies.save(copy.id, trial.source, body.base, desk.context())
    except ChangedMeanwhile as error:
        newest = own_copy(copy_id).revision
        return jsonify(text=desk.explain(error.problems[0]), newest=newest, address=address), 409
    return jsonify(version=revision, address=address, text=desk.say("copy.saved")), 201


@producer.post("/designs/<int:copy_id>/send")
def send_design(copy_id: int) -> AnyResponse:
    """Send one's own version to the office, if it is right today."""
    copy, services = own_copy(copy_id), desk.services()
    problems = judged_today(copy)
    typed = request.form.get("revision", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    if problems:
        desk.flash_refusal(problems)
        return redirect(url_for("producer.designs"))
    try:
        services.design_copies.send(copy.id, seen, desk.context(note))
    except ChangedMeanwhile as error:
        desk.flash_refusal(error)
    else:
        desk.flash_success("copy.sent", title=copy.title)
    return redirect(url_for("producer.designs"))
