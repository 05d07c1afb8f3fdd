"""The public pages as a browser, a machine and a hostile visitor ask for them."""

from __future__ import annotations

import logging
import re
from functools import partial

import pytest

from labelsvc.domain.label_code import StampIdentity, in_fives, open_with
from labelsvc.domain.verification.stamp_record import StampRecord
from labelsvc.web.language import choose_language
from labelsvc.web.public.app import create_app
from labelsvc.web.public.site import PublicSite
from labelsvc.web.server.log_redaction import RedactingFormatter
from labelsvc.wording import Wording
from labelsvc.workflows.verify_label import Verifier
from tests.offices.page_outline import outline
from tests.offices.verification_office import (
    ADDRESS,
    CATALOGUE,
    CODE,
    CODES,
    KEY,
    NOW,
    NUMBERS,
    TEMPLATES,
    Office,
)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "case",
    [
        name
        for name in CODES
        if name not in ("long", "uncounted", "hostile", "told", "hostile_told", "largest", "traced", "lot_traced")
    ],
)
def test_every_case_has_its_page_in_both_languages(office: Office, case: str, language: str) -> None:
    answer = office.client.get(f"/{CODES[case]}?lang={language}")

    page = outline(answer)
    colours = {"in_force": "green", "not_ours": "red", "expired": "grey", "unknown_record": "amber", "withdrawn": "red"}
    assert answer.status_code == (404 if case == "not_ours" else 200)
    assert page.first("html")["lang"] == language
    assert Wording(TEMPLATES / "wording", language).say(f"verify.{case}_sign") in page.text
    assert page.first("section")["role"] == "status"
    assert colours.get(case, "") in (page.first("section")["class"] or "")


def test_the_page_in_force_says_everything_about_the_stamp(office: Office) -> None:
    page = outline(office.client.get(f"/{CODE}"))

    for part in (
        "OCOP 4 sao, còn hiệu lực",
        "Củ cải trắng Đông Cao",
        "Hợp tác xã Dịch vụ tổng hợp Đông Cao",
        "Tráng Việt, Mê Linh",
        "Số 6789/QĐ-UBND, ngày 30/12/2025",
        "UBND thành phố Hà Nội",
        "đến 30/12/2028",
        "Tem số 000 417",
        "quét lần đầu lúc 10:00 hôm nay",
        in_fives(CODE),
    ):
        assert part in page.text
    assert page.first("svg") is not None
    assert any(attrs.get("aria-label") == "4 trên 5 sao" for tag, attrs in page.tags if tag == "svg")


def test_an_unknown_code_shows_the_form_again_without_accusations(office: Office) -> None:
    answer = office.client.get("/7k3qx9zt4m2b8rvc5whd")

    page = outline(answer)
    assert page.first("input")["value"] == "7k3qx9zt4m2b8rvc5whd"
    assert "Tem in từ trước khi có hệ thống này" in page.text
    assert "giả" not in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_codes_without_key_are_amber_while_a_key_is_missing(language: str) -> None:
    office = Office(certain=False)

    page = office.client.get(f"/{CODES['not_ours']}?lang={language}")
    head = office.client.head(f"/{CODES['not_ours']}")
    facts = office.client.get(f"/01/08934567890123/21/{CODES['not_ours']}", headers={"Accept": "application/json"})

    for answer in (page, head, facts):
        assert answer.status_code == 503
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["Cache-Control"] == "no-store"
    assert "amber" in (outline(page).first("section")["class"] or "")
    assert Wording(TEMPLATES / "wording", language).say("verify.cannot_be_checked_title") in outline(page).text
    assert head.get_data() == b""
    assert facts.get_json().pop("asked") == CODES["not_ours"]
    assert facts.get_json() | {"asked": "", "title": "", "text": "", "day": "", "language": ""} == {
        "verdict": "cannot_be_checked",
        "asked": "",
        "colour": "amber",
        "in_force": False,
        **dict.fromkeys(("day", "language", "title", "text"), ""),
        **dict.fromkeys(
            (
                "code",
                "issued_by",
                "serial",
                "product",
                "recognition",
                "rating",
                "scans",
                "void",
                "lot",
                "page",
                "details",
            )
        ),
        "traceable": False,
        "trial": False,
        "specimen": False,
    }


