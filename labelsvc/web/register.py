"""The public register: products in force with stars and last day, for anyone; as page, CSV and JSON."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from hashlib import sha256
from io import StringIO

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.web import desk
from labelsvc.web.product_query import product_filter, sorting
from labelsvc.workflows.safe_cells import safe_cell

register = Blueprint("register", __name__, url_prefix="/register")
COLUMNS = ("name", "brand", "producer", "commune", "district", "group", "stars", "valid_until")
_PUBLIC = "public, max-age=300"


def register_filter() -> ProductFilter:
    """Return what is asked of the register: products whose stars hold; demonstration data only on a specimen host."""
    specimen = desk.shop().settings.host.specimen
    wanted = replace(product_filter(), standings=HOLDING, ends_within=None, producer_id=None)
    return wanted if specimen else replace(wanted, demonstration=False)


@register.get("", strict_slashes=False)
def page() -> AnyResponse:
    """Show the register, page by page; htmx asks for the list alone."""
    shop, wanted = desk.shop(), register_filter()
    sort, down = sorting()
    found = shop.product_lists.page(wanted, desk.today(), page=desk.page_number(), sort=sort, down=down)
    template = "register/rows.html" if request.headers.get("HX-Request") else "register/register.html"
    return Response(
        render_template(
            template, wanted=wanted, found=found, sort=sort, down=down, places=shop.product_lists.places(),
            groups=tuple(ProductGroup),
        )
    )  # fmt: skip


def register_rows() -> list[dict[str, object]]:
    """Return all products asked for, as the files have them."""
    found = desk.shop().product_lists.every(register_filter(), desk.today())
    return [
        {
            "name": row.name,
            "brand": row.brand,
            "producer": row.producer,
            "commune": row.commune,
            "district": row.district,
            "group": row.group.lower(),
            "stars": row.stars,
            "valid_until": row.last_day.isoformat() if row.last_day else "",
        }
        for row in found
    ]


@register.get("/register.csv")
def as_csv() -> AnyResponse:
    """Send the register for a spreadsheet: UTF-8 with its mark, safe against formulas."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow([desk.say(f"register.{name}") for name in COLUMNS])
    for row in register_rows():
        writer.writerow([safe_cell(str(row[name])) for name in COLUMNS])
    return _kept("\ufeff" + stream.getvalue(), "text/csv", "register.csv")


@register.get("/register.json")
def as_json() -> AnyResponse:
    """Send the register for a machine."""
    facts = {"date": desk.today().isoformat(), "products": register_rows()}
    return _kept(json.dumps(facts, ensure_ascii=False), "application/json", "")


def _kept(text: str, media_type: str, name: str) -> AnyResponse:
    body = text.encode()
    response = Response(body, mimetype=media_type)
    response.set_etag(sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = _PUBLIC
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response.make_conditional(request)
