"""The public register: products in force with stars and last day, for anyone; as page, CSV and JSON."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import StringIO

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from labelsvc import __version__
from labelsvc.domain.errors import Problem
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.programme.rules import MOST_STARS, rules_on
from labelsvc.formula_guard import guarded
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.limits import REGISTER_FILES, REGISTER_PAGES, limiter
from labelsvc.web.desk.problem_json import problem
from labelsvc.web.desk.product_query import communes, product_filter, sorting
from labelsvc.web.trace_paths import product_address

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
@limiter.limit(REGISTER_PAGES)
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


def register_rows(wanted: ProductFilter, today: date) -> Iterator[dict[str, object]]:
    """Yield all products asked for, as the files have them."""
    host = desk.services().settings.host
    for row in desk.services().product_lists.every(wanted, today):
        yield {
            "name": row.name,
            "brand": row.brand,
            "producer": row.producer,
            "commune": row.commune,
            "district": row.district,
            "group": row.group.lower(),
            "stars": row.stars,
            "valid_until": row.last_day.isoformat() if row.last_day else "",
            "page": product_address(host, row.public_id),
        }


@register.get("/register.csv")
@limiter.limit(REGISTER_FILES)
def as_csv() -> AnyResponse:
    """Send the register for a spreadsheet, in the reader's language: UTF-8 with its mark, safe against formulas."""
    if faults := filter_faults():
        return Response("\n".join(map(desk.explain, faults)) + "\n", 400, mimetype="text/plain")
    return _sent("csv", "text/csv", _csv_lines, "register.csv")


@register.get("/register.json")
@limiter.limit(REGISTER_FILES)
def as_json() -> AnyResponse:
    """Send the register for a machine."""
    if faults := filter_faults():
        return problem(400, "filter", faults)
    return _sent("json", "application/json", _json_pieces, "")


def _csv_lines(wanted: ProductFilter, today: date) -> Iterator[str]:
    yield "\ufeff" + csv_line([desk.say(f"register.{name}") for name in COLUMNS])
    groups = {each.name.lower(): desk.say(f"office.group_{each.name.lower()}") for each in ProductGroup}
    for row in register_rows(wanted, today):
        told = row | {"group": groups.get(str(row["group"]), "")}
        yield csv_line([guarded(str(told[name])) for name in COLUMNS])


def csv_line(cells: Sequence[str]) -> str:
    """Return a line of a CSV file."""
    stream = StringIO()
    csv.writer(stream).writerow(cells)
    return stream.getvalue()


def _json_pieces(wanted: ProductFilter, today: date) -> Iterator[str]:
    yield f'{{"date": "{today.isoformat()}", "products": ['
    for number, row in enumerate(register_rows(wanted, today)):
        yield (", " if number else "") + json.dumps(row, ensure_ascii=False)
    yield "]}"


def _sent(
    kind: str, media_type: str, write: Callable[[ProductFilter, date], Iterable[str]], download_name: str
) -> AnyResponse:
    """Send a list from a file, which is made where the records changed; who has it already is told so at once."""
    services, today, wanted, language = desk.services(), desk.today(), register_filter(), desk.language()
    everything = replace(ProductFilter(), standings=wanted.standings, demonstration=wanted.demonstration)
    state = f"{__version__} {kind} {language} {today} {services.product_lists.version()} {wanted}"
    response = Response(mimetype=media_type)
    response.set_etag(sha256(state.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = _PUBLIC
    if download_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{download_name}"'
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        return response.make_conditional(request)
    file = services.list_files.open(
        f"{kind}-{language}", state, lambda: write(wanted, today), keep=wanted == everything
    )
    response.content_length = os.fstat(file.fileno()).st_size
    response.response = wrap_file(request.environ, file)
    response.direct_passthrough = True
    return response