def test_genuine_codes_are_answered_while_a_key_is_missing() -> None:
    assert Office(certain=False).client.get(f"/{CODE}").status_code == 200


def test_all_stamps_of_a_line_get_their_own_number_and_code(office: Office) -> None:
    pages = {n: outline(office.client.get(f"/{KEY.seal(StampIdentity(1, n))}")).text for n in (1, 2_000)}

    for serial, shown in ((1, "000 001"), (2_000, "002 000")):
        assert f"Tem số {shown}" in pages[serial]
        assert in_fives(KEY.seal(StampIdentity(1, serial))) in pages[serial]


def test_uncounted_labels_say_that_copies_are_indistinguishable(office: Office) -> None:
    page = outline(office.client.get(f"/{CODES['uncounted']}"))

    assert "không phân biệt được bản sao" in page.text
    assert "Tem số" not in page.text


def test_trials_and_specimens_carry_their_banners(office: Office) -> None:
    page = outline(office.client.get(f"/{CODES['long']}"))

    assert "IN THỬ: " in page.text
    assert "MẪU: " in page.text


@pytest.mark.parametrize("path", ["/", "/nothing", f"/{CODE}", "/7K3QX9ZT4M2B8RVC5WHD"])
def test_every_page_of_a_demonstration_carries_the_banner(path: str) -> None:
    assert "MẪU: dữ liệu minh họa" in outline(Office(specimen=True).client.get(path)).text


@pytest.mark.parametrize("path", [f"/{CODE}", "/7K3QX9ZT4M2B8RVC5WHD"])
def test_json_says_specimen_wherever_the_page_carries_the_banner(path: str) -> None:
    accept = {"Accept": "application/json"}

    assert Office(specimen=True).client.get(path, headers=accept).get_json()["specimen"] is True
    assert Office().client.get(path, headers=accept).get_json()["specimen"] is False


@pytest.mark.parametrize(
    ("path", "links"),
    [
        ("/", ['href="/register"', 'href="/login"']),
        (f"/{CODE}", ['href="/register"']),
        ("/?lang=en", ['href="/language/en?next=/register"']),
        ("/nothing", ['href="/register"']),
    ],
)
def test_footers_link_to_the_register_and_the_sign_in(office: Office, path: str, links: list[str]) -> None:
    foot = office.client.get(path).get_data(as_text=True).split("<footer>")[1]

    assert all(link in foot for link in links)
    assert ("/login" in foot) == (path != f"/{CODE}")


def test_a_trial_of_demonstration_data_carries_each_banner_once() -> None:
    page = outline(Office(specimen=True).client.get(f"/{CODES['long']}"))

    assert (page.text.count("IN THỬ: "), page.text.count("MẪU: ")) == (1, 1)


