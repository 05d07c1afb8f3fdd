"""The fields that goods of a class are asked for."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from labelsvc.domain.law.goods_class import GoodsClass
from labelsvc.domain.law.wanted_fields import wanted_fields
from labelsvc.domain.product import Product
from labelsvc.workflows.law_files import read_law
from tests import CHECKOUT

BOOK, TODAY = read_law(CHECKOUT / "templates" / "law"), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("goods", "wanted", "unwanted"),
    [
        (GoodsClass.FOOD, {"net_content", "ingredients", "nutrition", "nutrition_exemption"}, {"alcohol", "dose"}),
        (GoodsClass.ALCOHOL, {"alcohol", "net_content"}, {"nutrition", "technical_data"}),
        (GoodsClass.CERAMIC, {"technical_data", "craft_village"}, {"net_content", "nutrition", "dose"}),
        (GoodsClass.HEALTH_FOOD, {"dose", "target_users"}, {"production_year", "craft_village"}),
        (GoodsClass.SERVICE, set(), {"net_content", "ingredients"}),
    ],
)
def test_a_class_wants_its_own_fields_alone(goods: GoodsClass, wanted: set[str], unwanted: set[str]) -> None:
    found = wanted_fields(BOOK.on(TODAY, goods))

    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize("goods", list(GoodsClass))
def test_all_that_is_wanted_is_a_field_of_products(goods: GoodsClass) -> None:
    assert wanted_fields(BOOK.on(TODAY, goods)) <= {field.name for field in fields(Product)}
