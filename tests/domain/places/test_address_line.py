"""Addresses with commune and district in one line: each is named once, and nothing is lost."""

from __future__ import annotations

import pytest

from labelsvc.domain.places.address_line import joined_place
from labelsvc.domain.places.address_units import place_line
from labelsvc.domain.product import DistrictProduct, EarlierProduct, Product


@pytest.mark.parametrize(
    ("address", "commune", "district", "line"),
    [
        ("xã Thạch Xá", "Thạch Xá", "", "xã Thạch Xá"),
        ("Thôn 2, xã Thạch Xá", "Thạch Xá", "Thạch Thất", "Thôn 2, xã Thạch Xá, Thạch Thất"),
        ("THÔN 2, XÃ THẠCH XÁ", "Thạch Xá", "", "THÔN 2, XÃ THẠCH XÁ"),
        ("Thôn 2; Thạch Xá", "Xã Thạch Xá", "", "Thôn 2; Thạch Xá"),
        ("P.Quảng An - Q. Tây Hồ", "Phường Quảng An", "Tây Hồ", "P.Quảng An - Q. Tây Hồ"),
        ("xã Thạch Xá, huyện Thạch Thất, Hà Nội", "Thạch Xá", "Thạch Thất", "xã Thạch Xá, huyện Thạch Thất, Hà Nội"),
        ("Số 8 Trần Phú, TP. Hà Nội", "Hà Đông", "", "Số 8 Trần Phú, Hà Đông, TP. Hà Nội"),
        ("", "Đông Anh", "Đông Anh", "Đông Anh"),
    ],
)
def test_places_named_in_the_address_are_not_repeated(address: str, commune: str, district: str, line: str) -> None:
    assert joined_place(address, commune, district) == line


@pytest.mark.parametrize(
    ("address", "commune", "district", "line"),
    [
        ("Thôn Thạch", "Thạch Xá", "", "Thôn Thạch, Thạch Xá"),
        ("Thôn Thạch Xá", "Thạch Xá", "", "Thôn Thạch Xá, Thạch Xá"),
        ("Thôn 5, huyện Ba Vì", "Ba Vì", "", "Thôn 5, huyện Ba Vì, Ba Vì"),
        ("Số 3, đường Hà Nội", "Phú Túc", "Phú Xuyên", "Số 3, đường Hà Nội, Phú Túc, Phú Xuyên"),
        ("", "Thạch Xá", "Thạch Thất", "Thạch Xá, Thạch Thất"),
        ("", "", "", ""),
    ],
)
def test_merely_similar_place_names_are_kept(address: str, commune: str, district: str, line: str) -> None:
    assert joined_place(address, commune, district) == line


def test_batches_of_before_print_the_place_as_they_did() -> None:
    product = Product(name="Chè", producer="A", address="xã Thạch Xá", commune="Thạch Xá", district="Thạch Thất")

    assert DistrictProduct.from_product(product).place == "xã Thạch Xá, Thạch Thất"
    assert EarlierProduct.from_product(product).place == "xã Thạch Xá, Thạch Xá, Thạch Thất"


@pytest.mark.parametrize(
    ("address", "commune", "district", "line"),
    [
        ("Thôn 2", "Xã Tây Phương", "Thạch Thất", "Thôn 2, Xã Tây Phương"),
        ("Thôn 2 xã Tây Phương", "Xã Tây Phương", "Huyện Thạch Thất", "Thôn 2 xã Tây Phương"),
        ("Xóm 5", "Đồng Kỵ", "Từ Sơn", "Xóm 5, Đồng Kỵ, Từ Sơn"),
        ("", "", "Q. Tây Hồ", ""),
    ],
)
def test_labels_of_today_name_no_former_district(address: str, commune: str, district: str, line: str) -> None:
    assert place_line(address, commune, district) == line