def test_records_are_text_and_never_markup(office: Office) -> None:
    body = office.client.get(f"/{CODES['hostile']}").get_data(as_text=True)

    assert "<script" not in body
    assert "&lt;script&gt;" in body
    assert "A &amp; B {{ 7*7 }} {0} %s" in body


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "vi"),
        (None, "en", "en"),
        (None, "en-US,en;q=0.9", "en"),
        (None, "vi-VN,en;q=0.8", "vi"),
        (None, "en;q=0.2, vi;q=0.7", "vi"),
        (None, "fr,de", "vi"),
        (None, "fr, en;q=0.1", "en"),
        (None, "en;q=0", "vi"),
        (None, ";;;q=x,=", "vi"),
        ("en", "vi", "en"),
        ("vi", "en", "vi"),
        ("xx", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_a_links_choice_then_the_browser_then_vietnamese(chosen: str | None, accepted: str, language: str) -> None:
    assert choose_language(chosen, accepted) == language


def test_switching_language_is_one_link_and_no_second_scan(office: Office) -> None:
    first = outline(office.client.get(f"/{CODE}"))
    link = next(attrs["href"] for tag, attrs in first.tags if tag == "a" and attrs.get("hreflang") == "en")

    second = office.client.get(f"/{CODE}{link}")

    assert outline(second).first("html")["lang"] == "en"
    assert office.counted == 1


def test_a_browser_is_told_that_the_page_depends_on_its_language(office: Office) -> None:
    assert "Accept-Language" in office.client.get("/").headers["Vary"]


def test_lost_stamps_show_when_and_why_and_neighbours_stay_good(office: Office) -> None:
    neighbour = KEY.seal(StampIdentity(NUMBERS["reported_lost"], 421))

    page = outline(office.client.get(f"/{CODES['reported_lost']}"))
    facts = office.client.get(f"/{CODES['reported_lost']}", headers={"Accept": "application/json"}).get_json()
    good = outline(office.client.get(f"/{neighbour}"))

    assert (facts["verdict"], facts["colour"], facts["in_force"]) == ("reported_lost", "red", False)
    assert facts["void"] == {"since": "2026-11-21", "reason": "Mất ở kho <Mê Linh>"}
    assert "hủy từ ngày 21/11/2026" in page.text
    assert "Lý do: Mất ở kho <Mê Linh>." in page.text
    assert "red" in (page.first("section")["class"] or "")
    assert "green" in (good.first("section")["class"] or "")
    assert "21/11/2026" not in good.text


def test_a_head_is_answered_alike_and_counts_nothing(office: Office) -> None:
    head = office.client.head(f"/{CODE}")

    assert (head.status_code, head.data) == (200, b"")
    assert int(head.headers["Content-Length"]) > 1_000
    assert office.counted == 0


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_a_browsers_prefetch_counts_nothing(office: Office, header: dict[str, str]) -> None:
    assert office.client.get(f"/{CODE}", headers=header).status_code == 200
    assert office.counted == 0


def test_a_second_look_shows_how_often_it_was_scanned(office: Office) -> None:
    office.client.get(f"/{CODE}")

    assert "đã quét 2 lần" in outline(office.client.get(f"/{CODE}")).text


PATHS = ["/", f"/{CODE}", "/7K3QX9ZT4M2B8RVC5WHD", "/nothing", "/?code=x"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_have_no_script_inline_style_caching_or_framing(office: Office, path: str) -> None:
    answer = office.client.get(path)

    body = answer.get_data(as_text=True)
    policy = answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", body)
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_hsts_is_sent_only_behind_tls() -> None:
    assert "Strict-Transport-Security" not in Office().client.get("/").headers
    assert "max-age" in Office(behind_tls=True).client.get("/").headers["Strict-Transport-Security"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_pages_can_only_be_read(office: Office, method: str) -> None:
    answer = office.client.open(f"/{CODE}", method=method)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert "Trang này chỉ để xem" in outline(answer).text


def test_a_failure_is_explained_plainly_and_logged_without_the_code(caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> StampRecord:
        raise RuntimeError(f"disk gone at /{CODE}")

    app = create_app(
        Verifier(partial(open_with, (KEY,)), broken, broken),
        TEMPLATES,
        PublicSite(ADDRESS),
        CATALOGUE,
        clock=lambda: NOW,
    )
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get(f"/{CODE}")

    logged = RedactingFormatter("%(message)s").format(caplog.records[0])
    assert answer.status_code == 500
    assert "Chưa tra cứu được" in outline(answer).text
    assert "Traceback" not in answer.get_data(as_text=True)
    assert "RuntimeError" in logged
    assert CODE not in logged
