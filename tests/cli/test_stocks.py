"""``labelsvc stock``: lists, checks, calibration sheets; stocks of the office beside the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from tests import CHECKOUT
from tests.offices.command_line import CommandLine

L7160 = (CHECKOUT / "templates" / "sheets" / "avery-l7160.toml").read_text(encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    (tmp_path / "decal-64.toml").write_text(L7160.replace("gap_x_mm = 2.54", "gap_x_mm = 2.5"), encoding="utf-8")
    return CommandLine(tmp_path)


def test_a_stock_of_a_file_is_added_and_retired(office: CommandLine) -> None:
    added = office.run("stock", "add", "decal-64.toml")
    listed = {one["name"] for one in office.run("stock", "list", "--json").json}
    checked = office.run("stock", "check").out
    sheet = office.run("stock", "calibrate", "decal-64")
    retired = office.run("stock", "retire", "decal-64")
    gone = office.run("stock", "calibrate", "decal-64")

    assert (added.status, retired.status, gone.status) == (0, 0, 2)
    assert {"decal-64", "a4"} <= listed
    assert "decal-64: " in checked
    assert (office.folder / sheet.last).read_bytes().startswith(b"%PDF")
    assert "decal-64" in gone.err


def test_a_faulty_file_is_refused_with_field_line_and_remedy(office: CommandLine) -> None:
    (office.folder / "sai.toml").write_text(L7160.replace("columns = 3", "columns = 4"), encoding="utf-8")

    said = office.run("stock", "add", "sai.toml", language="en")

    line = L7160.splitlines().index("columns = 3") + 1
    assert said.status != 0
    assert f"sai.toml, line {line}" in said.err
    assert "58.83 mm too much. Take fewer columns" in said.err


def test_shipped_stocks_are_neither_replaced_nor_retired(office: CommandLine) -> None:
    added = office.run("stock", "add", "decal-64.toml", "--name", "a4")
    retired = office.run("stock", "retire", "a4")

    assert (added.status != 0, retired.status != 0) == (True, True)
    assert "có sẵn" in added.err + retired.err


def test_the_catalogue_is_searched_and_a_paper_taken(office: CommandLine) -> None:
    found = office.run("stock", "catalogue", "avery", "63.5x38.1", "--json").json
    shown = office.run("stock", "catalogue", "tomy", "145", language="en").out
    floating = office.run("stock", "catalogue", "avery", "l7160", "--design", "tem-25x35", language="en").out
    taken = office.run("stock", "take", "herma", "4418")
    unknown = office.run("stock", "take", "tomy", "145")

    assert any("L7160" in paper["numbers"] for paper in found)
    assert "the sources differ" in shown
    assert "White edge stays: label 25 × 35 mm; 19.25 mm on each side" in floating
    assert "herma-4418" in taken.out
    assert unknown.status != 0
    assert "herma-4418" in {one["name"] for one in office.run("stock", "list", "--json").json}


def test_calibration_sheets_name_a_printer_and_offsets_are_checked(office: CommandLine) -> None:
    sheet = office.run("stock", "calibrate", "a4", "--printer", "HP M404", "--offset", "0.8,-0.5")
    wrong = [office.run("stock", "calibrate", "a4", "--offset", typed) for typed in ("0.8", "a,b", "30,0")]

    plain = office.run("stock", "calibrate", "a4", "-o", "plain.pdf")

    corners = []
    for said in (plain, sheet):
        with pikepdf.open(office.folder / said.last) as pdf:
            corners.append(float(pdf.pages[0].trimbox.as_list()[0]) / 72 * 25.4)
    assert corners[1] - corners[0] == pytest.approx(0.8, abs=0.01)
    assert [said.status for said in wrong] == [2, 2, 2]
    assert "0.5,-0.3" in wrong[0].err
    assert "nhiều nhất 20 mm" in wrong[2].err


def test_stocks_are_listed_in_both_languages(office: CommandLine) -> None:
    vietnamese, english = office.run("stock", "list"), office.run("stock", "list", language="en")

    names = {one["name"] for one in office.run("stock", "list", "--json").json}
    assert {"a4", "single", "avery-l7160", "330x480"} <= names
    assert "Mỗi trang một nhãn" in vietnamese.out
    assert "One label per page" in english.out


def test_the_check_of_stocks_counts_the_labels_of_a_sheet(office: CommandLine) -> None:
    said = office.run("stock", "check")

    counts = dict(line.split(": ", 1) for line in said.out.splitlines())
    assert (said.status, said.err) == (0, "")
    assert "tem-25x35 × 132" in counts["330x480"]
    assert "tem-25x35 × 144" in counts["330x480-dense"]


def test_a_calibration_sheet_is_a_pdf_of_the_paper(office: CommandLine) -> None:
    said = office.run("stock", "calibrate", "a4")

    assert said.status == 0
    width, height = pypdfium2.PdfDocument(office.folder / said.last)[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)


def test_an_unknown_stock_is_wrong_usage(office: CommandLine) -> None:
    said = office.run("stock", "calibrate", "a9", "-o", "x.pdf")

    assert said.status == 2
    assert "gần giống nhất: a" in said.err
    assert not (office.folder / "x.pdf").exists()


def test_a_calibration_sheet_is_written_to_the_given_file(office: CommandLine) -> None:
    said = office.run("stock", "calibrate", "roll-25x35x4", "-o", "cuộn.pdf", language="en")

    assert said.last == "cuộn.pdf"
    assert (office.folder / "cuộn.pdf").read_bytes().startswith(b"%PDF")
