"""Two spellings of one name: what is most likely a slip of the keyboard, and what never is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.product import name_key
from labelsvc.domain.twin_names import twin_key

TWINS = [
    ("Trà hòa tan", "Trà hoà tan"),
    ("Thủy sản", "Thuỷ sản"),
    ("Mật ong Quý", "Mật ong Quí"),
    ("Mỹ Đức", "Mĩ Đức"),
    ("Trà “sen” Tây Hồ", 'Trà "sen" Tây Hồ'),
    ("Trà - sen", "Trà – sen"),
    ("Chè\u200b lam", "Chè lam"),
    ("Chè\u2800lam", "Chèlam"),
    ("\u3164Chè lam", "Chè lam"),
    ("Chè\u00adlam", "Chèlam"),
    ("Chè lam", "CHÈ LAM"),
    ("Chè  lam", "Chè lam."),
    (unicodedata.normalize("NFD", "Bưởi Diễn"), "Bưởi Diễn"),
]
STRANGERS = [
    ("Trầm", "Trám"),
    ("Tay", "Tai"),
    ("Thúy", "Thúi"),
    ("Mật ong 1+1", "Mật ong 11"),
    ("Bún khô", "Bún khó"),
    ("Đậu", "Dậu"),
    ("Trà sen loại 1", "Trà sen loại 2"),
    ("Chè lam", "Chè lam gừng"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_spellings_of_one_name_are_twins(one: str, other: str) -> None:
    assert twin_key(one) == twin_key(other)


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_different_names_are_no_twins(one: str, other: str) -> None:
    assert twin_key(one) != twin_key(other)


@given(st.text(max_size=40))
def test_names_with_one_key_are_twins(name: str) -> None:
    assert twin_key(name) == twin_key(name_key(name))
