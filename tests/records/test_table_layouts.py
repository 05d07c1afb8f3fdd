"""Tables as people lay them out: titles, merged cells, sections, hidden sheets, headings that fail."""

from __future__ import annotations

import unicodedata
from datetime import date

from labelsvc.records.records_file import district_of
from tests.samples.records_files import (
    BOWL,
    HEADINGS,
    TEA,
    VIETNAMESE,
    csv_of,
    read,
    refusals,
    refused_with,
    saved,
    whys,
    xlsx_of,
)


def test_headings_may_be_english_in_any_order_below_title_rows() -> None:
    found = read(
        csv_of(
            ("DANH SÁCH SẢN PHẨM OCOP",),
            ("Năm 2026",),
            (),
            ("Decision date", "STARS", "producer", unicodedata.normalize("NFD", "Tên sản phẩm *")),
            ("2025-03-05", "3", "HTX", "Trà"),
        )
    )

    assert found.rows[0].product.name == "Trà"
    assert found.rows[0].place.row == 5


def test_one_sheet_per_district_with_merged_titles_is_understood() -> None:
    title = ("DANH SÁCH SẢN PHẨM OCOP HUYỆN GIA LÂM",)
    content = xlsx_of(
        ("Gia Lâm", [title, (), HEADINGS, ("(1)", "(2)", "(3)", "(4)"), BOWL, ("Cộng: 1 sản phẩm",)]),
        ("Huyện Ba Vì", [("Tên SP", "Chủ thể", "Sao", "Ngày QĐ"), TEA]),
        ("Ghi chú", [("Người lập",), ("Nguyễn Văn A",)]),
        ("Trống", []),
        merged=("A1:D1",),
    )

    found = read(content, "a.xlsx")

    assert [(row.product.name, row.product.district) for row in found.rows] == [
        ("Bát gốm men lam", "Gia Lâm"),
        ("Trà sen Tây Hồ", "Ba Vì"),
    ]
    assert whys(found.warnings) == [
        "records.sheet_is_district",
        "records.title_skipped",
        "records.sheet_is_district",
        "records.no_headings",
    ]


def test_headings_in_two_rows_are_read_together() -> None:
    content = xlsx_of(
        (
            "Tờ 1",
            [
                ("DANH SÁCH", None, None, None, None, None, None),
                ("STT", "Tên sản phẩm", "Chủ thể", None, "Xếp hạng", "Quyết định", None),
                (None, None, "Tên", "Địa chỉ", None, "Số", "Ngày"),
                (1, "Trà sen", "HTX Quảng An", "Ngõ 5", 4, "12/QĐ", "05/03/2025"),
            ],
        ),
        merged=("A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:G2"),
    )

    (row,) = read(content, "a.xlsx").rows

    assert (row.product.name, row.product.producer, row.product.address) == ("Trà sen", "HTX Quảng An", "Ngõ 5")
    assert (row.recognition.decision_number, row.recognition.decision_date) == ("12/QĐ", date(2025, 3, 5))


def test_vertically_merged_cells_apply_to_every_row_except_quantities() -> None:
    rows = [
        (*HEADINGS, "Số lượng"),
        ("Trà sen", "HTX Quảng An", 4, "05/03/2025", 10),
        ("Trà nhài", None, 4, None, 20),
        ("Trà cúc", None, 4, None, 30),
    ]
    whole = read(xlsx_of(("Tờ", rows), merged=("B2:B4", "D2:D4")), "a.xlsx")
    shared = read(xlsx_of(("Tờ", rows), merged=("B2:B4", "D2:D4", "E2:E3")), "a.xlsx")

    assert [(row.product.producer, row.quantity) for row in whole.rows] == [("HTX Quảng An", n) for n in (10, 20, 30)]
    assert refusals(shared) == [["records.merged_cell"], ["records.merged_cell"]]


def test_section_rows_totals_and_signatures_are_no_records() -> None:
    found = read(
        csv_of(
            ("STT", *HEADINGS, "Số lượng"),
            ("I", "HUYỆN GIA LÂM", "", "", "", ""),
            ("1", *TEA, "5"),
            ("", "Tổng cộng", "", "", "", "5"),
            ("2", "", "", "", "", ""),
            ("STT", *HEADINGS, "Số lượng"),
            ("", "", "", "", "Hà Nội, ngày 5 tháng 3", ""),
        )
    )

    assert len(found.rows) == 1
    assert not found.refused
    assert [problem.facts["row"] for problem in found.warnings] == ["2", "4", "7"]


