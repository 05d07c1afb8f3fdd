"""What goods labels say by goods class, and the nutrition table (decree 37/2026, annex I; circular 29/2023)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labelsvc.domain.product import Product
from labelsvc.rendering.design.drawing import draw
from labelsvc.rendering.design.fields.fitted_row import FittedRow
from labelsvc.rendering.design.fields.fitted_rows import FittedFields
from labelsvc.rendering.design.filling import FilledLabel, fill, label_texts
from labelsvc.rendering.typesetting.font_book import FontUse
from tests.samples.labels_on_paper import ROOM, facts

GOODS = ["nhan-60x90", "nhan-100x70"]
FIVE = "năng lượng 350 kcal; chất đạm 7 g; carbohydrat 80 g; chất béo 1 g; natri 5 mg"
EIGHT = f"Khẩu phần 30 g: {FIVE}; đường 12,5 g; chất béo bão hòa 9,5 g; chất xơ 3 g"
PLAIN = Product(name="Sen Hồ Tây", producer="Hợp tác xã Sen Hồ Tây", commune="Tây Hồ", origin="Việt Nam")
COMPLETE = Product(
    name="Gạo nếp cái hoa vàng",
    brand="Nếp Vàng Đông Anh",
    producer="Hợp tác xã Dịch vụ nông nghiệp tổng hợp Thụy Lâm",
    commune="Thụy Lâm",
    net_content="500 g",
    ingredients="Gạo nếp cái hoa vàng 85 %, đậu xanh 10 %, đường, muối, lá dứa",
    storage="Nơi khô mát, tránh ánh nắng trực tiếp, 5–25 °C",
    shelf_life="12 tháng kể từ NSX",
    directions="Vo sạch, nấu với nước theo tỷ lệ 1 : 1,2; dùng ngay khi còn nóng",
    warnings="Không dùng khi bao bì rách hoặc có mùi lạ",
    origin="Việt Nam",
)
LINES = {
    "rice": ["Khối lượng tịnh", "HSD"],
    "food": ["Khối lượng tịnh", "Thành phần", "HSD", "Cách dùng", "Bảo quản"],
    "drink": ["Khối lượng tịnh", "Thành phần", "HSD", "Cách dùng", "Bảo quản"],
    "alcohol": ["Khối lượng tịnh", "Hàm lượng ethanol"],
    "health_food": ["Khối lượng tịnh", "Thành phần", "HSD", "Đối tượng", "Liều dùng", "Cách dùng", "Cảnh báo"],
    "cosmetic": ["Khối lượng tịnh", "Thành phần", "Cách dùng", "Cảnh báo"],
    "textile": ["Thành phần", "Thông số", "Năm sản xuất", "Cách dùng", "Cảnh báo", "Làng nghề"],
    "ceramic": ["Thông số", "Cách dùng", "Làng nghề"],
    "plant": ["Khối lượng tịnh", "Đặc tính", "HSD", "Cách dùng", "Cảnh báo", "Số lưu hành"],
}
DATES = {"cosmetic": 2, "plant": 2, "textile": 0, "ceramic": 0}
"""Lines for NSX and lot, which the producer writes or stamps: nothing is warned of; 1 where a class is not named."""


def label_of(name: str, product: Product) -> FilledLabel:
    return fill(ROOM.design(name), replace(facts(), product=product))


def row_of(label: FilledLabel, name: str) -> FittedRow:
    rows = next(item.rows for item in label.fitted if isinstance(item, FittedFields))
    return next(row for row in rows if row.name == name and (row.table or name != "Dinh dưỡng"))


def words_of(label: FilledLabel) -> str:
    return " ".join(" ".join(text.lines) for text in label_texts(label))


@pytest.mark.parametrize("name", GOODS)
@pytest.mark.parametrize("goods_class", LINES)
def test_each_class_has_lines_for_what_the_record_lacks(name: str, goods_class: str) -> None:
    label = label_of(name, replace(PLAIN, goods_class=goods_class))

    art = draw(label, FontUse())

    assert [warning.facts["fields"] for warning in label.warnings] == [LINES[goods_class]]
    assert art.count(b" l S") == len(LINES[goods_class]) + DATES.get(goods_class, 1)
    assert art.count(b" re S") == 0


@pytest.mark.parametrize("name", GOODS)
def test_health_food_has_its_fixed_sentences_and_others_have_not(name: str) -> None:
    sentences = (
        "Thực phẩm bảo vệ sức khỏe",
        "Thực phẩm này không phải là thuốc, không có tác dụng thay thế thuốc chữa bệnh",
    )

    health, food = (words_of(label_of(name, replace(PLAIN, goods_class=each))) for each in ("health_food", "food"))

    assert all(sentence in health for sentence in sentences)
    assert not any(sentence in food for sentence in sentences)


@pytest.mark.parametrize("name", GOODS)
def test_classes_say_what_only_they_have(name: str) -> None:
    rum = words_of(label_of(name, replace(PLAIN, goods_class="alcohol", alcohol="29,5", net_content="500 ml")))
    silk = words_of(label_of(name, replace(PLAIN, goods_class="textile", production_year="2026", technical_data="2 m")))

    assert "Thể tích thực 500 ml Hàm lượng ethanol 29,5 % vol" in rum
    assert "Thông số 2 m Năm sản xuất 2026" in silk


@pytest.mark.parametrize("name", GOODS)
def test_nutrition_is_a_table_that_reads_down_its_columns(name: str) -> None:
    label = label_of(name, replace(PLAIN, goods_class="food", nutrition=EIGHT))

    table = row_of(label, "Dinh dưỡng").table
    assert table is not None
    assert "Giá trị dinh dưỡng trong một khẩu phần 30 g" in words_of(label)
    said = [(" ".join(cell.name.lines), " ".join(cell.amount.lines)) for cell in table.cells]
    assert [*said[::2], *said[1::2]] == [
        ("Năng lượng", "350 kcal"), ("Chất đạm", "7 g"), ("Carbohydrat", "80 g"), ("Đường tổng số", "12,5 g"),
        ("Chất béo", "1 g"), ("Chất béo bão hòa", "9,5 g"), ("Chất xơ", "3 g"), ("Natri", "5 mg"),
    ]  # fmt: skip
    assert len(table.rules_pt) == 5


@pytest.mark.parametrize("name", GOODS)
def test_a_complete_record_fits_with_its_nutrition(name: str) -> None:
    label = label_of(name, replace(COMPLETE, goods_class="food", nutrition=FIVE))

    assert label.warnings == ()
    assert min(text.size_pt for text in label_texts(label)) >= 4.9


def test_a_quantity_of_packs_stands_below_its_label_if_lower() -> None:
    short, long = (
        row_of(label_of("nhan-60x90", replace(COMPLETE, net_content=said)), "Khối lượng tịnh")
        for said in ("200 g", "200 g (10 gói x 20 g)")
    )

    assert (short.drop_pt, short.wide) == (0.0, False)
    assert len(long.value.lines) == 1
    assert long.drop_pt > short.label.size_pt
    assert long.wide


def test_a_class_counts_only_by_its_whole_name() -> None:
    label = label_of("nhan-60x90", replace(COMPLETE, goods_class="food"))

    assert not {"Đối tượng", "Liều dùng"} & {text.field for text in label_texts(label)}
