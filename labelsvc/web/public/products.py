"""Products for everybody: their pages, badges, JSON, pictures and certificates, on the public lane.

A product that no recognition of has begun is answered as one that there is not, and so is demonstration data on a host
that is no example. Pictures and files are shown while the approved profile of a product names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound, ServiceUnavailable

from labelsvc.domain.errors import NotFound as NotStored
from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.law.rules import LawBook
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.domain.trace.product_details import PublicProduct
from labelsvc.domain.trace.public_id import parse_public_id
from labelsvc.web.product_json import product_json
from labelsvc.web.public.badge import BADGE_SECONDS, badge_svg
from labelsvc.web.public.headers import INDEXED, NOT_INDEXED, PublicResponses, json_bytes
from labelsvc.web.public.page_templates import PageTemplates, Visit
from labelsvc.web.public.product_pages import ProductPages
from labelsvc.web.public.verification import visit_of, wants_json
from labelsvc.web.trace_paths import FILES, PICTURES, PRODUCTS

File = tuple[bytes, str]
"""Content and media type."""
ShownSize = Literal["page", "large"]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class PublicCatalogue:
    """What is known of products: one by its public id, a picture by SHA-256 and size, a certificate's file.

    Each may raise StorageRefused; the latter two raise NotFound. ``law``: what labels must say.
    """

    find: Callable[[str], PublicProduct | None]
    law: LawBook
    picture: Callable[[str, ShownSize], File]
    file: Callable[[str], File]


def products(
    catalogue: PublicCatalogue, templates: PageTemplates, answers: PublicResponses, clock: Callable[[], datetime]
) -> Blueprint:
    """Return the blueprint of products' pages."""
    blueprint, pages, site = Blueprint("products", __name__), ProductPages(templates, catalogue.law), templates.site

    def found(public_id: str) -> PublicProduct:
        name = parse_public_id(public_id)
        public = _asked(lambda: catalogue.find(name)) if name else None
        hidden = public is not None and public.demonstration and not site.specimen
        if public is None or hidden or not public.published_on(today()):
            raise NotFound
        return public

    def today() -> date:
        return clock().astimezone(VIETNAM).date()

    def page(public_id: str) -> Response:
        public, visit = found(public_id), visit_of(request)
        if wants_json(request):
            wording = templates.wording[visit.language]
            label = pages.label(public, today())
            facts = product_json(public, today(), wording, label, site.address, specimen=site.specimen)
            return answers.page(request, json_bytes(facts), media_type="application/json")
        here = Visit(visit.language, visit.chosen)
        robots = NOT_INDEXED if pages.is_specimen(public) else INDEXED
        return answers.filled(request, pages.page(public, today(), here), robots=robots)

    def badge(public_id: str) -> Response:
        public, visit = found(public_id), visit_of(request)
        svg = badge_svg(public, today(), templates.wording[visit.language], specimen=pages.is_specimen(public))
        return answers.badge(svg, BADGE_SECONDS)

    def picture(sha256: str, size: ShownSize = "page") -> Response:
        content, media_type = _asked(lambda: catalogue.picture(sha256, size))
        return answers.by_hash(content, media_type)

    def file(sha256: str) -> Response:
        content, media_type = _asked(lambda: catalogue.file(sha256))
        return answers.by_hash(content, media_type)

    rules: tuple[tuple[str, Callable[..., Response]], ...] = (
        (f"{PRODUCTS}/<public_id>", page),
        (f"{PRODUCTS}/<public_id>/badge.svg", badge),
        (f"{PICTURES}/<sha256>", picture),
        (f"{PICTURES}/<sha256>/<any(large):size>", picture),
        (f"{FILES}/<sha256>", file),
    )
    for rule, view in rules:
        blueprint.add_url_rule(rule, view_func=view, methods=["GET"], provide_automatic_options=False)
    return blueprint


def _asked(ask: Callable[[], Found]) -> Found:
    try:
        return ask()
    except NotStored as error:
        raise NotFound from error
    except StorageRefused as error:
        raise ServiceUnavailable from error
