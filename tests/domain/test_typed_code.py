"""Codes as people type them: every spelling is read, and what is wrong with one is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.label_code import ALPHABET, LENGTH, in_fives
from labelsvc.domain.typed_code import read_typed

CODE = "7K3QX9ZT4M2B8RVC5WHD"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "7K3QX 9ZT4M 2B8RV C5WHD",
        "7k3qx-9zt4m-2b8rv-c5whd",
        "\t7K3QX–9ZT4M—2B8RV−C5WHD\r\n",
        "7K3QX\u00a09ZT4M\u200b2B8RVC5WHD",
        f"HTTPS://OCOP.HANOI.EXAMPLE/{CODE}",
        f"https://ocop.hanoi.example/{CODE.lower()}/",
        f"ocop.hanoi.example/{CODE}?lang=en#top",
        f"HTTPS://OCOP.HANOI.EXAMPLE/01/08934567890123/21/{CODE}",
        f"/01/08934567890123/21/{CODE.lower()}",
        "http://192.168.1.7:8000/7K3QX%209ZT4M%202B8RV%20C5WHD",
        "\uff17K3QX9ZT4M2B8RVC5WHD",
    ],
)
def test_a_code_is_read_in_every_spelling(typed: str) -> None:
    assert read_typed(typed).code == CODE


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert read_typed("oOiIl LQQQQ QQQQQ QQQQQ").code == "001111" + "Q" * 14


@pytest.mark.parametrize(
    ("typed", "wrong", "missing"),
    [
        ("", (), 20),
        (CODE[:17], (), 3),
        (CODE + "0", (), -1),
        (CODE[:-1] + "U", ("U",), 0),
        ("7K3QX 9ZT4M 2B8RÊ C5WHĐ", ("Ê", "Đ"), 0),
        ("??7K3QX9ZT4M2B8RVC5WHD??", ("?",), -4),
    ],
)
def test_faults_of_typed_codes_are_explained(typed: str, wrong: tuple[str, ...], missing: int) -> None:
    read = read_typed(typed)

    assert (read.code, read.wrong, read.missing) == (None, wrong, missing)


def test_a_vietnamese_input_method_is_recognised() -> None:
    assert read_typed("7K3QX 9ZT4M 2B8RÊ C5WHD").vietnamese_typing
    assert not read_typed("7K3QX 9ZT4M 2B8R? C5WHD").vietnamese_typing


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH), st.sampled_from([" ", "-", "–", "\u00a0", ""]))
def test_any_code_survives_being_typed(code: str, between: str) -> None:
    assert read_typed(in_fives(code).replace(" ", between).lower()).code == code


@given(st.text(max_size=60))
def test_reading_never_fails_and_codes_are_always_twenty_letters(typed: str) -> None:
    read = read_typed(typed)

    assert read.code is None or (len(read.code) == LENGTH and set(read.code) <= set(ALPHABET))
    assert read.code or read.wrong or read.missing
