"""Headings of columns, and the fields that they name."""

from __future__ import annotations

import unicodedata

import pytest

from labelsvc.records.columns import COLUMN, COLUMNS, column_letter, field_of, heading_key, nearest_heading


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Tên sản phẩm", "name"),
        ("ten san pham", "name"),
        ("TÊN SẢN PHẨM ", "name"),
        (unicodedata.normalize("NFD", "Tên sản phẩm"), "name"),
        ("Tên\nsản phẩm (*)", "name"),
        ("Product name", "name"),
        ("Ngày quyết định (dd/mm/yyyy)", "decision_date"),
        ("Nhãn hiệu đăng ký (®)", "registered_mark"),
        ("Tiềm năng 5 sao", "potential_five"),
        ("Quận, huyện", "district"),
        ("Mã OCOP", "ocop_code"),
        ("Lỗi", None),
        ("Giá bán", None),
        ("", None),
    ],
)
def test_headings_are_known_in_any_case_accent_and_form(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


def test_no_heading_means_two_fields() -> None:
    keys = [heading_key(heading) for column in COLUMNS for heading in column.headings]

    assert len(keys) == len(set(keys))


def test_every_field_of_a_record_has_a_column() -> None:
    from dataclasses import fields

    from labelsvc.domain.product import Product
    from labelsvc.domain.recognition import Recognition

    of_office = {"extension", "suspension", "withdrawal"}

    assert set(COLUMN) == ({f.name for f in (*fields(Product), *fields(Recognition))} - of_office) | {"quantity"}


def test_an_unknown_heading_has_a_nearest_known_one() -> None:
    assert nearest_heading("Tên sản phẩn") == "Tên sản phẩm"
    assert nearest_heading("Giá bán lẻ đề xuất") is None


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_that_a_spreadsheet_shows(index: int, letters: str) -> None:
    assert column_letter(index) == letters
