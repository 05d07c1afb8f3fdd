"""What a trace code must lead to, and what a product lacks of it: the meter.

Nine facts (decree 37/2026/NĐ-CP, art. 23(5)): only with all of them may a page call itself "truy xuất nguồn gốc". Two
criteria of the programme (decision 26/2026/QĐ-TTg, annex II): an electronic trace code (2.3), and the product's story
inside it (5.1), both a minimum of four stars. Services are no goods and are not traced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property, lru_cache
from typing import Protocol

from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.profile import ProductProfile

LOWEST_STARS = 4
"""The criteria are a minimum from so many stars on."""

LEAST_STORY = 120
"""Letters that a story has at least, some sentences: a house rule, as the programme names no measure."""

WITH_USE_BY = frozenset(
    (
        GoodsClass.RICE,
        GoodsClass.FOOD,
        GoodsClass.DRINK,
        GoodsClass.HEALTH_FOOD,
        GoodsClass.COSMETIC,
        GoodsClass.PLANT,
    )
)
"""Classes whose labels bear a use-by (decree 37, annex I); others have one only where the maker gives it."""


class TraceFactName(Enum):
    """The nine facts in the decree's order, then the criteria; the values name them in wording, lists and the API."""

    NAME = "name"
    PICTURE = "picture"
    PRODUCER = "producer"
    ADDRESS = "address"
    ORIGIN = "origin"
    EVENTS = "events"
    IDENTITY = "identity"
    """Brand, lot or serial, if any."""
    USE_BY = "use_by"
    STANDARDS = "standards"
    TRACE_CODE = "trace_code"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class TraceRule:
    """Where a fact is asked for: a row of data by date, as rules of law are."""

    name: TraceFactName
    since: date
    source: str
    article: str


_DECREE, _PROGRAMME = (date(2026, 1, 23), "37/2026/NĐ-CP", "23(5)"), (date(2026, 5, 22), "26/2026/QĐ-TTg")
CRITERIA = (TraceFactName.TRACE_CODE, TraceFactName.STORY)
NINE_FACTS = tuple(name for name in TraceFactName if name not in CRITERIA)
TRACE_RULES = (
    *(TraceRule(name, *_DECREE) for name in NINE_FACTS),
    TraceRule(TraceFactName.TRACE_CODE, *_PROGRAMME, "2.3"),
    TraceRule(TraceFactName.STORY, *_PROGRAMME, "5.1"),
)


class FactState(Enum):
    """Whether a fact is there."""

    MET = "met"
    LACKING = "lacking"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class TraceFact:
    """A fact or a criterion of a product. ``expired``: it is lacking because all that was told has run out."""

    rule: TraceRule
    state: FactState
    expired: bool = False

    @property
    def name(self) -> TraceFactName:
        """Which one it is."""
        return self.rule.name

    @property
    def lacking(self) -> bool:
        """Whether it should be there and is not."""
        return self.state is FactState.LACKING

    @property
    def remedy(self) -> str:
        """What to do where it is lacking, by the name of its sentence."""
        return f"expired_{self.name.value}" if self.expired else f"remedy_{self.name.value}"


class MarkedLot(Protocol):
    """What the meter asks of a lot (``domain.trace.lot``)."""

    @property
    def number(self) -> str:
        """The lot's number, empty if it has none."""

    @property
    def use_by(self) -> date | None:
        """The last day of use."""


@dataclass(frozen=True)
class TraceFacts:
    """The meter of a product on a day. ``applies``: it is goods. ``is_minimum``: the criteria are, by its stars."""

    facts: tuple[TraceFact, ...]
    criteria: tuple[TraceFact, ...]
    applies: bool
    is_minimum: bool

    @cached_property
    def lacking(self) -> tuple[TraceFactName, ...]:
        """The facts that are lacking, of the nine."""
        return _lacking(self.facts)

    @cached_property
    def needed(self) -> tuple[TraceFactName, ...]:
        """What is lacking of the nine facts, and of the criteria where they are a minimum."""
        if not self.is_minimum:
            return self.lacking
        return self.lacking + tuple(name for name in _lacking(self.criteria) if name is TraceFactName.STORY)

    @property
    def is_traceable(self) -> bool:
        """Whether a page of the product may call itself "truy xuất nguồn gốc"."""
        return self.applies and bool(self.facts) and not self.lacking

    @property
    def met(self) -> int:
        """How many of the nine facts are not lacking: the meter's hand."""
        return len(self.facts) - len(self.lacking)

    @property
    def percent(self) -> int:
        """How full the meter is, facts and story together: 100 only if nothing is lacking."""
        asked = [fact for fact in (*self.facts, *self.criteria) if fact.state is not FactState.NOT_APPLICABLE]
        done = sum(not fact.lacking for fact in asked)
        return 100 * done // len(asked) if asked else 100


