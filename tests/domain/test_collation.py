"""The order of Vietnamese names."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.collation import collation_key
from labelsvc.domain.product import Product
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.lists.product_lists import ProductLists
from labelsvc.storage.products.product_editing import ProductEditing

DICTIONARY = (
    "1 viên", "Áo dài", "Ăn chay", "Âm nhạc", "Ba Vì", "Bánh cốm", "Củ cải", "Dưa", "Đàn bầu", "Đậu phụ", "Đông Anh",
    "Ê đê", "Ốc", "Ôm", "Ơn", "Tây Hồ", "Tra", "Trà", "Trả", "Trã", "Trá", "Trạ", "Tra cứu", "Trà sen", "Trá sen",
    "Trà xanh", "Trám", "Trầm", "Ứng Hòa", "Ứng Hòa 2", "Ưu", "Yên",
)  # fmt: skip


def test_names_stand_as_in_a_vietnamese_dictionary() -> None:
    assert sorted(set(DICTIONARY), key=collation_key) == list(DICTIONARY)


def test_case_and_the_way_that_marks_are_written_make_no_difference() -> None:
    assert collation_key("ĐẬU PHỤ") == collation_key(unicodedata.normalize("NFD", "Đậu phụ"))


def test_keys_are_lower_case_alphanumeric_so_every_database_sorts_alike() -> None:
    keys = "".join(map(collation_key, (*DICTIONARY, "Ω mega", "Ça va", "«Chè» (100 %)")))

    assert keys.isascii()
    assert keys.isalnum()
    assert keys == keys.lower()


def test_lists_of_products_producers_and_places_stand_in_this_order(database: Database) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    for name, producer, district in (
        ("Trà sen", "Yên Viên", "Ứng Hòa"),
        ("Đậu phụ", "Đông Cao", "Tây Hồ"),
        ("Áo dài", "Ánh Dương", "Đông Anh"),
    ):
        ProductEditing(database).add(
            Product(name=name, producer=producer, district=district), ChangeContext("cli", now)
        )
    lists, today = ProductLists(database), now.date()

    by_name = [row.name for row in lists.page(ProductFilter(), today).rows]
    by_producer = [row.producer for row in lists.page(ProductFilter(), today, sort="producer", down=True).rows]

    assert by_name == ["Áo dài", "Đậu phụ", "Trà sen"]
    assert by_producer == ["Yên Viên", "Đông Cao", "Ánh Dương"]
    assert [one.name for one in lists.producers("", today)[0]] == ["Ánh Dương", "Đông Cao", "Yên Viên"]
    assert [district for district, _ in lists.places()] == ["Đông Anh", "Tây Hồ", "Ứng Hòa"]
