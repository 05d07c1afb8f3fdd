"""The public register: products in force with stars and last day, for anyone; as page, CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import wrap_file

from labelsvc import __version__
from labelsvc.domain.errors import Problem
from labelsvc.domain.product import ProductGroup
from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.domain.programme.rules import MOST_STARS, rules_on
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.limits import FILTERED_FILES, REGISTER_FILES, REGISTER_PAGES, limiter
from labelsvc.web.desk.problem_json import problem
from labelsvc.web.desk.product_query import communes, product_filter, sorting
from labelsvc.web.public.register_files import COLUMNS, csv_parts, json_parts

register = Blueprint("register", __name__, url_prefix="/register")
LONGEST_SHOWN = 40
MOST_FILTERED = 50_000
"""Products of a filtered file: it is made for one answer, which should not take a second of the processor."""
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
            is_filtered=is_filtered(),
            sort=sort,
            down=down,
            places=places,
            communes=communes(places, wanted.district),
            groups=tuple(ProductGroup),
            stars=[(each, f"{each} ★") for each in reversed(_stars())],
            faults=filter_faults(),
        )
    )


@register.get("/register.csv")
@limiter.limit(REGISTER_FILES)
@limiter.limit(FILTERED_FILES, exempt_when=lambda: not is_filtered())
def as_csv() -> AnyResponse:
    """Send the register for a spreadsheet, in the reader's language: UTF-8 with its mark, safe against formulas."""
    if faults := file_faults():
        return Response("\n".join(map(desk.explain, faults)) + "\n", 400, mimetype="text/plain")
    return _sent(f"csv-{desk.language()}", "text/csv", _csv_parts, "register.csv")


@register.get("/register.json")
@limiter.limit(REGISTER_FILES)
@limiter.limit(FILTERED_FILES, exempt_when=lambda: not is_filtered())
def as_json() -> AnyResponse:
    """Send the register for a machine."""
    if faults := file_faults():
        return problem(400, "filter", faults)
    return _sent("json", "application/json", _json_parts, "")


def file_faults() -> list[Problem]:
    """Return why no file is sent: a filter that the register cannot have, or one that leaves too many products."""
    faults = filter_faults()
    if not faults and is_filtered():
        products = desk.services().product_lists.count(register_filter(), desk.today())
        if products > MOST_FILTERED:
            faults.append(Problem("register.many_filtered", {"products": products, "most": MOST_FILTERED}))
    return faults


def is_filtered() -> bool:
    """Return whether a part of the register is asked for: such a file is made for one answer."""
    return register_filter() != _everything()


def _everything() -> ProductFilter:
    specimen = desk.services().settings.host.specimen
    return ProductFilter(standings=HOLDING, demonstration=None if specimen else False)


def _csv_parts(wanted: ProductFilter) -> Iterable[str]:
    headings = [desk.say(f"register.{name}") for name in COLUMNS]
    groups = {each.name: desk.say(f"office.group_{each.name.lower()}") for each in ProductGroup}
    return csv_parts(desk.services().product_lists.published(wanted, desk.today()), headings, groups)


def _json_parts(wanted: ProductFilter) -> Iterable[str]:
    services, today = desk.services(), desk.today()
    return json_parts(services.product_lists.published(wanted, today), today, services.settings.host)


def _sent(
    name: str, media_type: str, parts: Callable[[ProductFilter], Iterable[str]], download_name: str
) -> AnyResponse:
    """Send a list from a file (``list_files``); who has it already is told so at once."""
    services, asked = desk.services(), register_filter()
    edition = f"{__version__} {desk.today()} {asked}"
    wanted = services.list_files.wanted(name, edition, services.product_lists.version())
    response = Response(mimetype=media_type)
    response.headers["Cache-Control"] = _PUBLIC
    if download_name:
        response.headers["Content-Disposition"] = f'attachment; filename="{download_name}"'
    response.set_etag(wanted.tag)
    if request.if_none_match.contains(wanted.tag):
        return response.make_conditional(request)
    file = services.list_files.open(wanted, lambda: parts(asked), keep=not is_filtered())
    response.set_etag(file.tag)
    response.last_modified = file.made_at
    response.content_length = file.size
    response.response = wrap_file(request.environ, file.stream)
    response.direct_passthrough = True
    return response.make_conditional(request) if request.if_none_match.contains(file.tag) else response
