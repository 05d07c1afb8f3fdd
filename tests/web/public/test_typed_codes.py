"""Codes in addresses and typed by hand: found in any spelling, explained where they are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelsvc.domain.label_code import in_fives
from tests.offices.page_outline import outline
from tests.offices.verification_office import (
    CODE,
    Office,
)


@pytest.fixture
def office() -> Office:
    return Office()


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


def test_codes_typed_by_hand_are_bounded_and_scans_are_not(office: Office) -> None:
    typed = [office.client.get("/?code=SAI").status_code for _ in range(61)]
    scanned = [office.client.get("/" + "0" * 20).status_code for _ in range(100)]

    assert typed == [400] * 60 + [429]
    assert office.client.get("/?code=SAI").headers["Retry-After"] == "60"
    assert set(scanned) == {404}
