"""What a producer can tell of what the meter asks for, and on which form."""

from __future__ import annotations

from datetime import date

from labelsvc.domain.product import Product, ProductGroup
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.completeness import PROFILE_SECTIONS, TOLD_IN, profile_tasks
from labelsvc.domain.trace.profile import Certificate, ProductProfile
from labelsvc.domain.trace.trace_facts import trace_facts

DAY = date(2026, 11, 24)
FOUR_STARS = Recognition(stars=4, decision_date=date(2025, 12, 30))


def lacking(product: Product, profile: ProductProfile) -> list[tuple[str, str]]:
    tasks = profile_tasks(trace_facts(product, profile, FOUR_STARS, DAY))
    return [(task.fact.name.value, task.section) for task in tasks if not task.done]


def test_every_fact_that_a_producer_tells_has_a_form() -> None:
    assert set(TOLD_IN.values()) == set(PROFILE_SECTIONS)


def test_a_bare_record_lacks_what_its_producer_can_tell() -> None:
    bare = Product(name="Trà sen", producer="HTX", group=ProductGroup.DRINK)

    assert lacking(bare, ProductProfile()) == [
        ("picture", "pictures"),
        ("story", "story"),
        ("events", "events"),
        ("standards", "certificates"),
        ("address", "label"),
        ("origin", "label"),
        ("use_by", "label"),
    ]


def test_standards_run_out_and_a_story_is_a_minimum() -> None:
    product = Product(name="Gốm", producer="HTX", group=ProductGroup.CRAFT, commune="Bát Tràng", origin="Việt Nam")
    profile = ProductProfile(
        story=" ".join(["Chuyện làng gốm."] * 12), certificates=(Certificate("TCCS", until=date(2026, 1, 1)),)
    )

    tasks = profile_tasks(trace_facts(product, profile, FOUR_STARS, DAY))

    assert {task.fact.name.value: task.done for task in tasks}["standards"] is False
    assert [(task.criterion, task.minimum, task.done) for task in tasks if task.section == "story"] == [
        (True, True, True)
    ]


def test_services_have_nothing_to_tell() -> None:
    service = Product(name="Du lịch", producer="HTX", group=ProductGroup.TOURISM)

    assert profile_tasks(trace_facts(service, ProductProfile(), FOUR_STARS, DAY)) == ()
