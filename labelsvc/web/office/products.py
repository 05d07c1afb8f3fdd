"""The list of products, and of producers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import render_template, request

from labelsvc.domain.history import Standing
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.product_query import communes, product_filter, sorting
from labelsvc.web.office.blueprint import office

PRODUCERS_PER_PAGE = 50
SORT_CHOICES = ("name", "producer", "last_day", "stars-down", "stars")


@office.get("/products")
def products() -> str:
    """Show products: searched, filtered, sorted, page by page. htmx asks for the list alone."""
    services, today = desk.services(), desk.today()
    places = services.product_lists.places()
    wanted = _with_commune_of_district(product_filter(), places)
    sort, down = sorting()
    found = services.product_lists.page(wanted, today, page=desk.page_number(), sort=sort, down=down)
    quotas = services.quotas.for_recognitions([row.recognition_id for row in found.rows if row.recognition_id])
    template = "office/product_rows.html" if request.headers.get("HX-Request") else "office/products.html"
    return render_template(
        template,
        wanted=wanted,
        is_filtered=wanted != ProductFilter(),
        found=found,
        sort=sort,
        down=down,
        quotas=quotas,
        places=places,
        communes=communes(places, wanted.district),
        sorts=[(name, desk.say(f"office.sort_{name.replace('-', '_')}")) for name in SORT_CHOICES],
        groups=tuple(ProductGroup),
        standings=tuple(Standing),
        producer=services.producer_names.get(wanted.producer_id) if wanted.producer_id is not None else "",
    )


def _with_commune_of_district(wanted: ProductFilter, places: Sequence[tuple[str, str]]) -> ProductFilter:
    """Return the filter without a commune that is in another district than the one just chosen."""
    elsewhere = wanted.district and wanted.commune and (wanted.district, wanted.commune) not in places
    return replace(wanted, commune="") if elsewhere else wanted


@office.get("/producers")
def producers() -> str:
    """Show producers with how many products they have."""
    words = request.args.get("words", "")[:200].replace("\0", "")
    page = desk.page_number()
    rows, total = desk.services().product_lists.producers(words, desk.today(), page=page, per_page=PRODUCERS_PER_PAGE)
    pages = max(1, -(-total // PRODUCERS_PER_PAGE))
    page = min(page, pages)
    return render_template(
        "office/producers.html",
        active="products",
        rows=rows,
        total=total,
        page=page,
        pages=pages,
        words=words,
        words_left_out=ProductFilter(words=words).words_left_out,
    )
