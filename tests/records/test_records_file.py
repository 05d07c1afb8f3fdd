"""Records files: every kind, every layout, every fault with its place; nothing hostile gets further than a refusal."""

from __future__ import annotations

import re
import tomllib
import unicodedata
import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.domain.product import ProductGroup
from labelsvc.records.records_file import district_of, read_records
from labelsvc.records.workbook_reader import MOST_ROWS
from tests import CHECKOUT
from tests.samples.records_files import (
    BOWL,
    HEADINGS,
    TEA,
    TODAY,
    VIETNAMESE,
    csv_of,
    ods_of,
    read,
    refusals,
    saved,
    whys,
    with_sheet_xml,
    xls_of,
    xlsx_of,
)

SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"


def refused_with(content: bytes, name: str = "a.csv") -> list[str]:
    with pytest.raises(RecordsUnreadable) as refused:
        read(content, name)
    for problem in refused.value.problems:
        assert name in VIETNAMESE.explain(problem)
    return whys(refused.value.problems)


# What is read


def test_the_sample_is_read_without_a_word() -> None:
    found = read_records(SAMPLE, SAMPLE.name, TODAY)

    assert len(found.rows) == 40
    assert not found.refused
    assert not found.warnings
    assert found.rows[11].product.name == "Củ cải trắng"
    assert found.rows[11].product.storage == "Nơi khô mát, 5–10 °C"
    assert found.rows[11].recognition.decision_date == date(2024, 12, 30)


