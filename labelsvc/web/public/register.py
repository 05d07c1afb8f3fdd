"""The public register: products in force with stars and last day, for anyone; as page, CSV and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from io import StringIO

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from labelsvc.domain.errors import Problem
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.recognition import MOST_STARS, rules_on
from labelsvc.formula_guard import guarded
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.problem_json import problem
from labelsvc.web.desk.product_query import communes, product_filter, sorting

register = Blueprint("register", __name__, url_prefix="/register")
COLUMNS = ("name", "brand", "producer", "commune", "district", "group", "stars", "valid_until")
LONGEST_SHOWN = 40
_PUBLIC = "public, max-age=300"
_VARIES = ("Accept-Language", "Cookie", "HX-Request")
"""What an answer depends on besides its address: the language that is liked, the one that was chosen, a list alone."""


@register.after_request
def vary(response: Response) -> Response:
    """Declare what the answer depends on, so that no cache serves the wrong language."""
    response.vary.update(_VARIES)
    return response


def register_filter() -> ProductFilter:
    """Return what is asked of the register: products whose stars hold; demonstration data only on a specimen host."""
    specimen = desk.services().settings.host.specimen
    wanted = replace(product_filter(), standings=HOLDING, ends_within=None, producer_id=None)
    if wanted.stars not in _stars():
        wanted = replace(wanted, stars=0)
    return wanted if specimen else replace(wanted, demonstration=False)


def filter_faults() -> list[Problem]:
    """Return what of the address asks for stars or a group that the register cannot have."""
    stars, group = (request.args.get(name, "").strip()[:LONGEST_SHOWN] for name in ("stars", "group"))
    faults = []
    if stars and stars not in map(str, _stars()):
        faults.append(Problem("register.no_stars", {"value": stars, "known": list(_stars())}))
    if group and group.upper() not in ProductGroup.__members__:
        known = [each.name.lower() for each in ProductGroup]
        faults.append(Problem("register.no_group", {"value": group, "known": known}))
    return faults


def _stars() -> Sequence[int]:
    return range(rules_on(desk.today()).lowest_printed_stars, MOST_STARS + 1)


@register.get("", strict_slashes=False)
def page() -> AnyResponse:
    """Show the register, page by page; htmx asks for the list alone."""
    services, wanted = desk.services(), register_filter()
    sort, down = sorting()
    places = services.product_lists.places()
    found = services.product_lists.page(wanted, desk.today(), page=desk.page_number(), sort=sort, down=down)
    template = "register/rows.html" if request.headers.get("HX-Request") else "register/register.html"
    return Response(
        render_template(
            template,
            wanted=wanted,
            found=found,
            sort=sort,
            down=down,
            places=places,
            communes=communes(places, wanted.district),
            groups=tuple(ProductGroup),
            stars=[(each, f"{each} ★") for each in reversed(_stars())],
            faults=filter_faults(),
        )
    )


def register_rows() -> list[dict[str, object]]:
    """Return all products asked for, as the files have them."""
    found = desk.services().product_lists.every(register_filter(), desk.today())
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
    """Send the register for a spreadsheet, in the reader's language: UTF-8 with its mark, safe against formulas."""
    if faults := filter_faults():
        return Response("\n".join(map(desk.explain, faults)) + "\n", 400, mimetype="text/plain")
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow([desk.say(f"register.{name}") for name in COLUMNS])
    groups = {each.name.lower(): desk.say(f"office.group_{each.name.lower()}") for each in ProductGroup}
    for row in register_rows():
        told = row | {"group": groups.get(str(row["group"]), "")}
        writer.writerow([guarded(str(told[name])) for name in COLUMNS])
    return _kept("\ufeff" + stream.getvalue(), "text/csv", "register.csv")


@register.get("/register.json")
def as_json() -> AnyResponse:
    """Send the register for a machine."""
    if faults := filter_faults():
        return problem(400, "filter", faults)
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
