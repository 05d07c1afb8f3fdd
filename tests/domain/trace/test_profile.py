"""Product profiles: bounds, JSON of any age, and what a proposal makes of what stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.product import PRODUCT_TEXTS, Product
from labelsvc.domain.trace.profile import (
    Certificate,
    KeyEvent,
    ProductPicture,
    ProductProfile,
    normal_story,
    paragraphs,
    part_text,
)
from labelsvc.domain.trace.proposal import ProductContent, approved_content, differences

A, B = "a" * 64, "b" * 64
FULL = ProductProfile(
    story="Làng Bát Tràng có nghề gốm từ thế kỷ 15.\nMen làm từ tro rơm.",
    story_en="Pottery has been made in Bát Tràng since the 15th century.",
    pictures=(ProductPicture(A, 960, 720, "Lò nung"), ProductPicture(B, 540, 960)),
    certificates=(
        Certificate("TCVN 11041-1:2017", "HC-12/2025", "Quacert", date(2028, 1, 31), B),
        Certificate("Cơ sở đủ điều kiện an toàn thực phẩm"),
    ),
    events=(KeyEvent("Thu hoạch", "Xã Bát Tràng", date(2026, 10, 2)), KeyEvent("Đóng gói", "", date(2026, 10, 5))),
)


def test_a_profile_comes_back_from_json_as_it_was() -> None:
    kept = json.loads(json.dumps(FULL.to_json()))

    assert ProductProfile.from_json(kept) == FULL
    assert ProductProfile().to_json() == {}
    assert ProductProfile.from_json({}).is_empty


def test_a_kept_profile_lacks_later_parts_and_has_unknown_ones() -> None:
    kept = {
        "story": "Kể",
        "pictures": [{"sha256": A, "width_px": 4, "height_px": 3, "alt": "?"}],
        "certificates": [{"kind": "VietGAP", "scheme": "x"}],
        "events": [{"what": "Gieo", "on": "2026-02-01", "gps": "x"}],
        "videos": [],
    }

    assert ProductProfile.from_json(kept) == ProductProfile(
        story="Kể",
        pictures=(ProductPicture(A, 4, 3),),
        certificates=(Certificate("VietGAP"),),
        events=(KeyEvent("Gieo", "", date(2026, 2, 1)),),
    )


def test_stories_are_kept_as_paragraphs_without_control_characters() -> None:
    typed = "  Một\tngày \r\n\r\n\r\nđẹp trời\u2028 \x00 \nhết"

    assert paragraphs(normal_story(typed)) == ("Một ngày", "đẹp trời", "hết")
    assert normal_story(normal_story(typed)) == normal_story(typed)


@pytest.mark.parametrize(
    ("make", "code", "field"),
    [
        (lambda: ProductProfile(story="a  b"), "text_not_normal", "story"),
        (lambda: ProductProfile(story="a\n\nb"), "text_not_normal", "story"),
        (lambda: ProductProfile(story_en="x" * 6_001), "too_long", "story_en"),
        (lambda: ProductProfile(pictures=(ProductPicture(A, 1, 1),) * 2), "picture_twice", "pictures"),
        (
            lambda: ProductProfile(pictures=tuple(ProductPicture(f"{n:064x}", 1, 1) for n in range(7))),
            "too_many_pictures",
            "pictures",
        ),
        (lambda: ProductProfile(certificates=(Certificate("x"),) * 21), "too_many_certificates", "certificates"),
        (lambda: ProductProfile(events=(KeyEvent("x", "", date(2026, 1, 1)),) * 41), "too_many_events", "events"),
        (lambda: ProductPicture("../../etc/passwd", 1, 1), "digest", "pictures"),
        (lambda: ProductPicture(A, 0, 1), "picture_size", "pictures"),
        (lambda: ProductPicture(A, 1, 1, "x" * 201), "too_long", "caption"),
        (lambda: Certificate(""), "certificate_kind", "kind"),
        (lambda: Certificate("x", file="A" * 64), "digest", "file"),
        (lambda: Certificate("x", until=date(206, 1, 1)), "day", "until"),
        (lambda: KeyEvent("", "Ba Vì", date(2026, 1, 1)), "event_what", "what"),
        (lambda: KeyEvent("a\nb", "", date(2026, 1, 1)), "text_not_normal", "what"),
    ],
)
def test_a_profile_refuses_what_it_cannot_hold(make: Any, code: str, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        make()

    assert refused.value.problems[0].code == f"profile.{code}"
    assert refused.value.field == field


def test_a_certificate_expires_the_day_after_its_last() -> None:
    certificate = Certificate("ISO 22000", until=date(2026, 5, 31))

    assert not certificate.expired_on(date(2026, 5, 31))
    assert certificate.expired_on(date(2026, 6, 1))
    assert not Certificate("TCVN 1").expired_on(date(9999, 1, 1))


def test_a_part_is_told_in_lines_for_the_log() -> None:
    assert part_text(FULL.pictures) == f"{A[:12]} Lò nung\n{B[:12]}"
    assert part_text(FULL.certificates).startswith(
        "TCVN 11041-1:2017 · HC-12/2025 · Quacert · 2028-01-31 · bbbbbbbbbbbb\n"
    )
    assert part_text(FULL.events[:1]) == "2026-10-02 · Thu hoạch · Xã Bát Tràng"


def content(profile: ProductProfile = FULL, **texts: str) -> ProductContent:
    return ProductContent.of_product(Product(name="Gốm", producer="HTX", **texts), profile)


def test_a_proposal_changes_only_what_its_producer_changed() -> None:
    begun = content(storage="Nơi khô")
    proposed = content(replace(FULL, story="Chuyện mới"), storage="Nơi khô ráo")
    now = content(replace(FULL, events=()), storage="Nơi khô", warnings="Dễ vỡ")

    made = approved_content(now, begun, proposed)

    assert made.profile == replace(FULL, story="Chuyện mới", events=())
    assert (made.texts["storage"], made.texts["warnings"]) == ("Nơi khô ráo", "Dễ vỡ")
    assert [(each.part, each.meanwhile) for each in differences(now, begun, proposed)] == [
        ("story", False),
        ("storage", False),
    ]


def test_what_both_changed_is_shown_with_what_it_was() -> None:
    begun, proposed = content(), content(replace(FULL, story="Của chủ thể"))
    now = content(replace(FULL, story="Của văn phòng"))

    (found,) = differences(now, begun, proposed)

    assert (found.now, found.proposed, found.begun) == ("Của văn phòng", "Của chủ thể", FULL.story)
    assert found.meanwhile
    assert differences(proposed, begun, proposed) == ()


def test_contents_of_any_age_leave_alone_the_texts_they_lack() -> None:
    proposed = ProductContent.from_json({"profile": {}, "texts": {"storage": "Khô", "colour": "đỏ", "name": "Khác"}})
    now = content(ProductProfile(), directions="Đun")

    made = approved_content(now, ProductContent.from_json({}), proposed)

    assert (made.texts["storage"], made.texts["directions"]) == ("Khô", "Đun")
    assert set(made.texts) < set(PRODUCT_TEXTS)
    assert ProductContent.from_json(json.loads(json.dumps(made.to_json()))) == made
    assert made.texts.get("name") is None