def test_every_column_fills_its_field() -> None:
    headings = (
        "STT",
        "Tên sản phẩm",
        "Nhãn hiệu",
        "Nhãn hiệu đăng ký (®)",
        "Chủ thể",
        "Địa chỉ",
        "Xã/Phường",
        "Quận/Huyện",
        "Nhóm sản phẩm",
        "Hạng sao",
        "Điểm",
        "Tiềm năng 5 sao",
        "Số quyết định",
        "Ngày quyết định",
        "Cơ quan cấp",
        "Hiệu lực từ",
        "Hiệu lực đến",
        "Khối lượng tịnh",
        "Thành phần",
        "Bảo quản",
        "Hạn sử dụng",
        "Hướng dẫn sử dụng",
        "Cảnh báo",
        "Xuất xứ",
        "GTIN",
        "GLN",
        "Mã OCOP",
        "Số lượng",
    )
    row = (
        1,
        "Trà sen",
        "Sen Việt",
        "x",
        "HTX Quảng An",
        "Ngõ 5",
        "Quảng An",
        "Tây Hồ",
        "Đồ uống",
        "4 sao",
        "92,5",
        "có",
        "12/QĐ-UBND",
        date(2025, 3, 5),
        "UBND thành phố Hà Nội",
        "06/03/2025",
        "2028-03-05",
        "100 g",
        "Chè, sen",
        "Khô",
        "12 tháng",
        "Pha nước sôi",
        "Không",
        "Việt Nam",
        8938505974194,
        "8938505974194",
        "01-1-2-2025",
        "2.000",
    )

    (record,) = read(xlsx_of(("Tờ 1", [headings, row])), "a.xlsx").rows

    product, recognition = record.product, record.recognition
    assert (product.brand, product.registered_mark, product.group) == ("Sen Việt", True, ProductGroup.DRINK)
    assert (product.commune, product.district, product.address) == ("Quảng An", "Tây Hồ", "Ngõ 5")
    assert (product.gtin, product.gln, product.ocop_code) == ("8938505974194", "8938505974194", "01-1-2-2025")
    assert (product.directions, product.warnings, product.origin) == ("Pha nước sôi", "Không", "Việt Nam")
    assert (recognition.stars, recognition.score, recognition.potential_five) == (4, 92.5, True)
    assert (recognition.valid_from, recognition.valid_until) == (date(2025, 3, 6), date(2028, 3, 5))
    assert (recognition.decision_number, recognition.issuer) == ("12/QĐ-UBND", "UBND thành phố Hà Nội")
    assert record.quantity == 2_000


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_takes_commas_or_semicolons_in_utf_8_or_utf_16(separator: str, encoding: str) -> None:
    content = csv_of(HEADINGS, TEA, ("Trà, sen; loại 1", *TEA[1:]), separator=separator)

    found = read(content.decode().encode(encoding))

    assert [row.product.name for row in found.rows] == ["Trà sen Tây Hồ", "Trà, sen; loại 1"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_rows_of_a_csv_are_numbered_as_a_spreadsheet_shows_them(newline: str) -> None:
    lines = [",".join(HEADINGS), '"Trà\nsen",HTX,4,05/03/2025', "", "Bát,HTX,9,05/03/2025"]

    found = read(newline.join(lines).encode())

    assert found.rows[0].product.name == "Trà sen"
    assert found.refused[0].problems[0].facts["row"] == "4"


def test_a_csv_may_name_its_separator_in_its_first_line() -> None:
    found = read(b"sep=;\r\n" + csv_of(HEADINGS, TEA, separator=";"))

    assert found.rows[0].place.row == 3


@pytest.mark.parametrize(
    ("make", "name"), [(xls_of, "a.xls"), (ods_of, "a.ods"), (lambda rows: xlsx_of(("Tờ", rows)), "a.xlsx")]
)
def test_workbooks_of_all_three_kinds_are_read(make, name: str) -> None:
    rows = [HEADINGS, ("Bát đĩa Ấm chén Ộ", "HTX Ứng Hòa", 4, date(2024, 5, 6)), ("Trà", "HTX", "5 sao", "6/5/2024")]

    found = read(make(rows), name)

    assert [row.product.name for row in found.rows] == ["Bát đĩa Ấm chén Ộ", "Trà"]
    assert {row.recognition.decision_date for row in found.rows} == {date(2024, 5, 6)}


def test_workbooks_are_recognised_by_content_not_by_extension() -> None:
    found = read(xls_of([HEADINGS, TEA]), "a.xlsx")

    assert len(found.rows) == 1


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


# What is wrong with a row


def test_all_problems_of_a_file_are_reported_together_with_places() -> None:
    content = xlsx_of(
        (
            "Huyện",
            [
                (*HEADINGS, "GTIN", "Điểm", "Hiệu lực đến"),
                ("Trà", "", "sáu", "31/02/2026", "123", "120", "45356"),
                ("Bát", "HTX", 4, "05/03/2025", "8938505974194", "95", "05/03/2024"),
                TEA,
            ],
        )
    )

    found = read(content, "a.xlsx")

    assert len(found.rows) == 1
    assert refusals(found) == [
        [
            "records.missing",
            "records.stars",
            "records.day_not_in_month",
            "product.gtin_length",
            "records.score",
            "records.day_as_number",
        ],
        ["recognition.score", "recognition.valid_until"],
    ]
    assert VIETNAMESE.explain(found.refused[0].problems[2]) == (
        "a.xlsx, trang tính «Huyện», dòng 2, cột D «Ngày quyết định»: «31/02/2026»: tháng 02/2026 chỉ có 28 ngày; "
        "xem lại ngày trên quyết định."
    )


def test_contradictions_are_reported_where_no_cell_is_to_blame() -> None:
    found = read(csv_of((*HEADINGS, "Hiệu lực từ"), ("Trà", "HTX", "4", "05/03/2020", "05/03/2026")))

    assert refusals(found) == [["recognition.valid_until"]]
    assert "05/03/2023" in VIETNAMESE.explain(found.refused[0].problems[0])


def test_contradictions_are_reported_even_when_the_day_is_wrong() -> None:
    found = read(csv_of((*HEADINGS, "Điểm", "Hiệu lực đến"), ("Trà", "HTX", "4", "31/02/2026", "95", "05/03/2019")))

    assert refusals(found) == [["records.day_not_in_month", "recognition.score"]]


def test_a_comma_without_quotes_refuses_the_row_that_it_shifts() -> None:
    found = read(b"Ten san pham,Chu the,Sao,Ngay quyet dinh\nTra, sen,HTX,4,05/03/2025\nBat,HTX,4,05/03/2025\n")

    assert len(found.rows) == 1
    assert "records.more_cells" in refusals(found)[0]


def test_errors_and_formulas_without_a_result_are_refused_in_an_xlsx() -> None:
    content = xlsx_of(
        ("Tờ", [(*HEADINGS, "Số lượng", "Nhãn hiệu"), (*TEA, "=1000+500", "Sen"), (*BOWL, 5, "#REF!"), (*TEA, 7, "ok")])
    )
    found = read(content, "a.xlsx")

    assert refusals(found) == [["records.formula"], ["records.error_cell"]]
    assert "=1000+500" in VIETNAMESE.explain(found.refused[0].problems[0])


def test_a_formula_with_a_result_is_read_as_its_result() -> None:
    content = xlsx_of(("Tờ", [(*HEADINGS, "Số lượng"), (*TEA, "=1000+500")]))

    found = read(with_sheet_xml(content, b"<f>1000+500</f><v></v>", b"<f>1000+500</f><v>1500</v>"), "a.xlsx")

    assert found.rows[0].quantity == 1_500


def test_errors_and_formulas_without_a_result_are_refused_in_an_xls() -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Gia Lâm")
    for r, row in enumerate([(*HEADINGS, "Số lượng", "Nhãn hiệu"), (*TEA, xlwt.Formula("1000+500")), (*BOWL, 5)]):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    sheet.row(2).set_cell_error(5, "#REF!")

    found = read(saved(book), "a.xls")

    assert refusals(found) == [["records.formula"], ["records.error_cell"]]


def test_errors_and_formulas_without_a_result_are_refused_in_an_ods() -> None:
    from odf.opendocument import load
    from odf.table import TableCell, TableRow

    book = load(BytesIO(ods_of([(*HEADINGS, "Số lượng"), TEA, BOWL])))
    rows = book.getElementsByType(TableRow)
    rows[1].addElement(TableCell(formula="of:=1000+500"))

    found = read(saved(book), "a.ods")

    assert refusals(found) == [["records.formula"]]
    assert len(found.rows) == 1


def test_formulas_in_a_csv_are_refused() -> None:
    found = read(csv_of((*HEADINGS, "Nhãn hiệu"), (*TEA, '=HYPERLINK("http://evil","x")')))

    assert refusals(found) == [["records.formula"]]


# Headings


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


# Files that are none


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "records.empty_file"),
        (b"\xef\xbb\xbf\r\n,,,\r\n", "a.csv", "records.empty_file"),
        (b"", "a.xlsx", "records.empty_file"),
        (csv_of(HEADINGS), "a.csv", "records.no_rows"),
        (b"MZ\x90\x00" + bytes(400), "a.xlsx", "records.other_kind"),
        (b"MZ\x90\x00" + bytes(400), "a.csv", "records.other_kind"),
        (b"%PDF-1.7\n" + bytes(400), "a.xls", "records.other_kind"),
        (b"<html><table><tr><td>x", "a.xls", "records.other_kind"),
        (b"\x89PNG\r\n\x1a\n", "a.ods", "records.other_kind"),
        (b"Ten;Chu the\n", "a.xls", "records.not_a_workbook"),
        (csv_of(HEADINGS, TEA), "a.exe", "records.ending"),
        (csv_of(HEADINGS, TEA), "a", "records.ending"),
        (csv_of(("a", "b"), ("c", "d")), "a.csv", "records.no_headings"),
        (b"PK\x03\x04" + bytes(100), "a.xlsx", "records.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"), "a.xls", "records.broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "a.xls", "records.other_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "records.password"),
        (",".join(HEADINGS).encode("utf-16-le"), "a.csv", "records.encoding"),
        (b"a\0b\n", "a.csv", "records.not_text"),
        ('Tên sản phẩm,Chủ thể,Sao,Ngày QĐ\n"Trà,HTX,4,05/03/2025\n'.encode(), "a.csv", "records.csv_quotes"),
        ("Teân saûn phaåm,Chuû theå\n".encode(), "a.csv", "records.headings_missing"),
        ("Tên sản phẩm,Chủ thể\n".encode().decode("latin-1").encode(), "a.csv", "records.headings_missing"),
    ],
)
def test_files_that_hold_no_records_are_refused_by_name(content: bytes, name: str, code: str) -> None:
    assert refused_with(content, name) == [code]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (
            unicodedata.normalize("NFD", "Tên san phâm").replace("̂", "").encode("cp1258", "ignore") + b"\xea\xec",
            "Windows-1258",
        ),
        ("Tªn s¶n phÈm,Chñ thÓ".encode("latin-1"), "TCVN3"),
        ("Tên sản phẩm".encode("utf-16-le"), "UTF-16"),
    ],
)
def test_other_encodings_are_named_with_the_remedy(content: bytes, encoding: str) -> None:
    with pytest.raises(RecordsUnreadable) as refused:
        read(content)

    sentence = VIETNAMESE.explain(refused.value.problems[0])
    assert encoding in sentence
    assert "CSV UTF-8" in sentence