def test_a_record_that_lacks_nearly_everything_is_refused_and_not_skipped() -> None:
    found = read(csv_of(HEADINGS, ("Trà", "", "", "")))

    assert refusals(found) == [["records.missing"] * 3]


def test_hidden_sheets_are_left_out_with_a_warning() -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (HEADINGS, TEA):
        book.active.append(row)
    hidden = book.create_sheet("Cũ")
    hidden.append(HEADINGS)
    hidden.append(BOWL)
    hidden.sheet_state = "hidden"

    found = read(saved(book), "a.xlsx")

    assert len(found.rows) == 1
    assert whys(found.warnings) == ["records.sheet_hidden"]


def test_a_workbook_with_hidden_tables_is_reported() -> None:
    from openpyxl import Workbook

    book = Workbook()
    hidden = book.create_sheet("Cũ")
    for row in (HEADINGS, TEA):
        hidden.append(row)
    hidden.sheet_state = "veryHidden"

    assert refused_with(saved(book), "a.xlsx") == ["records.sheet_hidden"]


def test_a_table_may_begin_anywhere_on_its_sheet() -> None:
    rows = [(), (), (None, None, *HEADINGS), (None, None, *TEA), (None, None, *BOWL[:2], "chín", BOWL[3])]

    found = read(xlsx_of(("Tờ", rows)), "a.xlsx")

    assert found.rows[0].place.row == 4
    assert found.refused[0].problems[0].facts["column"] == "E"


def test_a_dash_says_nothing_and_a_blank_cell_says_no_word() -> None:
    found = read(csv_of((*HEADINGS, "Nhãn hiệu", "Địa chỉ", "Số lượng"), (*TEA, "-", "", "")))

    (row,) = found.rows
    assert "brand" in row.given
    assert row.product.brand == ""
    assert "address" in row.blank
    assert "address" not in row.given


def test_unknown_headings_are_warned_of_with_the_nearest_known_one() -> None:
    found = read(csv_of((*HEADINGS, "Nhãn hiệuu", "Giá bán", "Ghi chú"), (*TEA, "Sen", "5", "x")))

    assert whys(found.warnings) == ["records.heading_unknown_near", "records.heading_unknown"]
    assert "«Nhãn hiệu»" in VIETNAMESE.explain(found.warnings[0])


def test_duplicate_or_missing_headings_refuse_the_sheet_by_name() -> None:
    twice = read(csv_of((*HEADINGS, "Tên SP"), (*TEA, "x")))
    missing = read(csv_of(("Tên sản phẩm", "Chủ thể"), TEA[:2]))

    assert whys(twice.unreadable) == ["records.heading_twice"]
    assert whys(missing.unreadable) == ["records.headings_missing"]
    assert twice.is_unread
    assert missing.is_unread


def test_a_sheet_with_faulty_headings_leaves_the_others_readable() -> None:
    found = read(xlsx_of(("Một", [HEADINGS, TEA]), ("Hai", [HEADINGS[:3], BOWL[:3]])), "a.xlsx")

    assert len(found.rows) == 1
    assert whys(found.unreadable) == ["records.headings_missing"]
    assert "«Ngày quyết định»" in VIETNAMESE.explain(found.unreadable[0])


def test_a_column_without_a_heading_is_warned_of_once() -> None:
    found = read(xlsx_of(("Tờ", [HEADINGS, (*TEA, "x"), (*BOWL, "y")])), "a.xlsx")

    assert len(found.rows) == 2
    assert whys(found.warnings) == ["records.no_heading"]


def test_sheets_are_named_after_districts_in_many_ways() -> None:
    assert district_of("Gia Lâm") == "Gia Lâm"
    assert district_of("HUYEN BA VI") == "Ba Vì"
    assert district_of("03. Quận Hà Đông") == "Hà Đông"
    assert district_of("Sheet1") is None
    assert district_of("Gia Lâm cũ") is None
