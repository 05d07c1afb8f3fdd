"""Rows that an import refused, as a file to mend and send again."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labelsvc.domain.errors import InvalidValue
from labelsvc.records.headings import Headings
from labelsvc.records.refused_rows import refused_rows_csv
from labelsvc.records.rows import RefusedRow, RowLocation
from labelsvc.records.text import clean_text
from labelsvc.storage.db.database import Database
from tests.offices.import_office import ImportOffice
from tests.samples.records_files import HEADINGS, TEA, VIETNAMESE, csv_of, read, xlsx_of


@pytest.fixture
def office(database: Database) -> ImportOffice:
    return ImportOffice(database)


def test_refused_rows_come_back_with_the_same_columns_and_their_reasons(office: ImportOffice) -> None:
    headings = ("STT", *HEADINGS, "Số điện thoại", "Lỗi")
    report = office.take(
        csv_of(headings, ("1", *TEA, "", "cũ"), ("2", "Nem, chua", "HTX", "7", "31/02/2026", "+84 912", "cũ"))
    )

    content = refused_rows_csv(report.refused, VIETNAMESE.explain)

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(headings)
    assert rows[1][:-1] == ["2", "Nem, chua", "HTX", "7", "31/02/2026", "'+84 912"]
    assert rows[1][-1] == (
        "Hạng sao: «7» không phải hạng sao; ghi một số từ 1 đến 5, ví dụ 4 hoặc «4 sao». "
        "Ngày quyết định: «31/02/2026»: tháng 02/2026 chỉ có 28 ngày; xem lại ngày trên quyết định."
    )


def test_a_corrected_file_of_refused_rows_gives_the_right_values(office: ImportOffice) -> None:
    headings = (*HEADINGS, "Số quyết định", "GTIN", "Điểm", "Thành phần", "Hiệu lực đến", "Khối lượng tịnh", "Số lượng")
    row = (
        "Trà",
        "HTX",
        "bảy",
        date(2025, 3, 5),
        "12/2024",
        8938505974194,
        85.5,
        '-18 °C; "sen"\n1+1',
        "05/03/2028",
        0.5,
        2000,
    )
    refused = office.take(xlsx_of(("Tây Hồ", [headings, row]))).refused

    mended = refused_rows_csv(refused, VIETNAMESE.explain).replace("bảy".encode(), b"4")
    found = read(mended)

    product, recognition = found.rows[0].product, found.rows[0].recognition
    assert not found.warnings
    assert (product.gtin, product.net_content, product.ingredients) == ("8938505974194", "0,5", '-18 °C; "sen" 1+1')
    assert (recognition.score, recognition.decision_number) == (85.5, "12/2024")
    assert (recognition.decision_date, recognition.valid_until) == (date(2025, 3, 5), date(2028, 3, 5))
    assert (product.district, found.rows[0].quantity) == ("Tây Hồ", 2_000)


def test_refused_rows_of_different_sheets_share_common_columns(office: ImportOffice) -> None:
    report = office.take(
        xlsx_of(
            ("Ba Vì", [HEADINGS, ("Nem", "HTX A", "7", "05/03/2025")]),
            (
                "Tờ 2",
                [("Stars", "Producer", "Brand", "Product", "Decision date"), (9, "HTX B", "Sen", "Bún", "05/03/2025")],
            ),
        )
    )

    rows = list(
        csv.reader(StringIO(refused_rows_csv(report.refused, VIETNAMESE.explain).decode("utf-8-sig"), newline=""))
    )

    assert rows[0] == [*HEADINGS, "Quận/Huyện", "Brand", "Lỗi"]
    assert rows[1][:-1] == ["Nem", "HTX A", "7", "05/03/2025", "Ba Vì", ""]
    assert rows[2][:-1] == ["Bún", "HTX B", "9", "05/03/2025", "", "Sen"]


def test_cells_that_a_comma_shifted_come_back_whole(office: ImportOffice) -> None:
    report = office.take(csv_of(HEADINGS, TEA, ("Trà", " sen", "HTX", "4", "05/03/2025")))

    rows = list(
        csv.reader(StringIO(refused_rows_csv(report.refused, VIETNAMESE.explain).decode("utf-8-sig"), newline=""))
    )

    assert rows[1][:5] == ["Trà", "sen", "HTX", "4", "05/03/2025"]


def what_is_read(text: str) -> str | list[str]:
    """Return a text as it is stored, or why it is refused."""
    try:
        return clean_text(text)
    except InvalidValue as error:
        return [problem.code for problem in error.problems]


@given(
    st.text(max_size=30).map(lambda text: text.replace("\0", ""))
    | st.from_regex(r"'*[=+\-@0-9][0-9/.Ee+]{0,6}", fullmatch=True)
)
@example("Bä")  # garbled alone, where "xBä" may be a name: whether it is depends on all of a text
@example("-Bä")
def test_refused_rows_contain_no_formulas_and_every_text_survives(text: str) -> None:
    headings = Headings(tuple(HEADINGS), 1)
    row = RefusedRow(RowLocation("a.csv", "", 2), headings, (text, "HTX", "4", "05/03/2025"), ())

    content = refused_rows_csv([row], VIETNAMESE.explain).decode("utf-8-sig")

    cell = list(csv.reader(StringIO(content, newline="")))[1][0]
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    if not text.lstrip().startswith(("=", "#", "Err:", "'")):
        assert what_is_read(cell) == what_is_read(text.strip())
