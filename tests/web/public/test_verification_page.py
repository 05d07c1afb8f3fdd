"""The public pages as a browser, a machine and a hostile visitor ask for them."""

from __future__ import annotations

import json
import logging
import re
from functools import partial
from html.parser import HTMLParser
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from labelsvc.domain.label_code import StampIdentity, in_fives, open_with
from labelsvc.domain.verification.stamp_record import StampRecord
from labelsvc.web.language import choose_language
from labelsvc.web.public.app import create_app
from labelsvc.web.public.site import PublicSite
from labelsvc.web.server.log_redaction import RedactingFormatter, redact
from labelsvc.wording import Wording
from labelsvc.workflows.verify_label import Verifier
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


class _Outline(HTMLParser):
    """What a page is made of: its text as it is read out, tags, and attributes by tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def first(self, tag: str) -> dict[str, str | None]:
        return next(attrs for name, attrs in self.tags if name == tag)


def outline(answer: TestResponse) -> _Outline:
    return _Outline(answer.get_data(as_text=True))


# --- what a scan answers ----------------------------------------------------------------------------------------------


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


# --- the paths that are printed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/{CODE}",
        f"/{CODE.lower()}",
        f"/{CODE}/",
        f"/01/08934567890120/21/{CODE}",
        f"/01/08934567890120/21/{CODE.lower()}/",
        f"/{in_fives(CODE).replace(' ', '%20')}",
        f"/{in_fives(CODE).replace(' ', '-')}",
        f"/{CODE}?utm=1",
    ],
)
def test_both_printed_forms_open_the_page_in_any_case(office: Office, path: str) -> None:
    answer = office.client.get(path)

    assert answer.status_code == 200
    assert "Củ cải trắng Đông Cao" in answer.get_data(as_text=True)
    assert office.counted == 1


@pytest.mark.parametrize("path", ["/favicon.ico", "/wp-login.php", "/a/b/c", "/01/1/22/3", "/%00", "/.git/HEAD"])
def test_anything_else_is_one_page_not_found_in_the_same_look(office: Office, path: str) -> None:
    answer = office.client.get(path)

    page = outline(answer)
    assert answer.status_code == 404
    assert page.first("h1") is not None
    assert "Không có trang này" in page.text
    assert "location" not in answer.headers


def test_mistyped_codes_in_addresses_are_explained(office: Office) -> None:
    answer = office.client.get("/7K3QX9ZT4M2B8RVC5")

    page = outline(answer)
    assert answer.status_code == 404
    assert "Mã còn thiếu 3 ký tự: cần 20, mới có 17." in page.text
    assert page.first("input")["value"] == "7K3QX9ZT4M2B8RVC5"


# --- codes typed by hand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", [CODE, in_fives(CODE).lower(), f"https://OCOP.HANOI.EXAMPLE/{CODE}", f"  {CODE[:5]}-{CODE[5:]}\n"]
)
def test_a_typed_code_leads_to_its_page(office: Office, typed: str) -> None:
    answer = office.client.get("/", query_string={"code": typed})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/{CODE}"


def test_the_chosen_language_goes_along_with_a_typed_code(office: Office) -> None:
    answer = office.client.get("/", query_string={"code": CODE, "lang": "en"})

    assert answer.headers["Location"] == f"/{CODE}?lang=en"


@pytest.mark.parametrize(
    ("typed", "language", "said"),
    [
        ("", "vi", "Chưa có mã nào"),
        ("7K3QX 9ZT4M", "vi", "Mã còn thiếu 10 ký tự: cần 20, mới có 10."),
        ("7K3QX 9ZT4M 2B8RV C5WHD 0", "vi", "Mã thừa 1 ký tự: cần 20, đang có 21."),
        ("7K3QX 9ZT4M 2B8RV C5WHU", "vi", "Mã tem không có ký tự «U»"),
        ("7K3QX 9ZT4M 2B8RÊ C5WHD", "vi", "Bộ gõ tiếng Việt đang đổi chữ"),
        ("7K3QX 9ZT4M", "en", "10 missing: a code has 20 characters, there are 10."),
    ],
)
def test_wrong_input_is_shown_again_with_its_fault(office: Office, typed: str, language: str, said: str) -> None:
    answer = office.client.get("/", query_string={"code": typed, "lang": language})

    page = outline(answer)
    field = page.first("input")
    assert answer.status_code == 400
    assert said in page.text
    assert field["value"] == typed
    assert field["aria-invalid"] == "true"
    assert "faults" in (field["aria-describedby"] or "")


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_any_input_is_answered_without_a_fault_and_shown_as_text(typed: str) -> None:
    answer = OFFICE.client.get("/", query_string={"code": typed})

    assert answer.status_code in (303, 400)
    if answer.status_code == 400:
        outline(answer)
        assert len(answer.data) < 8_000


OFFICE = Office()


# --- languages --------------------------------------------------------------------------------------------------------


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


# --- machines ---------------------------------------------------------------------------------------------------------


def test_json_has_the_same_url(office: Office) -> None:
    answer = office.client.get(f"/{CODE}", headers={"Accept": "application/json"})

    facts = answer.get_json()
    assert answer.mimetype == "application/json"
    assert (facts["verdict"], facts["colour"], facts["in_force"]) == ("in_force", "green", True)
    assert (facts["code"], facts["serial"], facts["day"]) == (CODE, 417, "2026-11-24")
    assert facts["product"]["name"] == "Củ cải trắng Đông Cao"
    assert facts["rating"]["last_day"] == "2028-12-30"
    assert facts["scans"] == {"count": 1, "first": "2026-11-24T10:00:00+07:00"}
    assert "line" not in facts


@pytest.mark.parametrize("case", CODES)
def test_every_verdict_has_the_same_keys_in_json(office: Office, case: str) -> None:
    answer = office.client.get(f"/{CODES[case]}", headers={"Accept": "application/json"})

    assert set(answer.get_json()) == {
        "verdict",
        "colour",
        "in_force",
        "day",
        "language",
        "title",
        "text",
        "code",
        "asked",
        "issued_by",
        "serial",
        "product",
        "recognition",
        "rating",
        "scans",
        "void",
        "lot",
        "traceable",
        "page",
        "details",
        "trial",
        "specimen",
    }


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


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.5,text/html", "text/html"),
        ("text/html;q=0.5,application/json", "application/json"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("image/png", "text/html"),
    ],
)
def test_who_asks_for_json_gets_json(office: Office, accept: str, mimetype: str) -> None:
    assert office.client.get(f"/{CODE}", headers={"Accept": accept}).mimetype == mimetype


def test_errors_are_json_for_a_machine(office: Office) -> None:
    answer = office.client.get("/nothing", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.get_json()) == (404, {"error": "not_found"})


# --- what counts as a scan --------------------------------------------------------------------------------------------


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


# --- safety -----------------------------------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    "spelling",
    [
        CODE,
        CODE.lower(),
        in_fives(CODE),
        in_fives(CODE).replace(" ", "%20"),
        f"/{CODE}?lang=en",
        *(in_fives(CODE).replace(" ", between) for between in ("  ", "_", ".", " - ", "%20%20", "++", "\t", "\xa0")),
    ],
)
def test_a_log_never_holds_a_whole_code_or_an_address(spelling: str) -> None:
    line = redact(f"Invalid request from ip=203.0.113.7 or 2001:db8::8a2e:370:7334: GET /{spelling} HTTP/1.1")

    assert CODE[5:].lower() not in re.sub(r"%20|[\W_]", "", line.lower())
    assert "203.0.113.7" not in line
    assert "370:7334" not in line


@pytest.mark.parametrize("before", ["", "from ", "ip=", "(", "[", '"'])
@given(st.ip_addresses())
def test_no_address_in_any_spelling_stays_in_a_log(before: str, address: IPv4Address | IPv6Address) -> None:
    spellings = {str(address), address.exploded, str(address).upper()}
    if isinstance(address, IPv4Address):
        spellings |= {f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}"}

    lines = {redact(f"a request {before}{spelling} was refused") for spelling in spellings - {"::"}}

    assert lines <= {f"a request {before}[address] was refused"}


@pytest.mark.parametrize("address", ["::1", "::ffff:10.0.0.1", "fe80::1", "1::", "10.0.0.1", "::ffff:0:10.0.0.1"])
def test_short_addresses_are_taken_out_whole(address: str) -> None:
    assert redact(f"from {address} at 02:31:24") == "from [address] at 02:31:24"


@given(st.lists(st.sampled_from(["", " ", "  ", "-", "_", ".", "+", "%20"]), min_size=19, max_size=19))
def test_no_code_in_any_spacing_stays_in_a_log(between: list[str]) -> None:
    spelled = "".join(letter + gap for letter, gap in zip(CODE, [*between, ""], strict=True))

    kept = re.sub(r"%20|[\W_]", "", redact(f"GET /{spelled} HTTP/1.1"))

    assert CODE[5:] not in kept


def test_a_log_keeps_its_words_and_times() -> None:
    text = "[2026-11-24 02:31:24 +0000] Error handling request GET / (no record of line 12, serial 417)"

    assert redact(text) == text


def test_json_is_plain_utf8(office: Office) -> None:
    body = office.client.get(f"/{CODE}", headers={"Accept": "application/json"}).data

    assert "Củ cải trắng" in body.decode()
    assert json.loads(body)["title"] == "OCOP 4 sao, còn hiệu lực"


def test_codes_typed_by_hand_are_bounded_and_scans_are_not(office: Office) -> None:
    typed = [office.client.get("/?code=SAI").status_code for _ in range(61)]
    scanned = [office.client.get("/" + "0" * 20).status_code for _ in range(100)]

    assert typed == [400] * 60 + [429]
    assert office.client.get("/?code=SAI").headers["Retry-After"] == "60"
    assert set(scanned) == {404}
