"""Rows judged with their sheet in view: words for nothing, doubtful columns, sections, signatures, unread sheets."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.product import ProductGroup
from labelsvc.records.records_file import RecordsFile, read_records
from tests.samples.records_files import BOWL, HEADINGS, TEA, TODAY, VIETNAMESE, csv_of, read, refusals, whys, xlsx_of


def converted(content: bytes) -> RecordsFile:
    from io import BytesIO

    return read_records(BytesIO(content), "a.csv", TODAY, convert_legacy=True)


@pytest.mark.parametrize(
    "word", ["N/A", "nan", "NULL", "None", "Không có", "không", "-", ".", "…", "#", "(blank)", "Chưa đăng ký nhãn hiệu"]
)
def test_words_for_nothing_are_no_brand(word: str) -> None:
    (row,) = read(csv_of((*HEADINGS, "Nhãn hiệu"), (*TEA, word))).rows

    assert row.product.brand == ""


@pytest.mark.parametrize("word", ["N/A", "NULL", "Không có", "-"])
def test_words_for_nothing_are_no_name(word: str) -> None:
    assert refusals(read(csv_of(HEADINGS, (word, *TEA[1:])))) == [["records.missing"]]


def test_a_truth_value_is_no_name_and_no_brand() -> None:
    found = read(xlsx_of(("Tờ", [(*HEADINGS, "Nhãn hiệu"), (True, *TEA[1:], ""), (*TEA, False)])), "a.xlsx")

    assert refusals(found) == [["records.truth_value"]] * 2


@pytest.mark.parametrize("word", ["Na", "Nan Việt", "Không Gian Xanh", "NULL Coffee", "K", "Minus –"])
def test_brands_that_look_like_nothing_stay(word: str) -> None:
    rows = read(csv_of((*HEADINGS, "Nhãn hiệu"), (*TEA, word))).rows

    assert word == "K" or rows[0].product.brand == word


def test_month_first_columns_are_never_stored_day_first() -> None:
    rows = [(f"Trà {day}", *TEA[1:3], day) for day in ("03/25/2025", "03/04/2025", "04/04/2025", "2025-03-04")]

    found = read(csv_of(HEADINGS, *rows))

    assert refusals(found) == [["records.day_month"], ["records.day_either"]]
    assert [row.recognition.decision_date for row in found.rows] == [date(2025, 4, 4), date(2025, 3, 4)]
    assert "03/04/2025 hoặc 04/03/2025" in VIETNAMESE.explain(found.refused[1].problems[0])


def test_one_typing_error_does_not_make_a_column_month_first() -> None:
    rows = [(f"Trà {day}", *TEA[1:3], day) for day in ("25/03/2025", "26/03/2025", "03/27/2025", "03/04/2025")]

    assert len(read(csv_of(HEADINGS, *rows)).rows) == 3


@pytest.mark.parametrize(
    ("stars", "potential"),
    [("5 sao (tiềm năng)", True), ("4 sao, tiềm năng 5 sao", True), ("IV", False), ("Hạng 4 sao", False)],
)
def test_stars_are_read_with_their_potential(stars: str, potential: bool) -> None:
    (row,) = read(csv_of(HEADINGS, (*TEA[:2], stars, TEA[3]))).rows

    assert (row.recognition.stars, row.recognition.potential_five) == (4, potential)


def test_a_flag_that_contradicts_the_stars_is_refused() -> None:
    rows = csv_of((*HEADINGS, "Tiềm năng 5 sao"), (*TEA[:2], "5 sao (tiềm năng)", TEA[3], "Không"))

    assert refusals(read(rows)) == [["records.says_otherwise"]]


@pytest.mark.parametrize("heading", ["Số quyết định", "Số, ngày quyết định", "Quyết định"])
def test_number_and_day_of_a_decision_may_share_a_cell(heading: str) -> None:
    found = read(
        csv_of((*HEADINGS[:3], heading), (*TEA[:3], "6521/QĐ-UBND ngày 25/12/2025"), (*BOWL[:3], "12/QĐ-UBND"))
    )

    recognition = found.rows[0].recognition
    assert (recognition.decision_number, recognition.decision_date) == ("6521/QĐ-UBND", date(2025, 12, 25))
    assert refusals(found) == [["records.day_missing"]]


def test_group_rows_and_signatures_are_understood() -> None:
    found = read(
        csv_of(
            ("STT", *HEADINGS, "Ghi chú"),
            ("I", "Nhóm thực phẩm", "", "", "", ""),
            ("1", *TEA, ""),
            ("II · Nhóm đồ uống", "", "", "", "", ""),
            ("1", *BOWL, ""),
            ("", "Người lập biểu", "Thủ trưởng đơn vị", "", "", ""),
            ("", "(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)", "", "", ""),
            ("", "Nguyễn Văn A", "Trần Thị B", "", "", ""),
        )
    )

    assert [row.product.group for row in found.rows] == [ProductGroup.FOOD, ProductGroup.DRINK]
    assert not found.refused
    assert whys(found.warnings).count("records.title_skipped") == 3


def test_rows_of_a_sheet_with_an_unknown_heading_are_refused_rows() -> None:
    unknown = ("Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày công bố QĐ")

    found = read(xlsx_of(("Một", [HEADINGS, TEA]), ("Hai", [unknown, BOWL, TEA])), "a.xlsx")

    assert len(found.rows) == 1
    assert [row.place.row for row in found.refused] == [2, 3]
    said = VIETNAMESE.explain(found.unreadable[0])
    assert "«Ngày quyết định»" in said
    assert "«Chủ thể»" in said
    assert "D «Ngày công bố QĐ»" in said


def test_garbled_cells_are_refused_with_the_likely_text() -> None:
    found = read(csv_of((*HEADINGS, "Địa chỉ"), ("Gèm ViÖt", *TEA[1:], "X· B¸t Trµng")))

    assert refusals(found) == [["records.garbled", "records.garbled"]]
    assert "«Gốm Việt»" in VIETNAMESE.explain(found.refused[0].problems[0])
    assert [(each.before, each.after) for each in found.conversions] == [
        ("Gèm ViÖt", "Gốm Việt"),
        ("X· B¸t Trµng", "Xã Bát Tràng"),
    ]


def test_garbled_cells_are_converted_on_request_also_under_garbled_headings() -> None:
    headings = ("Tªn s¶n phÈm", "Chñ thÓ", "H¹ng sao", "Ngµy quyÕt ®Þnh")

    found = converted(csv_of(headings, ("Gèm ViÖt", "Hîp t¸c x· B¸t Trµng", "4", "05/03/2025")))

    (row,) = found.rows
    assert (row.product.name, row.product.producer) == ("Gốm Việt", "Hợp tác xã Bát Tràng")
    assert len(found.conversions) == 2


def test_cells_that_may_be_names_are_judged_by_column() -> None:
    rows = [("Cèm", *TEA[1:]), ("B¸nh ®a", *TEA[1:]), ("Nem", *TEA[1:])]

    assert refusals(read(csv_of(HEADINGS, *rows))) == [["records.garbled"], ["records.garbled"]]
    assert [row.product.name for row in converted(csv_of(HEADINGS, *rows)).rows] == ["Cốm", "Bánh đa", "Nem"]
    assert len(read(csv_of(HEADINGS, rows[0], rows[2])).rows) == 2


def test_lost_letters_are_refused_even_with_conversion() -> None:
    assert refusals(converted(csv_of(HEADINGS, ("G?m Vi?t", *TEA[1:])))) == [["records.broken_letters"]]


def test_csv_in_a_legacy_encoding_is_read_when_conversion_is_allowed() -> None:
    rows = csv_of(("Tªn s¶n phÈm", "Chñ thÓ", "H¹ng sao", "Ngµy quyÕt ®Þnh"), ("Gèm ViÖt", "HTX", "4", "05/03/2025"))

    assert converted(rows.decode().encode("latin-1")).rows[0].product.name == "Gốm Việt"
