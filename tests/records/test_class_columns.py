"""Columns of what goods classes need, read from a whole file."""

from labelsvc.records.records_file import RecordsFile
from tests.samples.records_files import HEADINGS, TEA, csv_of, read, refusals

NUTRITION = "Trong 100 g: năng lượng 350 kcal; chất đạm 7 g"


def _read(headings: tuple[str, ...], cells: tuple[object, ...]) -> RecordsFile:
    return read(csv_of((*HEADINGS, *headings), (*TEA, *cells)))


def test_class_columns_are_read_as_people_write_them() -> None:
    found = _read(
        ("Bộ sản phẩm", "Loại hàng hóa", "Giá trị dinh dưỡng", "Miễn ghi dinh dưỡng", "Độ cồn", "Năm SX", "Chất liệu"),
        ("Bộ 11", "Thực phẩm", NUTRITION, "Chè, cà phê", "29.5%", "2026", "Lụa tơ tằm"),
    )
    product = found.rows[0].product

    assert (product.product_set, product.goods_class, product.nutrition_exemption) == ("11", "food", "plain_tea_coffee")
    assert (product.nutrition, product.alcohol, product.production_year) == (NUTRITION, "29,5", "2026")
    assert product.ingredients == "Lụa tơ tằm"


def test_class_columns_are_refused_with_their_cell() -> None:
    found = _read(("Bộ sản phẩm", "Giá trị dinh dưỡng", "Độ cồn"), ("31", "nhiều chất", "mạnh"))

    assert refusals(found) == [["law.nutrition_item", "law.alcohol", "product.product_set"]]


def test_words_for_nothing_leave_class_columns_empty() -> None:
    found = _read(("Độ cồn", "Giá trị dinh dưỡng"), ("-", "Không có"))

    assert (found.rows[0].product.alcohol, found.rows[0].product.nutrition) == ("", "")
