"""The gallery of designs: small pictures by use, size and product group, and one design large with its check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.label_pictures import label_refusals, send_label, send_thumbnail
from labelsvc.web.desk.words.design_titles import symbol_words
from labelsvc.web.office.blueprint import office
from labelsvc.workflows.designs.check_design import check_design, design_warnings
from labelsvc.workflows.designs.gallery import SIZES, USES, GalleryFilter, in_order


@office.get("/designs")
def designs() -> str:
    """Show our designs with made-up products, or with the one that was asked for, and the office's own versions."""
    wanted, shelf = GalleryFilter.from_query(request.args), desk.services().design_shelf
    words = request.args.get("words", "")[:200].replace("\0", "")
    product = _product_of(words) if words else None
    refusals = label_refusals(product) if product else None  # of all at once: each asked the database again
    assets = desk.services().assets
    shipped = [assets.heading(name) for name in assets.design_names]
    versions = shelf.all()
    by_name = {name: list(of_name) for name, of_name in groupby(versions, key=attrgetter("name"))}
    described = [(shelved, _described(shelved.name, shelved.version, wanted)) for shelved in versions]
    return render_template(
        "office/designs.html",
        active="designs",
        cards=[(design, _why_not(design.name, refusals)) for design in in_order(filter(wanted.shows, shipped))],
        product=product,
        wanted=wanted,
        words=words,
        uses=USES,
        sizes=SIZES,
        groups=list(ProductGroup),
        shelf=[(shelved, *told) for shelved, told in described if told],
        four_eyes=shelf.four_eyes,
        seen={name: shelf.states_seen(versions) for name, versions in by_name.items()},
        stored=product.id if product else "",
    )


@office.get("/designs/<name>")
def design_page(name: str) -> str:
    """Show one design large, with what its check says."""
    services = desk.services()
    assets, host, source = services.assets, services.settings.host, services.looks.source(name)
    design = assets.design(name, source)
    return render_template(
        "office/design.html",
        active="designs",
        design=design,
        symbol=symbol_words(name, source),
        faults=list(map(desk.explain, check_design(name, source, assets, host))),
        warnings=list(map(desk.explain, design_warnings(name, source, assets))),
        ours=name in assets.design_names,
        groups=list(ProductGroup),
    )


@office.get("/designs/<name>.png")
def design_picture(name: str) -> AnyResponse:
    """Show a design with a made-up product; ``small`` in the query asks for the gallery's picture."""
    product = request.args.get("product", "")
    known = int(product) if product.isascii() and product.isdigit() and len(product) < 10 else None
    stored = desk.services().products.get(known) if known is not None else None
    return (send_thumbnail if "small" in request.args else send_label)(name, stored)


def _product_of(words: str) -> StoredProduct | None:
    services = desk.services()
    first = services.product_lists.first(ProductFilter(words=words, standings=HOLDING), desk.today())
    return services.products.get(first) if first else None


def _why_not(name: str, refusals: Mapping[str, Sequence[str]] | None) -> str:
    """Return why a design shows no picture of a product; empty where it does, or where none was asked for.

    ``refusals``: those of the designs for its group (``label_refusals``).
    """
    if refusals is None:
        return ""
    if name not in refusals:
        return desk.say("looks.other_group")
    return next(iter(refusals[name]), "")


def _described(name: str, version: int, wanted: GalleryFilter) -> tuple[str, str] | None:
    """Return what an uploaded version says of itself: nothing where it can no longer be read, None if not wanted."""
    services = desk.services()
    try:
        source = services.design_shelf.source(name, version)
        design = services.assets.design(name, source)
    except LabelsvcError:
        return "", ""
    if not wanted.shows(design):
        return None
    size = {"width": design.shape.width_mm, "height": design.shape.height_mm}
    return design.title_in(desk.language()), f"{desk.say('looks.size', **size)} · {symbol_words(name, source)}"
