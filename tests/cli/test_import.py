"""``labelsvc import``: what is taken, what is refused, and the file of refused rows there and back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.offices.command_line import CommandLine, records
from tests.samples.records_files import TEA, csv_of


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_new_records_are_taken_and_the_same_file_again_changes_nothing(office: CommandLine) -> None:
    office.records(*records(3))

    first, second = (office.run("import", "san-pham.csv", "--json") for _ in range(2))

    assert (first.status, second.status) == (0, 0)
    assert (first.json["new"], second.json["new"], second.json["unchanged"]) == (3, 0, 3)


def test_a_corrected_cell_is_a_changed_record(office: CommandLine) -> None:
    office.run("import", office.records(*records(2)))

    said = office.run("import", office.records(*records(2, Nhãn_hiệu="Mới")))

    assert said.status == 0
    assert "0 mới, 2 thay đổi, 0 không đổi, 0 bị từ chối" in said.out


def test_refused_rows_are_named_and_imported_once_corrected(office: CommandLine) -> None:
    good, bad = records(2)
    office.records(good, bad | {"Hạng sao": "chín"})
    refused = office.folder / "san-pham-bi-tu-choi.csv"

    said = office.run("import", "san-pham.csv")
    mended = refused.read_text(encoding="utf-8-sig").replace(",chín,", f",{bad['Hạng sao']},")
    refused.write_text(mended, encoding="utf-8-sig")
    again = office.run("import", refused.name)

    assert (said.status, again.status) == (3, 0)
    assert "1 mới, 0 thay đổi, 0 không đổi, 1 bị từ chối" in said.out
    assert "san-pham.csv, dòng 3, cột" in said.err
    assert "«chín»" in said.err
    assert refused.name in said.err
    assert "1 mới, 0 thay đổi, 0 không đổi, 0 bị từ chối" in again.out


def test_the_file_of_refused_rows_says_why_in_its_last_column(office: CommandLine) -> None:
    office.records(*records(1, Ngày_quyết_định="31/02/2025"))

    said = office.run("import", "san-pham.csv", "--refused", "sửa lại")
    with (office.folder / "sửa lại" / "san-pham-bi-tu-choi.csv").open(encoding="utf-8-sig", newline="") as stream:
        headings, row = csv.reader(stream)

    assert said.status == 1
    assert headings[-1] == "Lỗi"
    assert "31/02/2025" in row[-1]


def test_problems_beyond_twenty_are_counted(office: CommandLine) -> None:
    office.records(*records(25, Hạng_sao="?"))

    said = office.run("import", "san-pham.csv")

    assert said.err.count("«?»") == 20
    assert "và 5 lỗi nữa" in said.err


def test_a_dry_run_says_what_would_change_and_writes_nothing(office: CommandLine) -> None:
    office.records(*records(2), *records(1, Tên_sản_phẩm="Sai", Hạng_sao="?"))
    before = sorted(office.folder.rglob("*"))

    said = office.run("import", "san-pham.csv", "--dry-run")

    assert said.status == 3
    assert "Sẽ nhập: 2 mới" in said.out
    assert sorted(office.folder.rglob("*")) == before


def test_a_dry_run_compares_with_what_is_stored(office: CommandLine) -> None:
    office.run("import", office.records(*records(2)))
    office.records(*records(2, Nhãn_hiệu="Mới"))

    dry, real = office.run("import", "san-pham.csv", "--dry-run"), office.run("import", "san-pham.csv")

    assert "0 mới, 2 thay đổi" in dry.out
    assert "0 mới, 2 thay đổi" in real.out


def test_quiet_prints_only_faults(office: CommandLine) -> None:
    office.records(*records(1), *records(1, Tên_sản_phẩm="Sai", Hạng_sao="?"))

    said = office.run("import", "san-pham.csv", "--quiet")

    assert said.out == ""
    assert "«?»" in said.err


def test_json_contains_the_problems_and_the_refused_file(office: CommandLine) -> None:
    office.records(*records(1), *records(1, Tên_sản_phẩm="Sai", Hạng_sao="?"))

    said = office.run("import", "san-pham.csv", "--json")

    assert said.json["refused"] == 1
    assert "«?»" in said.json["problems"][0]
    assert Path(said.json["refused_file"]).name == "san-pham-bi-tu-choi.csv"


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("trong.csv", b"", "trống"),
        ("phim.xlsx", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 20, "EXE"),
        ("ảnh.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(500), "PNG"),
        ("chữ.csv", "Tên sản phẩm,Chủ thể\nTrà,Hợp tác xã\n".encode("utf-16"), "chữ.csv"),
        ("nhị phân.csv", bytes(range(256)) * 20, "nhị phân.csv"),
        ("tài liệu.docx", b"PK\x03\x04" + bytes(300), ".docx"),
        ("thiếu cột.csv", csv_of(("Tên", "Giá"), ("Trà", "5")), "tiêu đề"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_other_than_spreadsheets_are_refused_by_name(
    office: CommandLine, name: str, content: bytes, part: str
) -> None:
    (office.folder / name).write_bytes(content)

    said = office.run("import", name)

    assert said.status == 1
    assert name in said.err
    assert part in said.err
    assert "Traceback" not in said.err
    assert not (office.home / "labelsvc.log").exists()


def test_of_two_files_the_good_one_is_taken(office: CommandLine) -> None:
    (office.folder / "hỏng.xlsx").write_bytes(b"MZ\x90\x00\x03" + bytes(500))
    headings = ("Tên sản phẩm", "Chủ thể", "Hạng sao", "Ngày quyết định")
    (office.folder / "tốt.csv").write_bytes(csv_of(headings, TEA))

    said = office.run("import", "hỏng.xlsx", "tốt.csv")

    assert said.status == 3
    assert "1 mới" in said.out
    assert "hỏng.xlsx" in said.err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ((), "san-pham.xlsx"),
        (("san-fam.csv",), "có phải ý là san-pham.csv?"),
        (("không có.ods",), "không có tệp"),
        (("thư mục",), "là một thư mục"),
        (("san-pham.csv", "--refused", "san-pham.csv"), "cần một thư mục"),
    ],
)
def test_wrong_usage_is_named_with_its_remedy(office: CommandLine, words: tuple[str, ...], part: str) -> None:
    office.records(*records(1))
    (office.folder / "thư mục").mkdir()

    said = office.run("import", *words)

    assert said.status == 2
    assert part in said.err
    assert not office.home.exists()


def test_a_dry_run_says_how_many_would_have_all_trace_facts(office: CommandLine) -> None:
    office.records(*records(2))

    said = office.run("import", "san-pham.csv", "--dry-run")
    facts = office.run("import", "san-pham.csv", "--dry-run", "--json").json["trace"]

    assert "0 trên 2 sản phẩm của tệp này sẽ đủ chín thông tin truy xuất." in said.out
    assert (facts["products"], facts["complete"], [row["row"] for row in facts["rows"]]) == (2, 0, [2, 3])
    assert "picture" in facts["rows"][0]["lacking"]
