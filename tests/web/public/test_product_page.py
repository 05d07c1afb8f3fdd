"""A product's own page, its badge, JSON, pictures and label text: what they say, and what nobody gets by them."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest

from labelsvc.domain.errors import StorageRefused
from labelsvc.domain.label_code import OpenedCode, StampIdentity
from labelsvc.web.public.app import create_app
from labelsvc.web.public.site import PublicSite
from labelsvc.workflows.verify_label import Verifier
from tests.offices.verification_office import (
    ADDRESS,
    CATALOGUE,
    CODES,
    HOSTILE_TEXT,
    KEY,
    NOW,
    NUMBERS,
    PICTURES,
    PROFILE,
    TEMPLATES,
    Office,
)

TOLD, HOSTILE, NOT_YET, REAL = "7k3qx9zt4m", "xxxxxxxxxx", "0000000000", "1111111111"
DEMONSTRATION, EXPIRED, SUSPENDED, WITHDRAWN = "2222222222", "3333333333", "4444444444", "5555555555"
TWO_STARS, FELL_TO_TWO = "8888888888", "9999999999"
RENEWED, FELL_EARLY = "aaaaaaaaaa", "bbbbbbbbbb"
JSON = {"Accept": "application/json"}
OFFICE = Office()


def page(path: str, **headers: str) -> str:
    answer = OFFICE.client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def linked_data(path: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(path), re.S)
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


# --- who gets a page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [TOLD.upper(), TOLD.replace("0", "o"), TOLD])
def test_a_product_has_a_page_in_any_case_of_its_id(path: str) -> None:
    assert "OCOP <span>4 sao</span>, còn hiệu lực" in page(f"/p/{path}")


@pytest.mark.parametrize(
    "name", ["1", "ffffffffff", "7k3qx9zt4", "7k3qx9zt4m0", "%00", "..", "7k3qx9zt4u", NOT_YET, TWO_STARS]
)
@pytest.mark.parametrize("kind", ["", "/badge.svg"])
def test_whatever_was_never_published_is_not_found(name: str, kind: str) -> None:
    assert OFFICE.client.get(f"/p/{name}{kind}").status_code == 404


def test_demonstration_data_has_pages_on_a_specimen_host_only() -> None:
    specimen = Office(specimen=True).client.get(f"/p/{DEMONSTRATION}")

    assert OFFICE.client.get(f"/p/{DEMONSTRATION}").status_code == 404
    assert "MẪU: dữ liệu minh họa" in specimen.get_data(as_text=True)
    assert "MẪU" in Office(specimen=True).client.get(f"/p/{DEMONSTRATION}/badge.svg").get_data(as_text=True)
    assert '"disambiguatingDescription":"MẪU' in specimen.get_data(as_text=True)
    assert specimen.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("name", "title", "colour"),
    [
        (EXPIRED, "Hôm nay sản phẩm không có hạng sao", "grey"),
        (FELL_TO_TWO, "Hôm nay sản phẩm không có hạng sao", "grey"),
        (SUSPENDED, "Công nhận <span>5 sao</span> đang bị tạm dừng", "red"),
        (WITHDRAWN, "Công nhận <span>4 sao</span> đã bị thu hồi", "red"),
    ],
)
def test_a_product_without_stars_keeps_its_page_and_says_why(name: str, title: str, colour: str) -> None:
    text, facts = page(f"/p/{name}"), OFFICE.client.get(f"/p/{name}", headers=JSON).get_json()

    assert title in text
    assert f'class="verdict {colour}"' in text
    assert facts["in_force"] is False
    assert facts["rating"] is None
    assert [each["certificationStatus"] for each in linked_data(f"/p/{name}")["hasCertification"]] == [
        "https://schema.org/CertificationInactive"
    ]


@pytest.mark.parametrize("path", [f"/p/{RENEWED}", f"/{CODES['renewed']}"])
def test_stars_that_were_replaced_are_not_said_to_hold(path: str) -> None:
    text = page(path)

    history = text[text.index('id="history"') :]
    assert history.count("còn hiệu lực") == 1
    assert history.index("còn hiệu lực") < history.index("đã được thay bằng lần công nhận sau")


def test_linked_data_calls_one_certification_of_stars_active() -> None:
    stars = [
        each["certificationStatus"].rpartition("/")[2] for each in linked_data(f"/p/{RENEWED}")["hasCertification"]
    ]

    assert sorted(stars) == ["CertificationActive", "CertificationInactive"]


def test_a_product_fallen_to_two_stars_names_no_later_day() -> None:
    facts = OFFICE.client.get(f"/p/{FELL_EARLY}", headers=JSON).get_json()

    assert "chưa đủ để được công nhận hạng sao" in facts["text"]
    assert "2028" not in facts["text"]
    assert "2 sao" not in page(f"/p/{FELL_EARLY}")


def test_a_product_without_a_profile_has_no_empty_sections() -> None:
    text = page(f"/p/{REAL}")

    assert not re.search(r"<figure|Câu chuyện|Tiêu chuẩn|<ul class=.rows.></ul>", text)
    assert "Các lần được công nhận" in text


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"/p/{TOLD}", f"/{CODES['told']}"])
def test_a_told_product_shows_pictures_story_certificates_events_and_others(path: str) -> None:
    text = page(path)

    assert text.count('loading="lazy"') >= len(PICTURES)
    assert all(f'<img src="/picture/{each}"' in text for each in PICTURES)
    assert "So sánh với sản phẩm trong tay" in text
    assert "Từ đời ông bà" in text
    assert "đã hết hạn sau ngày 31/01/2026" in text
    assert "hiệu lực đến hết ngày 30/06/2027" in text
    assert "03/11/2026 · Xưởng hợp tác xã" in text
    assert 'href="/p/0000000001"' in text
    assert "Dưa hết hạn" not in text
    assert "Dưa hai sao" not in text
    assert text.index("30/12/2025 – 30/12/2028") < text.index("01/10/2022 – 01/10/2025")


@pytest.mark.parametrize(
    ("language", "said", "marked"), [("vi", "Từ đời ông bà", False), ("en", "For generations", False)]
)
def test_the_story_is_told_in_the_pages_language(language: str, said: str, marked: bool) -> None:
    assert said in page(f"/p/{TOLD}?lang={language}")


def test_a_story_in_one_language_is_marked_on_the_other_page() -> None:
    assert '<div lang="vi"><p>' in page(f"/p/{HOSTILE}?lang=en")


def test_json_and_linked_data_carry_the_facts_of_the_page() -> None:
    facts, data = OFFICE.client.get(f"/p/{TOLD}", headers=JSON).get_json(), linked_data(f"/p/{TOLD}")
    stamp = OFFICE.client.get(f"/{CODES['told']}", headers=JSON).get_json()

    assert facts["story"] == PROFILE.story.split("\n")
    assert [each["expired"] for each in facts["certificates"]] == [False, True, False]
    assert [each["on"] for each in facts["events"]] == ["2026-11-02", "2026-11-03"]
    assert len(facts["other_products"]) == 15
    assert facts["pictures"][0]["url"] == f"https://ocop.hanoi.example/picture/{next(iter(PICTURES))}"
    assert {"name": "Tên sản phẩm", "text": "Củ cải trắng Đông Cao"} in facts["label"]
    assert stamp["page"] == data["@id"] == facts["page"] == "https://ocop.hanoi.example/p/7k3qx9zt4m"
    assert f"<dd>{facts['place']}</dd>" in page(f"/p/{TOLD}")
    assert facts["place"] == stamp["product"]["place"] == data["manufacturer"]["address"] == "Tráng Việt, Mê Linh"
    assert stamp["details"] == {name: facts[name] for name in stamp["details"]}
    assert (data["@type"], data["name"], data["manufacturer"]["name"]) == (
        "Product",
        facts["name"],
        facts["producer"],
    )
    assert len(data["hasCertification"]) == 2 + len(facts["certificates"])
    assert not data.keys() & {"offers", "aggregateRating", "review"}


def test_the_label_content_is_plain_lines_to_be_copied() -> None:
    found = re.search(
        r'<pre tabindex="0" aria-labelledby="label" lang="vi">(.*?)</pre>', page(f"/p/{TOLD}?lang=en"), re.S
    )

    assert found
    assert found[1].split("\n") == [
        "Tên sản phẩm: Củ cải trắng Đông Cao",
        "Sản xuất tại: Hợp tác xã Dịch vụ tổng hợp Đông Cao",
        "Địa chỉ: Tráng Việt",
    ]


@pytest.mark.parametrize("path", [f"/p/{TOLD}", f"/{CODES['told']}"])
def test_previews_show_name_and_picture_and_no_verdict(path: str) -> None:
    told = re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)">', page(path))

    assert dict(told)["title"] == "Củ cải trắng Đông Cao"
    assert dict(told)["image"] == f"https://ocop.hanoi.example/picture/{next(iter(PICTURES))}"
    assert not re.search(r"\d sao|đến hết ngày|phát hành:", " ".join(content for _, content in told))


def test_pages_of_products_may_be_indexed_and_stamps_may_not() -> None:
    assert OFFICE.client.get(f"/p/{TOLD}").headers["X-Robots-Tag"] == "noarchive"
    assert OFFICE.client.get(f"/{CODES['told']}").headers["X-Robots-Tag"] == "noindex"


def test_switching_language_stays_on_the_page() -> None:
    assert 'href="?lang=en"' in page(f"/p/{TOLD}")


# --- what the page calls itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "vietnamese", "english"),
    [
        ("in_force", "Kiểm tra tem", "Stamp check"),
        ("told", "Kiểm tra tem", "Stamp check"),
        ("traced", "Truy xuất nguồn gốc", "Traceability"),
        ("lot_traced", "Truy xuất nguồn gốc", "Traceability"),
    ],
)
def test_only_all_nine_facts_make_a_page_of_traceability(case: str, vietnamese: str, english: str) -> None:
    headings = [
        re.findall(r'<span class="heading">([^<]+)</span>', page(f"/{CODES[case]}?lang={language}"))
        for language in ("vi", "en")
    ]

    assert headings == [[vietnamese], [english]]
    assert OFFICE.client.get(f"/{CODES[case]}", headers=JSON).get_json()["traceable"] == ("Truy" in vietnamese)


def test_a_stamp_outside_the_lot_is_not_traced_by_it() -> None:
    outside = KEY.seal(StampIdentity(NUMBERS["lot_traced"], 421))

    assert "Truy xuất nguồn gốc" not in page(f"/{outside}")


def test_a_passed_last_day_is_a_fact_and_no_red_verdict() -> None:
    text = page(f"/{CODES['lot_traced']}")

    assert "23/11/2026: theo lô đã ghi, hàng này đã qua hạn sử dụng" in text
    assert 'class="verdict green"' in text


# --- hostile records --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"/p/{HOSTILE}", f"/{CODES['hostile_told']}"])
def test_markup_in_a_profile_stays_text(path: str) -> None:
    tags = Tags(page(path)).tags

    assert not [attrs for _, attrs in tags if any(name.startswith("on") for name, _ in attrs)]
    assert [attrs for tag, attrs in tags if tag == "script"] == [[("type", "application/ld+json")]] * (path[1] == "p")
    assert not [attrs for tag, attrs in tags if tag == "img" and ("src", "x") in attrs]


def test_linked_data_cannot_end_its_element() -> None:
    data = linked_data(f"/p/{HOSTILE}")

    assert data["description"] == HOSTILE_TEXT.replace("\u2028", "")
    assert data["name"] == "Tên <b>"


# --- badge ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said", "ground"),
    [
        (TOLD, "4 sao · hiệu lực đến 30/12/2028", "#0b5a3a"),
        (EXPIRED, "Hạng sao không còn hiệu lực", "#4b5750"),
        (FELL_TO_TWO, "Hạng sao không còn hiệu lực", "#4b5750"),
        (SUSPENDED, "Hạng sao không còn hiệu lực", "#4b5750"),
        (WITHDRAWN, "Hạng sao không còn hiệu lực", "#4b5750"),
    ],
)
def test_a_badge_turns_grey_with_the_stars(name: str, said: str, ground: str) -> None:
    answer = OFFICE.client.get(f"/p/{name}/badge.svg")

    picture = ElementTree.fromstring(answer.data)
    texts = [each.text or "" for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    colours = {each.get("fill") for each in picture.iter()}
    assert answer.mimetype == "image/svg+xml"
    assert said in texts
    assert ground in colours
    assert ("#ffc53d" in colours) == (name == TOLD)


def test_a_badge_may_stand_on_any_shops_page_for_minutes() -> None:
    headers = OFFICE.client.get(f"/p/{TOLD}/badge.svg").headers

    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_hostile_name_is_text_in_the_badge() -> None:
    assert "Tên <b>: 4 sao" in ElementTree.fromstring(OFFICE.client.get(f"/p/{HOSTILE}/badge.svg").data)[0].text


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["", "/large"])
def test_pictures_are_kept_by_browsers_and_asked_for_again_by_caches(size: str) -> None:
    answer = OFFICE.client.get(f"/picture/{next(iter(PICTURES))}{size}")

    assert answer.data.startswith(b"\xff\xd8")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=3600, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_certificates_file_is_downloaded_and_never_opened_in_place() -> None:
    headers = OFFICE.client.get(f"/certificate/{'f' * 64}").headers

    assert headers["Content-Disposition"] == "attachment"
    assert "sandbox" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/picture/" + "0" * 64, "/picture/x", "/picture/../keys.json", "/certificate/" + "0" * 64]
)
def test_whatever_no_approved_profile_names_is_not_found_and_not_kept(path: str) -> None:
    answer = OFFICE.client.get(path)

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [f"/p/{TOLD}", f"/p/{TOLD}/badge.svg"])
def test_pages_say_come_back_while_the_records_are_away(path: str) -> None:
    def away(_: str) -> None:
        raise StorageRefused.from_code("storage.busy", database="x", reason="y")

    verifier = Verifier(lambda _: OpenedCode(), lambda *_: (None, None), lambda *_: (None, None))
    app = create_app(verifier, TEMPLATES, PublicSite(ADDRESS), replace(CATALOGUE, find=away), clock=lambda: NOW)

    answer = app.test_client().get(path)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Cache-Control"] == "no-store"


# --- the wire ---------------------------------------------------------------------------------------------------------


def test_a_page_is_the_same_with_and_without_compression() -> None:
    plain = OFFICE.client.get(f"/p/{TOLD}").data

    assert gzip.decompress(OFFICE.client.get(f"/p/{TOLD}", headers={"Accept-Encoding": "gzip"}).data) == plain
