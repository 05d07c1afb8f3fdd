"""Tests of what people enter into the fields of goods classes, and of the class that a product has."""

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.entered_values import entered
from labelsvc.domain.law.goods_class import GOODS_CLASSES
from labelsvc.domain.law.nutrition import find_nutrition, parse_nutrition
from labelsvc.domain.product import Product, ProductGroup
from labelsvc.wording import Wording
from tests import CHECKOUT

G = ProductGroup


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("product_set", "5", "5"),
        ("product_set", "Bộ 5", "5"),
        ("product_set", "Bộ sản phẩm số 05", "5"),
        ("product_set", "5. Đồ ăn nhanh", "5"),
        ("goods_class", "Gốm sứ", "ceramic"),
        ("goods_class", "THỰC PHẨM BẢO VỆ SỨC KHỎE", "health_food"),
        ("goods_class", "health food", "health_food"),
        ("nutrition_exemption", "Cơ sở nhỏ lẻ", "small_maker"),
        ("nutrition_exemption", "single ingredient", "single_ingredient"),
        ("alcohol", "29,5 % vol", "29,5"),
        ("alcohol", "29.5%", "29,5"),
        ("alcohol", "40 độ", "40"),
        ("alcohol", "Độ cồn: 12% vol", "12"),
        ("production_year", "Năm 2026", "2026"),
        ("dose", "2 viên", "2 viên"),
        ("alcohol", "", ""),
    ],
)
def test_entered_texts_are_stored_in_one_form(field: str, typed: str, stored: str) -> None:
    assert entered(field, typed) == stored


def test_all_words_of_the_desk_are_entered_as_their_codes() -> None:
    words = Wording(CHECKOUT / "templates" / "wording", "vi")

    for code in GOODS_CLASSES:
        Product(name="Chè", producer="Hộ Lê", goods_class=entered("goods_class", code))
    assert all(words.has(f"law.goods_class_{code}") for code in GOODS_CLASSES)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("alcohol", "nặng"),
        ("alcohol", "0"),
        ("production_year", "26"),
        ("nutrition", "béo ngậy"),
        ("product_set", "27"),
        ("product_set", "Bộ năm"),
        ("goods_class", "đồ chơi"),
        ("nutrition_exemption", "ngon"),
    ],
)
def test_texts_that_are_not_understood_name_their_field(field: str, typed: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Product(name="Chè", producer="Hộ Lê", **{field: entered(field, typed)})

    assert refused.value.field == field


def test_nutrition_is_read_in_any_order_and_both_languages() -> None:
    vietnamese = parse_nutrition("Natri 5 mg; năng lượng: 350 kcal; chất đạm 7,5 g, carbohydrat 80 g; Chất béo 1 g")
    english = parse_nutrition("Per 100 g: energy 350 kcal; protein 7.5 g; carbohydrate 80 g; fat 1 g; sodium 5 mg")

    assert vietnamese == english
    assert [each.name for each in english.nutrients] == ["energy", "protein", "carbohydrate", "fat", "sodium"]
    assert english.nutrients[1].amount == "7,5"
    assert english.quantity == "100 g"
    assert not english.serving


@pytest.mark.parametrize(
    ("text", "quantity", "serving"),
    [
        ("Trong 100 ml: năng lượng 40 kcal", "100 ml", False),
        ("Khẩu phần 30 g: năng lượng 40 kcal", "30 g", True),
        ("Giá trị dinh dưỡng trong 1 khẩu phần (25g): Năng lượng 40 kcal", "25 g", True),
        ("per serving 30 g: energy <5 kcal", "30 g", True),
    ],
)
def test_nutrition_names_what_holds_it(text: str, quantity: str, serving: bool) -> None:
    table = parse_nutrition(text)

    assert (table.quantity, table.serving) == (quantity, serving)


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("năng lượng 350 kcal; vitamin nhiều", "law.nutrition_item", "vitamin nhiều"),
        ("năng lượng 350 kcal; canxi 5 mg", "law.nutrition_item", "canxi 5 mg"),
        ("năng lượng 350 kJ", "law.nutrition_unit", "năng lượng 350 kJ"),
        ("natri 5", "law.nutrition_unit", "natri 5"),
        ("natri 5 mg; sodium 6 mg", "law.nutrition_twice", "Natri"),
    ],
)
def test_nutrition_errors_name_what_is_not_understood(text: str, code: str, value: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_nutrition(text)

    assert refused.value.problems[0].code == code
    assert refused.value.problems[0].facts["value"] == value
    assert find_nutrition(text) is None


@pytest.mark.parametrize(
    ("name", "group", "number", "guessed"),
    [
        ("Gạo lứt", G.FOOD, "", "rice"),
        ("Bánh gạo", G.FOOD, "", "food"),
        ("Bún khô", G.FOOD, "3", "rice"),
        ("Rượu nếp", G.DRINK, "", "alcohol"),
        ("Nước mơ", G.DRINK, "", "drink"),
        ("Viên tinh nghệ", G.HERBAL, "", "health_food"),
        ("Tinh dầu sả", G.HERBAL, "", "cosmetic"),
        ("Hoa cúc sấy", G.HERBAL, "", "food"),
        ("Bộ ấm chén", G.CRAFT, "", "ceramic"),
        ("Tranh gỗ khảm trai", G.CRAFT, "", "wood"),
        ("Bàn ghế mây tre", G.CRAFT, "", "handicraft"),
        ("Khăn lụa", G.CRAFT, "21", "textile"),
        ("Tò he", G.CRAFT, "", "handicraft"),
        ("Khăn", G.CRAFT, "22", "textile"),
        ("Đào cảnh", G.ORNAMENTAL, "", "plant"),
        ("Du lịch Ba Vì", None, "26", "service"),
        ("Bộ bát đĩa gốm sứ", None, "", "ceramic"),
        ("Xoài", None, "", "food"),
    ],
)
def test_goods_class_is_guessed_from_set_group_and_name(
    name: str, group: ProductGroup | None, number: str, guessed: str
) -> None:
    product = Product(name=name, producer="Hợp tác xã", group=group, product_set=number)

    assert goods_class_of(product).value == guessed


def test_goods_class_in_the_record_wins() -> None:
    product = Product(name="Gạo lứt", producer="Hợp tác xã", product_set="3", goods_class="food")

    assert goods_class_of(product).value == "food"