def test_empty_workbooks_say_that_there_is_nothing() -> None:
    assert refused_with(xlsx_of(("Tờ", [])), "a.xlsx") == ["records.no_rows"]
    assert refused_with(xlsx_of(("Tờ", [HEADINGS])), "a.xlsx") == ["records.no_rows"]


@pytest.mark.parametrize(
    ("part", "kind"), [("word/document.xml", "DOCX"), ("xl/workbook.bin", "XLSB"), ("a.txt", "ZIP")]
)
def test_other_zip_files_are_refused_as_what_they_are(part: str, kind: str) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(part, "x")

    with pytest.raises(RecordsUnreadable) as refused:
        read(stream.getvalue(), "a.xlsx")

    assert refused.value.problems[0].facts["kind"] == kind


def test_a_missing_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(RecordsUnreadable) as refused:
        read_records(tmp_path / "none.csv", "none.csv", TODAY)

    assert whys(refused.value.problems) == ["records.not_opened"]


# Files that would fill the memory


def test_a_file_over_fifty_megabytes_is_refused_unread() -> None:
    assert refused_with(b"a" * 50_000_001) == ["records.too_large"]


def test_a_million_rows_are_refused(tmp_path: Path) -> None:
    content = csv_of(HEADINGS) + b"a,b,4,05/03/2025\n" * (MOST_ROWS + 1)

    assert refused_with(content) == ["records.too_many_rows"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\n" * 3_000_000, "records.too_many_rows"), (b"a," * 20_000, "records.too_many_columns")],
)
def test_lines_and_columns_beyond_any_sheet_are_refused(content: bytes, code: str) -> None:
    assert refused_with(csv_of(HEADINGS, TEA) + content) == [code]


