"""The meter: each of the nine facts lacks alone, and the criteria are a minimum of four stars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.profile import NO_PROFILE, Certificate, KeyEvent, ProductPicture, ProductProfile
from labelsvc.domain.trace.trace_facts import LEAST_STORY, NINE_FACTS, FactState, TraceFactName, trace_facts
from labelsvc.domain.trace.trace_facts import TraceFactName as Name
from labelsvc.wording import Wording
from tests import CHECKOUT

TODAY = date(2026, 11, 24)
TEA = Product(
    name="Chè xanh Ba Trại", producer="Hợp tác xã Ba Trại", brand="Ba Trại", commune="Ba Vì", origin="Ba Vì, Hà Nội",
    shelf_life="12 tháng", group=ProductGroup.DRINK,
)  # fmt: skip
TOLD = ProductProfile(
    story=" ".join(["Chè trồng trên đồi từ năm 1960."] * 6),
    pictures=(ProductPicture("a" * 64, 960, 720),),
    certificates=(Certificate("VietGAP", until=date(2027, 3, 1)),),
    events=(KeyEvent("Thu hái", "Ba Trại", date(2026, 10, 2)),),
)
FOUR = Recognition(stars=4, decision_date=date(2026, 3, 1))


@dataclass(frozen=True)
class Lot:
    number: str = ""
    use_by: date | None = None


def meter(profile: ProductProfile = TOLD, recognition: Recognition | None = FOUR, **changed: Any) -> Any:
    return trace_facts(replace(TEA, **changed), profile, recognition, TODAY)


def states(trace: Any) -> dict[Name, FactState]:
    return {fact.name: fact.state for fact in (*trace.facts, *trace.criteria)}


def test_a_product_with_everything_is_traceable() -> None:
    trace = meter()

    assert [fact.name for fact in trace.facts] == list(NINE_FACTS)
    assert set(states(trace).values()) == {FactState.MET}
    assert (trace.is_traceable, trace.met, trace.percent, trace.needed) == (True, 9, 100, ())
    assert {(fact.rule.source, fact.rule.article) for fact in trace.facts} == {("37/2026/NĐ-CP", "23(5)")}
    assert [fact.rule.article for fact in trace.criteria] == ["2.3", "5.1"]


@pytest.mark.parametrize(
    ("name", "trace"),
    [
        (Name.PICTURE, meter(replace(TOLD, pictures=()))),
        (Name.EVENTS, meter(replace(TOLD, events=()))),
        (Name.STANDARDS, meter(replace(TOLD, certificates=()))),
        (Name.ADDRESS, meter(commune="")),
        (Name.ORIGIN, meter(origin="")),
        (Name.USE_BY, meter(shelf_life="")),
    ],
)
def test_each_fact_lacks_alone_and_the_code_is_no_trace_code(name: TraceFactName, trace: Any) -> None:
    assert trace.lacking == (name,)
    assert (trace.is_traceable, trace.met) == (False, 8)
    assert states(trace)[Name.TRACE_CODE] is FactState.LACKING
    assert states(trace)[Name.STORY] is FactState.MET
    assert trace.percent < 100


def test_facts_if_any_are_not_asked_where_there_are_none() -> None:
    bowl = meter(name="Bát gốm", group=ProductGroup.CRAFT, brand="", shelf_life="")

    assert states(bowl)[Name.IDENTITY] is FactState.NOT_APPLICABLE
    assert states(bowl)[Name.USE_BY] is FactState.NOT_APPLICABLE
    assert bowl.is_traceable


def test_a_lot_in_hand_gives_number_and_use_by() -> None:
    product = replace(TEA, brand="", shelf_life="")

    trace = trace_facts(product, TOLD, FOUR, TODAY, Lot("L07", date(2027, 1, 1)))

    assert states(trace)[Name.IDENTITY] is FactState.MET
    assert states(trace)[Name.USE_BY] is FactState.MET


@pytest.mark.parametrize(
    ("until", "lacking", "remedy"),
    [
        (TODAY, False, "remedy_standards"),
        (date(2026, 11, 23), True, "expired_standards"),
        (None, False, "remedy_standards"),
    ],
)
def test_standards_that_ran_out_are_lacking_and_named_so(until: date | None, lacking: bool, remedy: str) -> None:
    told = (Certificate("VietGAP", until=date(2020, 1, 1)), Certificate("HACCP", until=until))

    trace = meter(replace(TOLD, certificates=told))

    fact = next(fact for fact in trace.facts if fact.name is Name.STANDARDS)
    assert (fact.lacking, fact.remedy) == (lacking, remedy)


@pytest.mark.parametrize(("stars", "needed"), [(3, ()), (4, (Name.STORY,)), (5, (Name.STORY,))])
def test_the_story_is_a_minimum_from_four_stars_on(stars: int, needed: tuple[TraceFactName, ...]) -> None:
    trace = meter(replace(TOLD, story=""), Recognition(stars=stars, decision_date=date(2026, 3, 1)))

    assert (trace.needed, trace.is_minimum) == (needed, stars >= 4)
    assert trace.is_traceable


@pytest.mark.parametrize(("story", "told"), [("Ngon", False), ("ư" * 119 + " 1." * 99, False), ("ư" * 120, True)])
def test_a_story_has_as_many_letters_as_the_house_rule_says(story: str, told: bool) -> None:
    fact = next(fact for fact in meter(replace(TOLD, story=story)).criteria if fact.name is Name.STORY)

    assert fact.lacking is not told


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_storys_remedy_names_the_least_length(language: str) -> None:
    assert str(LEAST_STORY) in Wording(CHECKOUT / "templates" / "wording", language).say("meter.remedy_story")


def test_a_service_is_not_traced() -> None:
    trace = meter(NO_PROFILE, name="Du lịch vườn", group=ProductGroup.TOURISM)

    assert set(states(trace).values()) == {FactState.NOT_APPLICABLE}
    assert (trace.applies, trace.is_traceable, trace.needed, trace.percent) == (False, False, (), 100)


def test_before_the_decree_nothing_is_asked_and_nothing_traceable() -> None:
    trace = trace_facts(TEA, NO_PROFILE, FOUR, date(2026, 1, 22))

    assert (trace.facts, trace.criteria, trace.is_traceable) == ((), (), False)
