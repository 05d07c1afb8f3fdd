"""Records files: every kind, every layout, every fault with its place; nothing hostile gets further than a refusal."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from io import BytesIO
from string import Formatter

import pytest

from labelsvc.domain.product import ProductGroup
from labelsvc.records.records_file import read_records
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
    with_sheet_xml,
    xls_of,
    xlsx_of,
)

SAMPLE = CHECKOUT / "templates" / "demonstration" / "san-pham-ocop-ha-noi.csv"


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


def test_refusals_and_sentences_match_in_both_languages() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (CHECKOUT / "labelsvc").rglob("*.py")]
    codes = {code for source in sources for code in re.findall(r'"records\.(\w+)"', source)}
    sentences = tomllib.loads((CHECKOUT / "templates" / "wording" / "records.toml").read_text(encoding="utf-8"))

    assert codes == set(sentences)
    for name, sentence in sentences.items():
        vi, en = ({field for _, field, _, _ in Formatter().parse(sentence[language])} for language in ("vi", "en"))
        assert vi == en, name
