"""Values of a record's cells, from what people write for them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.product import ProductGroup, normal_text
from labelsvc.records.cells import (
    flag_of,
    gln_of,
    group_of,
    gtin_of,
    quantity_of,
    score_of,
    stars_of,
    text_of,
)
from labelsvc.records.days import day_of
from labelsvc.records.text import CellValue, clean_text, written
from labelsvc.wording import Wording
from tests import CHECKOUT

WORDS = Wording(CHECKOUT / "templates" / "wording", "vi")
CELLS = st.one_of(
    st.text(max_size=40),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.text("0123456789/.-, ★*saoĐd\u0300\u200b'=#", max_size=14),
)


def code_of(read: object, *cells: object) -> str:
    with pytest.raises(InvalidValue) as refused:
        read(*cells)
    return refused.value.problems[0].code


@pytest.mark.parametrize(
    "cell",
    [
        4,
        4.0,
        "4",
        " 4 ",
        "4 sao",
        "4 Sao",
        "4*",
        "4★",
        "4,0",
        "★★★★",
        "★★★★☆",
        "⭐⭐⭐⭐",
        "bốn sao",
        "4 stars",
        "Hạng 4 sao",
        "OCOP 4 sao",
    ],
)
def test_four_stars_are_written_in_many_ways(cell: CellValue) -> None:
    assert stars_of(cell) == 4


@pytest.mark.parametrize(
    "cell", [0, 6, 4.5, -4, "", "sáu", "44", "4-5", "3/5", True, date(2024, 4, 4), "4 sao 5", "★★★★★★"]
)
def test_ratings_outside_one_to_five_are_refused(cell: CellValue) -> None:
    assert code_of(stars_of, cell) == "records.stars"


@pytest.mark.parametrize(
    "cell",
    [
        date(2024, 3, 5),
        "05/03/2024",
        "5/3/2024",
        "5-3-2024",
        "05.03.2024",
        "5 / 3 / 2024",
        "2024-03-05",
        "2024/3/5",
        "2024-03-05 00:00:00",
        "2024-03-05T08:30",
        "05/03/2024 0:00:00",
        "ngày 5 tháng 3 năm 2024",
        "Ngày 05 tháng 03 năm 2024",
    ],
)
def test_a_day_is_read_day_first_or_year_first(cell: CellValue) -> None:
    assert day_of(cell, 2027) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/02/2026", "records.day_not_in_month"),
        ("29/02/2025", "records.day_not_in_month"),
        ("0/3/2024", "records.day_not_in_month"),
        ("12/31/2024", "records.day_month"),
        ("2024-13-01", "records.day_month"),
        ("05/03/24", "records.day_two_digit_year"),
        ("45356", "records.day_as_number"),
        (45356.0, "records.day_as_number"),
        (2024, "records.day_as_number"),
        ("tháng 3/2024", "records.day"),
        ("36 tháng", "records.day"),
        (True, "records.day"),
        ("05/03/2017", "records.day_too_early"),
        (date(1900, 1, 5), "records.day_too_early"),
        ("05/03/2028", "records.day_too_late"),
        ("05/03/9999", "records.day_too_late"),
        ("05/03/0000", "records.day_not_in_month"),
    ],
)
def test_impossible_days_are_refused_with_the_right_form(cell: CellValue, code: str) -> None:
    assert code_of(day_of, cell, 2027) == code


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        (2000, 2000),
        (2000.0, 2000),
        ("2000", 2000),
        ("2.000", 2000),
        ("2,000", 2000),
        ("2 000", 2000),
        ("1.048.575", 1048575),
        ("2000.0", 2000),
        ("2\u00a0000", 2000),
        ("12,00", 12),
    ],
)
def test_a_quantity_is_a_whole_number_with_or_without_thousands(cell: CellValue, quantity: int) -> None:
    assert quantity_of(cell) == quantity


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (0, "records.quantity_range"),
        ("0", "records.quantity_range"),
        (-5, "records.quantity_range"),
        ("-5", "records.quantity_range"),
        (1_048_576, "records.quantity_range"),
        (10**30, "records.quantity_range"),
        (1.5, "records.quantity"),
        ("1,5", "records.quantity"),
        ("1.0000", "records.quantity"),
        ("2.000,5", "records.quantity"),
        ("1.000,000", "records.quantity"),
        ("2000 tem", "records.quantity"),
        ("hai nghìn", "records.quantity"),
        ("1e3", "records.quantity"),
        (float("nan"), "records.quantity"),
        (float("inf"), "records.quantity"),
        (True, "records.quantity"),
        (date(2024, 1, 1), "records.quantity"),
    ],
)
def test_invalid_quantities_are_refused(cell: CellValue, code: str) -> None:
    assert code_of(quantity_of, cell) == code


@pytest.mark.parametrize(
    ("cell", "score"), [(85.5, 85.5), ("85,5", 85.5), ("85.5", 85.5), (100, 100), (0, 0), ("7", 7)]
)
def test_a_score_has_a_comma_or_a_point(cell: CellValue, score: float) -> None:
    assert score_of(cell) == score


@pytest.mark.parametrize("cell", [100.1, -1, "85/100", "tám mươi", "1e1", float("nan"), False])
def test_invalid_scores_are_refused(cell: CellValue) -> None:
    assert code_of(score_of, cell) == "records.score"


@pytest.mark.parametrize("cell", ["x", "X", "Có", "co", "CÓ", "1", 1, 1.0, True, "✓", "đúng", "yes", "®", "Co\u0301"])
def test_a_yes_is_a_cross_a_tick_or_a_word(cell: CellValue) -> None:
    assert flag_of(cell) is True


@pytest.mark.parametrize("cell", ["không", "Khong", 0, False, "no", "0"])
def test_a_no_is_a_word_or_a_zero(cell: CellValue) -> None:
    assert flag_of(cell) is False


def test_values_other_than_yes_and_no_are_refused() -> None:
    assert code_of(flag_of, "có thể") == "records.flag"


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ("Thực phẩm", ProductGroup.FOOD),
        ("THỰC PHẨM CHẾ BIẾN", ProductGroup.FOOD),
        ("Đồ uống có cồn", ProductGroup.DRINK),
        ("Dược liệu và sản phẩm từ dược liệu", ProductGroup.HERBAL),
        ("Thảo dược", ProductGroup.HERBAL),
        ("Hàng thủ công mỹ nghệ", ProductGroup.CRAFT),
        ("Thủ công mỹ nghệ, trang trí", ProductGroup.CRAFT),
        ("Sinh vật cảnh", ProductGroup.ORNAMENTAL),
        ("Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch", ProductGroup.TOURISM),
        ("Food", ProductGroup.FOOD),
    ],
)
def test_a_group_is_known_by_its_words(cell: str, group: ProductGroup) -> None:
    assert group_of(cell) is group


@pytest.mark.parametrize("cell", ["Nhóm 1", "Thực phẩm và đồ uống", "khác"])
def test_unknown_or_double_groups_are_refused(cell: str) -> None:
    assert code_of(group_of, cell) == "records.group"


def test_bar_codes_keep_their_digits() -> None:
    assert gtin_of(8938505974194.0) == "8938505974194"
    assert gtin_of("893 8505 974194") == "8938505974194"
    assert gln_of("8938505974194") == "8938505974194"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("8938505974195", "product.gtin"),
        ("12345", "product.gtin_length"),
        ("8.93851E+12", "records.digits_lost"),
        ("abc", "product.gtin_length"),
    ],
)
def test_bar_codes_with_wrong_or_lost_digits_are_refused(cell: str, code: str) -> None:
    assert code_of(gtin_of, cell) == code


def test_text_is_nfc_without_unprintable_characters() -> None:
    cell = unicodedata.normalize("NFD", " Trà\u00a0 sen\u200b\n Tây Hồ\x07\ufeff ")

    assert text_of(cell, 300) == "Trà sen Tây Hồ"


def test_letters_that_only_look_like_vietnamese_become_vietnamese() -> None:
    assert text_of("Ðậu phụ Ɖông Anh", 300) == "Đậu phụ Đông Anh"


@pytest.mark.parametrize(("cell", "text"), [(500.0, "500"), (0.5, "0,5"), (123456789012.0, "123456789012")])
def test_a_number_becomes_the_text_that_a_spreadsheet_shows(cell: CellValue, text: str) -> None:
    assert text_of(cell, 300) == text


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Tr\ufffd sen", "records.broken_letters"),
        ("TrÃ¡i cÃ¢y", "records.garbled"),
        ("Ä‘áº­u phá»¥", "records.garbled"),
        ("\ue001", "records.broken_letters"),
        ("=1+1", "records.formula"),
        (' =HYPERLINK("http://x","y")', "records.formula"),
        ("#REF!", "records.error_cell"),
        ("#N/A", "records.error_cell"),
        ("Err:502", "records.error_cell"),
        ("a" * 301, "records.too_long"),
        (date(2024, 12, 1), "records.turned_into_day"),
    ],
)
def test_text_that_would_print_wrong_is_refused(cell: CellValue, code: str) -> None:
    assert code_of(text_of, cell, 300) == code


@pytest.mark.parametrize(
    "text",
    ["XÃ\u00a0ĐẠI YÊN", "XÃ–PHƯỜNG", "«Trà đá»…", "LÀNG XÃ”", "MÁ–BA", "Má ơi", "Ngũ Xã", "'Tis", "#1", "Err: x"],
)
def test_good_text_is_not_taken_for_broken(text: str) -> None:
    assert clean_text(text) == normal_text(text)


@given(CELLS)
def test_any_cell_is_read_or_refused_with_a_reason(cell: CellValue) -> None:
    reasons = []
    for read in (stars_of, score_of, quantity_of, flag_of, group_of, gtin_of, gln_of, lambda c: day_of(c, 2027)):
        try:
            read(cell)
        except InvalidValue as error:
            reasons += [WORDS.explain(problem) for problem in error.problems]

    assert all(reasons)


@given(st.text(max_size=60))
def test_text_that_is_accepted_is_normal(text: str) -> None:
    try:
        clean = clean_text(text)
    except InvalidValue:
        return

    assert clean == normal_text(clean)


@given(st.one_of(st.integers(-(10**14), 10**14), st.floats(0, 1e9), st.dates(date(2018, 1, 1), date(2027, 1, 1))))
def test_what_is_written_of_a_value_reads_as_the_same_value(value: CellValue) -> None:
    text = written(value)

    if isinstance(value, date):
        assert day_of(text, 2027) == value
    else:
        assert float(text.replace(",", ".")) == value
