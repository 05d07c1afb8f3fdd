"""The public register for machines; it takes no token."""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import Response

from labelsvc.domain.product_filter import HOLDING, ProductFilter
from labelsvc.web.api.answers import list_answer
from labelsvc.web.api.blueprint import PUBLIC_FAILING, api
from labelsvc.web.api.models import GroupName, Page, Paging, Strict, Words
from labelsvc.web.desk import context as desk
from labelsvc.web.trace_paths import product_address

_TEXTS = ("name", "brand", "producer", "commune", "district")


class RegisterQuery(Paging):
    """Filters of the register; words (the ten longest count) may lack diacritics.

    Or they are a GTIN, an OCOP code or the number of a decision.
    """

    words: Words = ""
    district: Words = ""
    commune: Words = ""
    group: GroupName | None = None
    stars: Literal["3", "4", "5"] | None = None


class RegisterItem(Strict):
    """A product in force."""

    name: str
    brand: str
    producer: str
    commune: str
    district: str
    group: str
    stars: int
    valid_until: date
    page: str


class RegisterPage(Page):
    """A page of the register."""

    items: list[RegisterItem]


@api.get("/register", summary="Products in force", security=[], responses={200: RegisterPage, **PUBLIC_FAILING})
def register(query: RegisterQuery) -> Response:
    """Return a page of the public register; it takes no token."""
    services = desk.services()
    host = services.settings.host
    wanted = ProductFilter(
        words=query.words,
        district=query.district,
        commune=query.commune,
        group=query.group.upper() if query.group else "",
        stars=int(query.stars or 0),
        standings=HOLDING,
        demonstration=None if host.specimen else False,
    )
    found = services.product_lists.page(wanted, desk.today(), page=query.page, per_page=query.per_page)
    items = [
        RegisterItem(
            **{name: getattr(row, name) for name in _TEXTS},
            group=row.group.lower(),
            stars=row.stars or 0,
            valid_until=row.last_day or date.max,
            page=product_address(host, row.public_id),
        )
        for row in found.rows
    ]
    page = RegisterPage(items=items, page=found.page, per_page=query.per_page, total=found.total)
    return list_answer(page, found.page, query.per_page, found.total)
