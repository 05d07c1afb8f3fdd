"""Files that are no records, too large or hostile are refused by name, and nothing worse happens."""

from __future__ import annotations

import unicodedata
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.records.records_file import read_records
from labelsvc.records.workbook_reader import MOST_ROWS
from tests.samples.records_files import (
    BOWL,
    HEADINGS,
    TEA,
    TODAY,
    VIETNAMESE,
    csv_of,
    ods_of,
    read,
    refused_with,
    saved,
    whys,
    with_sheet_xml,
    xls_of,
    xlsx_of,
)


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

    codes = {f"records.{code}" for code in ("too_many_rows", "broken", "too_much_memory", "too_slow")}
    assert refused_with(bomb, "a.ods")[0] in codes


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
