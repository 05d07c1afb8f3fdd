"""The lines of a label, as shops online show them, for goods of every class."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.label_content import label_content
from labelsvc.domain.product import Product
from labelsvc.workflows.law_files import read_law
from tests import CHECKOUT

BOOK, TODAY = read_law(CHECKOUT / "templates" / "law"), date(2026, 11, 24)
FACTS = {
    "net_content": "500g",
    "ingredients": "Củ cải",
    "shelf_life": "6 tháng",
    "storage": "Nơi khô",
    "warnings": "Không dùng khi mốc",
    "nutrition": "Trong 100 g: năng lượng 350 kcal",
    "alcohol": "29,5",
    "origin": "Việt Nam",
}


def lines(goods_class: str, **facts: str) -> dict[str, str]:
    product = Product(name="Sản phẩm", producer="HTX", address="Thôn 2", goods_class=goods_class, **(FACTS | facts))
    return {text: name for name, text in label_content(product, BOOK, TODAY)}


@pytest.mark.parametrize("goods_class", [each.value for each in GoodsClass if each is not GoodsClass.SERVICE])
def test_no_fact_on_record_is_lost_in_any_class(goods_class: str) -> None:
    said = lines(goods_class)

    assert {"Sản phẩm", "HTX", "Củ cải", "6 tháng", "Nơi khô", "Không dùng khi mốc", "Việt Nam"} <= {
        part for text in said for part in text.split("; ")
    }
    assert all(said[text] for text in ("Sản phẩm", "HTX", "Việt Nam"))


def test_a_service_has_no_label() -> None:
    assert lines("service") == {}


def test_quantities_and_alcohol_stand_as_the_law_writes_them() -> None:
    assert {"500 g", "29,5 % vol"} <= lines("alcohol").keys()


def test_health_food_says_that_it_is_no_medicine() -> None:
    assert any("không phải là thuốc" in text for text in lines("health_food"))


def test_what_the_record_lacks_is_left_out() -> None:
    product = Product(name="Sản phẩm", producer="HTX")

    assert [text for _, text in label_content(product, BOOK, TODAY)][:2] == ["Sản phẩm", "HTX"]
    assert all(text for _, text in label_content(product, BOOK, TODAY))
