"""The list of products, and of producers."""

from __future__ import annotations

from flask import render_template, request

from labelsvc.domain.history import Standing
from labelsvc.domain.product import ProductGroup
from labelsvc.web import desk
from labelsvc.web.office.blueprint import office
from labelsvc.web.product_query import product_filter, sorting

PRODUCERS_PER_PAGE = 50


@office.get("/products")
def products() -> str:
    """Show products: searched, filtered, sorted, page by page. htmx asks for the list alone."""
    shop, today = desk.shop(), desk.today()
    wanted = product_filter()
    sort, down = sorting()
    found = shop.product_lists.page(wanted, today, page=desk.page_number(), sort=sort, down=down)
    quotas = shop.quotas.of([row.recognition_id for row in found.rows if row.recognition_id])
    template = "office/product_rows.html" if request.headers.get("HX-Request") else "office/products.html"
    return render_template(
        template,
        wanted=wanted,
        found=found,
        sort=sort,
        down=down,
        quotas=quotas,
        places=shop.product_lists.places(),
        groups=tuple(ProductGroup),
        standings=tuple(Standing),
        producer=shop.accounts.producer_name(wanted.producer_id) if wanted.producer_id is not None else "",
    )


@office.get("/producers")
def producers() -> str:
    """Show producers with how many products they have."""
    words = request.args.get("words", "")[:200].replace("\0", "")
    page = desk.page_number()
    rows, total = desk.shop().product_lists.producers(words, desk.today(), page=page, per_page=PRODUCERS_PER_PAGE)
    pages = max(1, -(-total // PRODUCERS_PER_PAGE))
    return render_template("office/producers.html", rows=rows, total=total, page=page, pages=pages, words=words)