def test_a_thoroughly_wrong_file_is_refused_with_its_first_faults() -> None:
    codes = refused_with(csv_of(HEADINGS, TEA) + b"a,b,9,05/03/2025\n" * 20_001)

    assert codes == ["records.too_many_refused", *["records.stars"] * 20]


def test_rows_that_are_empty_do_not_count() -> None:
    content = csv_of(HEADINGS, TEA) + b",,,\n" * (MOST_ROWS + 1)

    assert len(read(content).rows) == 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(41):
                part.write(bytes(10_000_000))

    assert refused_with(stream.getvalue(), "a.xlsx") == ["records.unpacks_too_large"]


def test_two_cells_in_opposite_corners_do_not_end_the_program() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "Tên sản phẩm"
    book.active["XFD1048576"] = 1

    assert refused_with(saved(book), "a.xlsx") == ["records.too_much_memory"]


def test_an_ods_that_repeats_its_rows_a_million_times_is_refused() -> None:
    content = ods_of([HEADINGS, TEA])

    bomb = with_sheet_xml(
        content, b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048000">', part="content.xml"
    )

    assert refused_with(bomb, "a.ods")[0] in ("records.too_many_rows", "records.broken", "records.too_much_memory")


def test_entities_of_an_xml_bomb_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
    )
    content = xlsx_of(("Tờ", [HEADINGS, TEA]))
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                data = bomb + b"]><workbook>&j;</workbook>"
            target.writestr(entry.filename, data)

    assert refused_with(stream.getvalue(), "a.xlsx") == ["records.broken"]


# What is said


def test_refusals_and_sentences_match_in_both_languages() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (CHECKOUT / "labelsvc").rglob("*.py")]
    codes = {code for source in sources for code in re.findall(r'"records\.(\w+)"', source)}
    sentences = tomllib.loads((CHECKOUT / "templates" / "wording" / "records.toml").read_text(encoding="utf-8"))

    assert codes == set(sentences)
    for name, sentence in sentences.items():
        vi, en = ({field for _, field, _, _ in Formatter().parse(sentence[language])} for language in ("vi", "en"))
        assert vi == en, name


GOOD = {
    "a.csv": csv_of((*HEADINGS, "Số lượng"), (*TEA, 5), (*BOWL, 7)),
    "a.xlsx": xlsx_of(("Gia Lâm", [HEADINGS, TEA])),
    "a.xls": xls_of([HEADINGS, TEA]),
    "a.ods": ods_of([HEADINGS, TEA]),
}


@given(
    st.sampled_from(sorted(GOOD)),
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_random_bytes_are_refused_and_nothing_worse(name: str, content: bytes, magic: bytes) -> None:
    with pytest.raises(RecordsUnreadable):
        read(magic + content, name)


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_file_is_read_or_refused_and_nothing_worse(name: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))

    with suppress(RecordsUnreadable):
        found = read(bytes(content), name)
        assert found.rows or found.refused


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=6), max_size=6))
@settings(max_examples=50)
def test_any_cells_below_good_headings_are_read_or_refused(rows: list[list[str]]) -> None:
    content = csv_of((*HEADINGS, "Số lượng", "Nhãn hiệu"), TEA, *rows)

    try:
        found = read(content)
    except RecordsUnreadable as refused:
        assert whys(refused.problems)[0] in ("records.csv_quotes", "records.not_text", "records.encoding")  # noqa: PT017
    else:
        assert found.rows[0].product.name == TEA[0]