def trace_facts(
    product: Product,
    profile: ProductProfile,
    recognition: Recognition | None,
    today: date,
    lot: MarkedLot | None = None,
) -> TraceFacts:
    """Return the meter of a product on a day.

    ``recognition``: the current one, by whose stars the criteria are a minimum. ``lot``: of the piece in hand.
    """
    told = _MeterFacts(
        of_record=lacking_of_record(product, lot),
        of_profile=lacking_of_profile(profile, today),
        absent=_absent(product, lot),
        has_certificates=bool(profile.certificates),
        has_story=is_story(profile.story),
        starred=recognition is not None and recognition.stars >= LOWEST_STARS,
    )
    return _meter(told, today)


@dataclass(frozen=True, slots=True)
class _MeterFacts:
    """All that the meter depends on: ``of_record``, ``of_profile`` are what they lack, ``absent`` facts "if any"."""

    of_record: tuple[TraceFactName, ...] | None
    of_profile: tuple[TraceFactName, ...]
    absent: tuple[TraceFactName, ...]
    has_certificates: bool
    has_story: bool
    starred: bool


@lru_cache(1_024)  # an order of thousands of products has a dozen different ones
def _meter(told: _MeterFacts, today: date) -> TraceFacts:
    service, lacking = told.of_record is None, (*(told.of_record or ()), *told.of_profile)
    expired = told.has_certificates and TraceFactName.STANDARDS in lacking
    rules = [rule for rule in TRACE_RULES if rule.since <= today]
    facts = tuple(
        TraceFact(
            rule, _state(rule.name, lacking, told.absent, service), expired and rule.name is TraceFactName.STANDARDS
        )
        for rule in rules
        if rule.name in NINE_FACTS
    )
    story = () if told.has_story else (TraceFactName.STORY,)
    code = (TraceFactName.TRACE_CODE,) if lacking else ()
    criteria = tuple(
        TraceFact(rule, _state(rule.name, code + story, (), service)) for rule in rules if rule.name in CRITERIA
    )
    return TraceFacts(facts, criteria, not service, told.starred and not service)


def lacking_of_record(product: Product, lot: MarkedLot | None = None) -> tuple[TraceFactName, ...] | None:
    """Return which of the nine facts the record of a product lacks; None of a service, which is not traced."""
    place, use_by = bool(product.address or product.commune), bool(product.shelf_life or (lot and lot.use_by))
    return lacking_by(goods_class_of(product), place=place, origin=bool(product.origin), use_by=use_by)


@lru_cache
def lacking_by(goods: GoodsClass, *, place: bool, origin: bool, use_by: bool) -> tuple[TraceFactName, ...] | None:
    """Return which facts a record lacks that is of this class and says some of them; None of a service."""
    if goods is GoodsClass.SERVICE:
        return None
    told = {
        TraceFactName.ADDRESS: place,
        TraceFactName.ORIGIN: origin,
        TraceFactName.USE_BY: use_by or goods not in WITH_USE_BY,
    }
    return tuple(name for name, there in told.items() if not there)


def lacking_of_profile(profile: ProductProfile, today: date) -> tuple[TraceFactName, ...]:
    """Return which of the nine facts the profile of goods lacks on a day; a standard that ran out is none."""
    told = {
        TraceFactName.PICTURE: bool(profile.pictures),
        TraceFactName.EVENTS: bool(profile.events),
        TraceFactName.STANDARDS: any(not each.expired_on(today) for each in profile.certificates),
    }
    return tuple(name for name, there in told.items() if not there)


def is_story(text: str) -> bool:
    """Return whether a text is long enough to be a product's story."""
    return sum(map(str.isalpha, text)) >= LEAST_STORY


def standards_until(profile: ProductProfile) -> date | None:
    """Return the last day on which any standard of a profile holds; None if one never ends, or there is none."""
    ends = [each.until for each in profile.certificates]
    return None if None in ends or not ends else max(end for end in ends if end)


def _absent(product: Product, lot: MarkedLot | None) -> tuple[TraceFactName, ...]:
    """Return the facts "if any" that the product does not have: its labels bear no brand and no lot, or no use-by."""
    named = bool(product.brand or (lot and lot.number))
    ends = bool(product.shelf_life or (lot and lot.use_by)) or goods_class_of(product) in WITH_USE_BY
    told = {TraceFactName.IDENTITY: named, TraceFactName.USE_BY: ends}
    return tuple(name for name, there in told.items() if not there)


def _state(
    name: TraceFactName, lacking: Iterable[TraceFactName], absent: Iterable[TraceFactName], service: bool
) -> FactState:
    if service or name in absent:
        return FactState.NOT_APPLICABLE
    return FactState.LACKING if name in lacking else FactState.MET


def _lacking(facts: Iterable[TraceFact]) -> tuple[TraceFactName, ...]:
    return tuple(fact.name for fact in facts if fact.lacking)
