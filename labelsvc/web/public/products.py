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


@dataclass(frozen=True, slots=True)
class _ProductViews:
    """The pages of products, and what they show, each answered for one request."""

    catalogue: PublicCatalogue
    templates: PageTemplates
    answers: PublicResponses
    clock: Callable[[], datetime]
    pages: ProductPages

    def page(self, public_id: str) -> Response:
        """Show a product, as JSON where that is preferred."""
        public, visit = self._published(public_id), visit_of(request)
        if wants_json(request):
            wording, site = self.templates.wording[visit.language], self.templates.site
            label = self.pages.label(public, self._today())
            facts = product_json(public, self._today(), wording, label, site.address, specimen=site.specimen)
            return self.answers.page(request, json_bytes(facts), media_type="application/json")
        here = Visit(visit.language, visit.chosen)
        robots = NOT_INDEXED if self.pages.is_specimen(public) else INDEXED
        return self.answers.filled(request, self.pages.page(public, self._today(), here), robots=robots)

    def badge(self, public_id: str) -> Response:
        """Send a product's badge, which other sites show."""
        public, visit = self._published(public_id), visit_of(request)
        wording, specimen = self.templates.wording[visit.language], self.pages.is_specimen(public)
        return self.answers.badge(badge_svg(public, self._today(), wording, specimen=specimen), BADGE_SECONDS)

    def picture(self, sha256: str, size: ShownSize = "page") -> Response:
        """Send a picture that an approved profile names."""
        content, media_type = _asked(lambda: self.catalogue.picture(sha256, size))
        return self.answers.by_hash(content, media_type)

    def file(self, sha256: str) -> Response:
        """Send a certificate's file that an approved profile names."""
        content, media_type = _asked(lambda: self.catalogue.file(sha256))
        return self.answers.by_hash(content, media_type)

    def _published(self, public_id: str) -> PublicProduct:
        """Return the product of an address; raises NotFound for one that is not for everybody."""
        name = parse_public_id(public_id)
        public = _asked(lambda: self.catalogue.find(name)) if name else None
        hidden = public is not None and public.demonstration and not self.templates.site.specimen
        if public is None or hidden or not public.published_on(self._today()):
            raise NotFound
        return public

    def _today(self) -> date:
        return self.clock().astimezone(VIETNAM).date()


def products(
    catalogue: PublicCatalogue, templates: PageTemplates, answers: PublicResponses, clock: Callable[[], datetime]
) -> Blueprint:
    """Return the blueprint of products' pages."""
    blueprint = Blueprint("products", __name__)
    views = _ProductViews(catalogue, templates, answers, clock, ProductPages(templates, catalogue.law))
    rules: tuple[tuple[str, Callable[..., Response]], ...] = (
        (f"{PRODUCTS}/<public_id>", views.page),
        (f"{PRODUCTS}/<public_id>/badge.svg", views.badge),
        (f"{PICTURES}/<sha256>", views.picture),
        (f"{PICTURES}/<sha256>/<any(large):size>", views.picture),
        (f"{FILES}/<sha256>", views.file),
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
