"""``labelsvc print``: every option, what is refused by name, and the exit statuses."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.rendering.sheets import sheet_pdf
from labelsvc.storage.batches.holders import Holder, own_holder
from tests.offices.command_line import HOST, CommandLine, manifest, records, text_of
from tests.offices.prepared_databases import put_sqlite
from tests.samples.generator import HEADINGS, write_csv


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    """An office with two good records in san-pham.csv, three labels each."""
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    line.records(*records(2, 3))
    return line


def test_a_spreadsheet_becomes_a_batch_whose_folder_is_the_last_line(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv")

    folder = Path(said.last)
    assert said.status == 0
    assert folder.parent == office.output
    assert {"labels-001.pdf", "manifest.csv", "proof.json"} <= {path.name for path in folder.iterdir()}
    assert [(row["line"], row["serial"]) for row in manifest(folder)] == [(n, s) for n in "12" for s in "123"]


def test_the_folder_is_never_wrapped_in_a_narrow_pipe(office: CommandLine) -> None:
    deep = office.folder / ("một thư mục có tên dài hơn hai mươi cột " * 2).strip()

    said = office.process("print", "san-pham.csv", "--out", deep, "--quiet", columns=20)

    assert said.status == 0
    assert Path(said.last).parent == deep
    assert (Path(said.last) / "manifest.csv").is_file()


def test_out_makes_the_folder_inside_a_folder_and_names_it_whole(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--out", "nhà in/đợt")

    assert Path(said.last).is_absolute()
    assert Path(said.last).parent == office.folder / "nhà in" / "đợt"
    assert office.batches() == []


def test_all_prints_every_imported_product(office: CommandLine) -> None:
    office.run("import", "san-pham.csv")

    said = office.run("print", "--all")

    assert said.status == 0
    assert len({row["line"] for row in manifest(said.last)}) == 2


def test_all_without_products_says_what_to_do_first(office: CommandLine) -> None:
    said = office.run("print", "--all")

    assert said.status == 1
    assert "labelsvc import" in said.err
    assert office.batches() == []


def test_quantity_overrides_the_spreadsheet(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--quantity", 5)

    assert len(manifest(said.last)) == 10


def test_only_the_command_line_names_its_quota_option(office: CommandLine) -> None:
    over = office.run("print", "san-pham.csv", "--quantity", 2_001)
    granted = office.run("print", "san-pham.csv", "--quantity", 2_001, "--over-quota", "hội chợ", "--proof", "none")

    reasons = next(line for line in over.err.splitlines() if line.startswith("✗"))
    assert "nhờ quản trị viên cấp thêm hạn mức" in reasons
    assert "--over-quota" not in reasons
    assert "--over-quota" in over.err
    assert granted.status == 0


def test_without_a_quantity_one_label_is_printed(office: CommandLine) -> None:
    office.records(*records(2, Số_lượng=""))

    said = office.run("print", "san-pham.csv")

    assert len(manifest(said.last)) == 2


def test_skipped_positions_of_the_first_sheet_stay_empty(office: CommandLine) -> None:
    whole, skipped = (office.run("print", "san-pham.csv", "--skip", skip).last for skip in (0, 2))

    places = [[(row["x_mm"], row["y_mm"]) for row in manifest(folder)] for folder in (whole, skipped)]
    assert places[1][:4] == places[0][2:]


def test_a_host_with_a_scheme_makes_a_trial_that_is_marked(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--host", "HTTP://192.168.1.7:8000")

    assert "IN THỬ" in said.out
    assert "IN THỬ" in text_of(said.last)
    assert manifest(said.last)[0]["url"].startswith("http://192.168.1.7:8000/")


def test_a_real_host_needs_no_mark_and_is_in_every_url(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv")

    text = text_of(said.last)
    assert "IN THỬ" not in text
    assert "MẪU" not in text
    assert all(row["url"] == f"https://{HOST}/{row['code']}" for row in manifest(said.last))


def test_the_example_host_marks_everything_as_a_specimen(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", host="")

    assert "MẪU" in text_of(said.last)


def test_a_long_host_is_printed_and_said_to_cost_module_size(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--host", "TEM.OCOP-HANOI-VAN-PHONG.GOV.VN")

    assert said.status == 0
    assert "31 ký tự" in said.err


def test_uncounted_labels_of_a_product_share_the_code_of_serial_0(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--uncounted")

    rows = manifest(said.last)
    assert {row["serial"] for row in rows} == {"0"}
    assert len({row["code"] for row in rows}) == 2


@pytest.mark.parametrize(
    ("choice", "decoded", "read"), [("none", 0, 0), ("symbols", 6, 0), ("auto", 6, 6), ("all", 6, 6)]
)
def test_the_proof_reads_back_as_much_as_was_asked_for(
    office: CommandLine, choice: str, decoded: int, read: int
) -> None:
    said = office.run("print", "san-pham.csv", "--proof", choice)

    proof = json.loads((Path(said.last) / "proof.json").read_text(encoding="utf-8"))
    assert (proof["proof"], proof["symbols_decoded"], proof["pieces_read"]) == (choice, decoded, read)


@pytest.mark.parametrize(
    ("design", "stock"),
    [("tem-tron-32", "single"), ("nhan-60x90", "a4"), ("bien-ke-105x74", "avery-3427"), ("tem-25x35", "330x480")],
)
def test_designs_and_stocks_are_taken_by_name(office: CommandLine, design: str, stock: str) -> None:
    said = office.run("print", "san-pham.csv", "--design", design, "--stock", stock)

    assert said.status == 0
    assert len(manifest(said.last)) == 6


def test_dry_runs_of_new_records_say_what_would_print(office: CommandLine) -> None:
    before = sorted(office.folder.rglob("*"))

    said = office.run("print", "san-pham.csv", "--dry-run")

    assert said.status == 0
    assert "Sẽ in 6 nhãn của 2 sản phẩm trên 1 tờ" in said.out
    assert sorted(office.folder.rglob("*")) == before


def test_dry_runs_judge_records_as_stored_but_store_none(office: CommandLine) -> None:
    office.run("import", "san-pham.csv")
    first, second = records(2, 3)
    office.records(first | {"Ngày quyết định": "01/02/2019", "Số lượng": "7"}, second | {"Số lượng": "7"})

    said = office.run("print", "san-pham.csv", "--dry-run", "--json")
    real = office.run("print", "--all")

    assert said.status == 0
    assert said.json["pieces"] == 14  # the older decision does not end the newer one
    assert said.json["dry_run"]
    assert len(manifest(real.last)) == 2
    with sqlite3.connect(office.home / "labelsvc.db") as stored:
        assert stored.execute("SELECT count(*) FROM recognitions").fetchone() == (2,)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_programs_get_the_warnings_of_printed_products(office: CommandLine, options: tuple[str, ...]) -> None:
    _, lacking, whole = records(3, 1)
    office.records(lacking | {"Thành phần": ""}, whole)

    said = office.run("print", "san-pham.csv", "--design", "nhan-60x90", "--json", *options)

    warned = next(each for each in said.json["warned_products"] if each["product"] == lacking["Tên sản phẩm"])
    assert said.status == 0
    assert (said.json["pieces"], said.json["refused_products"], said.json["warnings"]) == (2, [], [])
    assert (warned["product"], warned["producer"]) == (lacking["Tên sản phẩm"], lacking["Chủ thể"])
    assert any("Thành phần" in warning and "in dòng kẻ để ghi tay" in warning for warning in warned["warnings"])


def test_programs_get_the_warnings_of_the_whole_order(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--stock", "avery-l7160", "--json")
    spoken = office.run("print", "san-pham.csv", "--stock", "avery-l7160", "--dry-run")

    (warning,) = said.json["warnings"]
    assert "bóc ra còn viền trắng 19,25 mm mỗi bên, 1,55 mm trên và dưới" in warning
    assert warning in " ".join(spoken.err.split())
    assert said.json["warned_products"] == []


def test_a_dry_run_says_the_same_as_the_print_that_follows(office: CommandLine) -> None:
    office.records(*records(2, 3), *records(1, Tên_sản_phẩm="Hai sao", Hạng_sao="2", Điểm=""))

    dry, real = (
        office.run("print", "san-pham.csv", "--dry-run", "--json"),
        office.run("print", "san-pham.csv", "--json"),
    )

    same = ("pieces", "sheets", "mark", "refused", "refused_rows", "refused_products")
    assert (dry.status, real.status) == (3, 3)
    assert {key: dry.json[key] for key in same} == {key: real.json[key] for key in same}


def test_the_same_name_once_more_prints_nothing_more(office: CommandLine) -> None:
    first = office.run("print", "san-pham.csv", "--once", "tháng mười một")
    codes = manifest(first.last)

    again = office.run("print", "san-pham.csv", "--once", "tháng mười một", "--out", "nơi khác")

    assert (again.status, again.last) == (0, first.last)
    assert f"trong thư mục {first.last}; không in thêm" in again.out
    assert office.batches() == [Path(first.last).name]
    assert manifest(first.last) == codes


def test_batches_of_killed_commands_are_named_and_go_on(office: CommandLine) -> None:
    command = ("print", "san-pham.csv", "--once", "tháng mười một")
    left = office.run(*command)
    with closing(sqlite3.connect(office.home / "labelsvc.db")) as database, database:
        database.execute("UPDATE batches SET state = 'running'")  # as a command leaves it that is killed
        database.execute("UPDATE parts SET state = 'waiting'")
    (name,) = office.batches()

    other = office.run("print", "san-pham.csv", "--quantity", "1")
    again = office.run(*command)

    assert f"{name}. In tiếp: labelsvc print --resume {name}" in other.err
    assert "in nốt các phần còn thiếu" in again.out
    assert (again.status, again.last) == (0, left.last)
    assert "In tiếp" not in again.err


def test_json_names_batch_folder_and_every_refused_product(office: CommandLine) -> None:
    office.records(*records(2, 3), *records(1, Tên_sản_phẩm="Hai sao", Hạng_sao="2", Điểm=""))

    said = office.run("print", "san-pham.csv", "--json")

    facts = json.loads(said.out)
    assert (said.status, facts["pieces"], facts["sheets"], facts["refused"]) == (3, 6, 1, 1)
    assert facts["refused_products"][0]["product"] == "Hai sao"
    assert "2 sao" in facts["refused_products"][0]["reasons"][0]
    assert Path(facts["folder"]).name == facts["batch"]


def test_quiet_prints_only_the_result_and_faults(office: CommandLine) -> None:
    office.run("keys", "init")

    said = office.run("print", "san-pham.csv", "--quiet")

    assert len(said.out.splitlines()) == 2
    assert said.err == ""


def test_refused_rows_of_the_records_count_in_the_summary(office: CommandLine) -> None:
    office.records(*records(2, 3), *records(1, Tên_sản_phẩm="Sai", Hạng_sao="chín"))

    said = office.run("print", "san-pham.csv")

    assert said.status == 3
    assert "6 nhãn" in said.out
    assert "0 sản phẩm, 1 dòng hồ sơ" in said.out
    assert (office.folder / "san-pham-bi-tu-choi.csv").is_file()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Ngày_quyết_định": "01/02/2019"}, "hết hiệu lực"),
        ({"Hạng_sao": "1", "Điểm": ""}, "1 sao không được in"),
        ({"Hạng_sao": "2", "Điểm": ""}, "2 sao không được in"),
        ({"Tên_sản_phẩm": "Trà 漢"}, "«漢»"),
        ({"Tên_sản_phẩm": "Trà " + "rất " * 60 + "ngon"}, "rút gọn"),
        ({"Hiệu_lực_đến": "01/01/2025", "Ngày_quyết_định": "01/02/2024"}, "hết hiệu lực"),
    ],
    ids=["not in force", "one star", "two stars", "missing letter", "text too long", "ended by the office"],
)
def test_unprintable_products_are_refused_by_name_and_neighbours_print(
    office: CommandLine, changes: dict[str, str], reason: str
) -> None:
    product = {"Tên_sản_phẩm": "Sản phẩm bị từ chối"} | changes
    neighbours = [record | {"Hiệu lực đến": ""} for record in records(2, 3)]
    write_csv(office.folder / "san-pham.csv", [*neighbours, *records(1, **product)], (*HEADINGS, "Hiệu lực đến"))

    said = office.run("print", "san-pham.csv")

    assert said.status == 3
    assert reason in said.err
    assert product["Tên_sản_phẩm"].strip() in said.err
    assert {row["product"] for row in manifest(said.last)} == {record["Tên sản phẩm"] for record in neighbours}


def test_with_nothing_printable_there_is_no_batch_and_no_key(office: CommandLine) -> None:
    office.records(*records(2, Hạng_sao="2", Điểm=""))

    said = office.run("print", "san-pham.csv")

    assert said.status == 1
    assert "Không có sản phẩm nào in được" in said.err
    assert office.batches() == []
    assert not (office.home / "keys.json").exists()


def test_an_order_whose_qr_modules_are_too_small_is_refused_whole(office: CommandLine) -> None:
    said = office.run(
        "print", "san-pham.csv", "--host", "TEM.MOT-TEN-RAT-LA-DAI-DONG-HON-NUA.SO-NONG-NGHIEP.HANOI.GOV.VN"
    )

    assert said.status == 1
    assert "0,4 mm" in said.err
    assert said.out == ""
    assert office.batches() == []


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--design", "tem-25x36"), "gần giống nhất: tem-25x35"),
        (("--stock", "a5"), "gần giống nhất: a4"),
        (("--host", "hai từ"), "«hai từ» không phải là tên máy chủ"),
        (("--host", ""), "OCOP.HANOI.GOV.VN"),
        (("--host", "FTP://TEM.VN"), "không phải là tên máy chủ"),
        (("--proof", "nhanh"), "none, symbols, auto, all"),
        (("--quantity", "0"), "từ 1 đến 1.048.575"),
        (("--quantity", "hai"), "«hai»"),
        (("--skip", "-1"), "«-1»"),
        (("--skip", "42"), "42 vị trí"),
        (("--processes", "0"), "từ 1 đến 256"),
        (("--out", "san-pham.csv"), "là một tệp"),
        (("--all",), "đúng một trong ba"),
        (("--resume", "last"), "đúng một trong ba"),
        (("--desgin", "a4"), "gần giống nhất: --design"),
        (("--quantity",), "cần một giá trị"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_named_with_its_remedy_and_nothing_is_imported(
    office: CommandLine, words: tuple[str, ...], part: str
) -> None:
    said = office.run("print", "san-pham.csv", *words)

    assert said.status == 2
    assert part in said.err
    assert said.out == ""


def test_a_stock_that_cannot_hold_the_design_is_refused(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--design", "nhan-60x90", "--stock", "roll-25x35x4")

    assert said.status == 1
    assert "thiếu 35 mm" in said.err


def test_an_output_refusing_files_stops_before_anything_is_ordered(office: CommandLine) -> None:
    (office.folder / "tệp").write_text("")

    said = office.run("print", "san-pham.csv", "--out", "tệp/trong")
    resumed = office.run("print", "--resume", "last")

    assert (said.status, resumed.status) == (1, 1)
    assert "--out" in said.err
    assert "Chưa có đợt in nào" in resumed.err


def test_a_held_batch_gets_no_advice_to_resume(office: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    rightly = sheet_pdf.qr_page_operators  # type: ignore[attr-defined]
    monkeypatch.setattr(sheet_pdf, "qr_page_operators", lambda paths, places: rightly(paths[::-1], places))

    said = office.run("print", "san-pham.csv", "--quiet", "--processes", "1")

    assert said.status == 1
    assert "labelsvc design check tem-25x35" in said.err
    assert "--resume" not in said.err


@pytest.mark.parametrize(("proof", "warned"), [("none", True), ("symbols", True), ("auto", False)])
def test_unproofed_batches_say_so_plainly(proof: str, warned: bool, office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv", "--quiet", "--proof", proof)

    ticket = " ".join(text_of(said.last, "ticket.pdf").split())
    assert ("Không kiểm tra" in said.err) == warned
    assert ("KHÔNG KIỂM TRA" in ticket) == warned


def test_many_refused_products_are_counted_and_the_first_are_listed(office: CommandLine) -> None:
    office.records(*records(2, 3), *records(14, Hạng_sao="2", Điểm=""))

    said, facts = office.run("print", "san-pham.csv"), office.run("print", "san-pham.csv", "--json").json
    head, *names = said.err[said.err.index("✗") :].splitlines()[:7]

    assert head.endswith("(14 sản phẩm):")
    assert all(name.startswith("    ") and name.endswith(")") for name in names)
    assert "… và 9 sản phẩm nữa" in names[-1]
    assert len(facts["refused_products"]) == 14


def test_strict_trace_refuses_products_by_name_and_what_lacks(office: CommandLine) -> None:
    warned = office.run("print", "san-pham.csv", "--dry-run")
    refused = office.run("print", "san-pham.csv", "--dry-run", "--strict-trace")

    assert (warned.status, refused.status) == (0, 1)
    assert "· thiếu thông tin truy xuất: 2 sản phẩm" in warned.out
    assert f"\n    hình ảnh: 2 ({records(2, 3)[0]['Tên sản phẩm']}" in warned.out
    assert "✗ thiếu thông tin truy xuất (hình ảnh" in refused.err
    assert records(2, 3)[0]["Tên sản phẩm"] in refused.err


def test_resuming_says_that_it_waits_for_another_machine(office: CommandLine) -> None:
    office.run("print", "san-pham.csv", "--quiet", "--processes", "1", "--proof", "none")
    own = Holder.parse(own_holder()) or Holder("", 0, 0, 0, 0)
    elsewhere = str(replace(own, machine=f"{own.boot}/1"))  # another container: SQLite's file has one machine
    with closing(sqlite3.connect(office.home / "labelsvc.db")) as database, database:
        database.execute("UPDATE batches SET holder = ?", (elsewhere,))

    said = office.run("print", "--resume", "last", LEASE="2")

    assert said.status == 0
    assert "chờ tối đa 2 giây" in said.err
