"""API models of products."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from labelsvc.web.api.models import Body, GroupName, LongText, Page, Paging, StandingName, Strict, Words
from labelsvc.web.api.profile_models import ProfileItem
from labelsvc.web.api.recognition_models import RecognitionItem


class ProductQuery(Paging):
    """Filters of products; words (the ten longest count) may lack diacritics.

    Or they are a GTIN, an OCOP code or the number of a decision.
    """

    words: Words = ""
    district: Words = ""
    commune: Words = ""
    group: GroupName | None = None
    stars: int | None = Field(None, ge=1, le=5)
    standing: StandingName | None = None
    ends_within: int | None = Field(None, ge=0, le=9_999)
    lacks_trace: bool | None = Field(None, description="Whether any of the nine facts of a trace code is lacking.")
    sort: Literal["name", "producer", "stars", "last_day"] = "name"
    down: bool = False


class ProductItem(Strict):
    """A product in a list, with its current recognition."""

    id: int
    name: str
    brand: str
    producer: str
    producer_id: int
    commune: str
    district: str
    group: str
    stars: int | None
    last_day: date | None
    standing: StandingName
    trace_lacks: int | None
    quota_left: int | None


class ProductPage(Page):
    """A page of products."""

    items: list[ProductItem]


class TraceFactItem(Strict):
    """A fact that a trace code must lead to, or a criterion; ``remedy`` is empty unless it is lacking."""

    name: str
    title: str
    state: Literal["met", "lacking", "not_applicable"]
    source: str
    article: str
    remedy: str


class TraceItem(Strict):
    """The meter: nine facts of decree 37/2026, art. 23(5), and two criteria, a minimum where ``is_minimum``.

    ``traceable``: the product's page may be called "truy xuất nguồn gốc". A service has no facts that apply.
    """

    traceable: bool
    is_minimum: bool
    met: int
    percent: int
    facts: list[TraceFactItem]
    criteria: list[TraceFactItem]


class ProductDetail(Strict):
    """A product with all its recognitions, the oldest first."""

    id: int
    name: str
    brand: str
    producer: str
    address: str
    commune: str
    district: str
    group: str
    net_content: str
    ingredients: str
    storage: str
    shelf_life: str
    directions: str
    warnings_text: str
    origin: str
    gtin: str
    gln: str
    ocop_code: str
    product_set: str
    goods_class: str
    nutrition: str
    nutrition_exemption: str
    alcohol: str
    target_users: str
    dose: str
    technical_data: str
    production_year: str
    circulation_number: str
    craft_village: str
    registered_mark: bool
    standing: StandingName
    may_be_printed: bool
    reasons: list[str]
    warnings: list[str]
    trace: TraceItem
    recognitions: list[RecognitionItem]
    profile: ProfileItem


class ProductFacts(Body):
    """A product's own fields with their new values; omitted ones stay as they are (or empty in a new product)."""

    brand: Words | None = None
    address: Words | None = None
    commune: Words | None = None
    district: Words | None = None
    group: GroupName | None = None
    net_content: Words | None = None
    ingredients: LongText | None = None
    storage: LongText | None = None
    shelf_life: LongText | None = None
    directions: LongText | None = None
    warnings_text: LongText | None = Field(default=None, validation_alias=AliasChoices("warnings_text", "warnings"))
    origin: Words | None = None
    gtin: Words | None = None
    gln: Words | None = None
    ocop_code: Words | None = None
    product_set: Words | None = None
    goods_class: Words | None = None
    nutrition: LongText | None = None
    nutrition_exemption: Words | None = None
    alcohol: Words | None = None
    target_users: LongText | None = None
    dose: LongText | None = None
    technical_data: LongText | None = None
    production_year: Words | None = None
    circulation_number: Words | None = None
    craft_village: Words | None = None
    registered_mark: bool | None = None
    reason: Words = ""


class NewProduct(ProductFacts):
    """A new product."""

    name: Annotated[Words, Field(min_length=1)]
    producer: Annotated[Words, Field(min_length=1)]


class ProductChange(ProductFacts):
    """Changes of a product."""

    name: Words | None = None
    producer: Words | None = None
    rename_confirmed: bool = False
