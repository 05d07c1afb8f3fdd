"""``labelsvc reprint``, ``replace``, ``void`` and ``lot``: what they ask, what they say, what they leave with."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from labelsvc.config import Settings
from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.recognition import Withdrawal
from labelsvc.services import Services
from labelsvc.workflows.change_recognition import withdraw
from tests.offices.command_line import CommandLine, manifest, records
from tests.offices.command_terminal import on_a_terminal
from tests.offices.stored_office import as_interrupted

WHY = "Kẹt giấy"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office with a batch of two lines with 30 stamps each, on two sheets or more."""
    office = CommandLine(tmp_path_factory.mktemp("printed"))
    assert office.run("print", office.records(*records(2, 30)), "--proof", "none").status == 0
    return office.folder


@pytest.fixture
def office(printed: Path, tmp_path: Path) -> CommandLine:
    """A copy of that office."""
    shutil.copytree(printed, tmp_path, dirs_exist_ok=True)
    return CommandLine(tmp_path)


@pytest.fixture
def batch(office: CommandLine) -> str:
    return office.batches()[0]


def code_of(office: CommandLine, batch: str, line: int, serial: int) -> str:
    wanted = str(line), str(serial)
    return next(row["code"] for row in manifest(office.output / batch) if (row["line"], row["serial"]) == wanted)


def test_a_reprint_ends_with_its_file(office: CommandLine, batch: str) -> None:
    said = office.run("reprint", batch, "--sheets", "1", "--destroyed", WHY, "--yes")

    assert said.status == 0
    assert said.last == str(office.output / batch / "reprint-001.pdf")
    assert Path(said.last).read_bytes().startswith(b"%PDF-1.6")
    assert {path.name for path in (office.output / batch).glob("reprint-*")} == {
        "reprint-001.pdf",
        "reprint-001.csv",
        "reprint-001.json",
    }


def test_a_program_gets_the_reprint_as_json(office: CommandLine, batch: str) -> None:
    words = ("--serials", "2:3-5", "--serials", "1:1 1:2", "--destroyed", WHY, "--yes", "--json")

    said = office.run("reprint", batch, *words, "--out", "elsewhere")

    assert said.status == 0
    assert said.json["serials"] == ["1:1-2", "2:3-5"]
    assert (said.json["pieces"], said.json["reprint"], said.json["same_as_released"]) == (5, 1, True)
    assert said.json["file"] == str(office.folder / "elsewhere" / batch / "reprint-001.pdf")


def test_lost_stamps_are_replaced_and_answer_red_from_then_on(office: CommandLine, batch: str) -> None:
    lost, kept = code_of(office, batch, 1, 4), code_of(office, batch, 1, 6)

    said = office.run("replace", batch, "--serials", "1:4-5", "--lost", "Mất ở kho", "--yes")

    new = office.batches()[1]
    assert said.status == 0
    assert said.last == str(office.output / new)
    assert f"thay cho 1:4-5 của đợt in {batch}" in said.out
    answers = {language: office.run("verify", lost, language=language) for language in ("vi", "en")}
    assert {answer.status for answer in answers.values()} == {3}
    assert "đã báo mất và không còn giá trị" in answers["vi"].out
    assert "Lý do: Mất ở kho." in answers["vi"].out
    assert "reported lost and is void" in answers["en"].out
    assert office.run("verify", lost, "--json").status == 3
    assert office.run("verify", kept).status == 0
    assert office.run("verify", manifest(office.output / new)[0]["code"]).status == 0


def test_programs_get_the_warned_products_of_a_replacement(tmp_path: Path) -> None:
    office = CommandLine(tmp_path)
    lacking = records(3, 2, Nhóm_sản_phẩm="Thực phẩm", Thành_phần="")
    office.run("print", office.records(*lacking), "--design", "nhan-60x90", "--proof", "none")

    (batch,) = office.batches()
    said = office.run("replace", batch, "--serials", "1:1 2:1 3:2", "--lost", WHY, "--yes", "--json")

    assert said.status == 0
    assert {one["product"] for one in said.json["warned_products"]} == {one["Tên sản phẩm"] for one in lacking}
    assert (said.json["refused"], said.json["warnings"]) == (0, [])


def test_a_program_gets_the_replacement_as_json(office: CommandLine, batch: str) -> None:
    said = office.run("replace", batch, "--serials", "2:30 1:1-2", "--lost", WHY, "--yes", "--json")

    assert said.status == 0
    assert said.json["replaces"] == {"batch": batch, "serials": ["1:1-2", "2:30"]}
    assert (said.json["batch"], said.json["pieces"]) == (office.batches()[1], 3)


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("reprint", "{}", "--sheets", "99", "--destroyed", WHY, "--yes"), 2, "các tờ là 1–"),
        (("reprint", "{}", "--sheets", "2-1", "--destroyed", WHY, "--yes"), 2, "ví dụ 3,7-9"),
        (("reprint", "{}", "--sheets", "", "--destroyed", WHY, "--yes"), 2, "ví dụ 3,7-9"),
        (("reprint", "{}", "--serials", "5", "--destroyed", WHY, "--yes"), 2, "17:5-20,31"),
        (("reprint", "{}", "--serials", "3:1", "--destroyed", WHY, "--yes"), 2, "các dòng là 1–2"),
        (("reprint", "{}", "--serials", "1:31", "--destroyed", WHY, "--yes"), 2, "các số là 1–30"),
        (("reprint", "2020-001", "--sheets", "1", "--destroyed", WHY, "--yes"), 2, "các đợt gần nhất: {}"),
        (("reprint", "{}", "--destroyed", WHY, "--yes"), 2, "--sheets (cả tờ) hoặc --serials"),
        (("reprint", "{}", "--sheets", "1", "--serials", "1:1", "--destroyed", WHY), 2, "đúng một trong hai"),
        (("reprint", "{}", "--sheets", "1", "--yes"), 2, "Thiếu --destroyed"),
        (("reprint", "{}", "--sheets", "1", "--destroyed", " ", "--yes"), 2, "Cần nói rõ lý do"),
        (("reprint", "{}", "--sheets", "1", "--destroyed", WHY), 2, "--yes"),
        (("replace", "{}", "--serials", "1:1", "--yes"), 2, "Thiếu --lost"),
        (("replace", "{}", "--serials", "1:1", "--lost", "", "--yes"), 2, "Cần nói rõ lý do"),
        (("replace", "{}", "--lost", WHY, "--yes"), 2, "Thiếu --serials"),
        (("replace", "{}", "--serials", "1:1", "--lost", WHY), 2, "--yes"),
    ],
)
def test_impossible_requests_are_explained_and_nothing_is_made(
    office: CommandLine, batch: str, words: tuple[str, ...], status: int, says: str
) -> None:
    said = office.run(*(word.replace("{}", batch) for word in words))

    assert (said.status, said.out) == (status, "")
    assert says.replace("{}", batch) in said.err
    assert office.batches() == [batch]
    assert not list(office.output.rglob("reprint*"))


def test_void_stamps_are_neither_replaced_twice_nor_reprinted(office: CommandLine, batch: str) -> None:
    words = ("replace", batch, "--serials", "1:4-5", "--lost", WHY, "--yes")
    office.run(*words)

    again = office.run(*words)
    reprint = office.run("reprint", batch, "--sheets", "1", "--destroyed", WHY, "--yes")

    assert (again.status, reprint.status) == (1, 1)
    assert "1:4-5" in again.err
    assert "1:4-5" in reprint.err
    assert len(office.batches()) == 2


def answered(office: CommandLine, answer: str, *words: str) -> tuple[int, str]:
    """Run a command on a pseudo-terminal and answer its question; return its status and what was shown."""

    def act(terminal: int, written: bytes) -> bool:
        return b"(y/N)" in written and bool(os.write(terminal, answer.encode() + b"\n"))

    said = on_a_terminal(office, *words, act=act)
    return said.status, said.out


@pytest.mark.parametrize(("answer", "status"), [("có", 0), ("", 1)])  # other answers: test_confirmation
def test_a_terminal_is_asked_first_and_only_a_yes_goes_on(
    office: CommandLine, batch: str, answer: str, status: int
) -> None:
    left, shown = answered(office, answer, "reprint", batch, "--serials", "1:3-4", "--destroyed", WHY)

    assert left == status
    assert f"Sẽ in lại 2 tem của đợt in {batch}" in shown
    assert f"đã bị hủy hết ({WHY})" in shown
    assert ("Chưa làm gì." in shown) == (status == 1)
    assert len(list(office.output.rglob("reprint-001.pdf"))) == 1 - status


def test_a_terminal_shows_what_a_replacement_would_do(office: CommandLine, batch: str) -> None:
    left, shown = answered(office, "n", "replace", batch, "--serials", "1:3-4", "--lost", WHY)

    assert left == 1
    assert f"Sẽ hủy vĩnh viễn 2 tem của đợt in {batch} (1:3-4)" in shown
    assert office.batches() == [batch]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["where a file is gone", "in another folder"])
def test_a_released_batch_is_never_printed_twice(office: CommandLine, batch: str, elsewhere: bool) -> None:
    pdf = office.output / batch / "labels-001.pdf"
    if not elsewhere:
        pdf.unlink()

    said = office.run("print", "--resume", batch, *(("--out", "elsewhere") if elsewhere else ()))

    assert said.status == 1
    assert f"labelsvc reprint {batch} --sheets 1-" in said.err
    assert "--resume" not in said.err
    assert pdf.exists() is elsewhere
    assert not list((office.folder / "elsewhere").rglob("*.pdf"))


def test_a_released_batch_that_is_whole_is_left_as_it_is(office: CommandLine, batch: str) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (office.output / batch).glob("[!.]*")}

    said = office.run("print", "--resume", batch)

    assert said.status == 0
    assert {path.name: path.stat().st_mtime_ns for path in (office.output / batch).glob("[!.]*")} == before


def test_an_interrupted_batch_goes_on_only_while_its_recognitions_hold(office: CommandLine, batch: str) -> None:
    services = Services(Settings.read(office.environment({})))
    stored = services.products.all()[0]
    as_interrupted(services.database, batch)
    withdraw(
        stored,
        stored.recognitions[0].id,
        Withdrawal(date.today(), "Vi phạm", "12/QĐ"),
        services.recognitions,
        ChangeContext("thu", datetime.now(UTC), "Vi phạm"),
    )
    (office.output / batch / "labels-001.pdf").unlink()
    services.close()

    said = office.run("print", "--resume", batch)

    assert said.status == 1
    assert stored.product.name in said.err
    assert "đã bị thu hồi" in said.err
    assert not (office.output / batch / "labels-001.pdf").exists()


def test_void_asks_for_a_yes_and_says_what_is_void(office: CommandLine, batch: str) -> None:
    unsure = office.run("void", batch, "--serials", "1:2-3", "--lost", WHY)
    said = office.run("void", batch, "--serials", "1:2-3", "--lost", WHY, "--yes")
    again = office.run("void", batch, "--serials", "1:3", "--destroyed", WHY, "--yes")

    assert unsure.status == 2
    assert said.status == 0
    assert "1:2-3" in said.out
    assert again.status == 1
    assert office.batches() == [batch], "nothing is printed"
    assert "báo mất" in office.run("verify", code_of(office, batch, 1, 2)).out


def test_a_lot_is_entered_by_two_codes_and_shown(office: CommandLine, batch: str) -> None:
    first, last, other = (code_of(office, batch, line, serial) for line, serial in ((1, 2), (1, 9), (2, 3)))
    days = ("--made-on", "02/11/2025", "--use-by", "2025-12-02")

    said = office.run("lot", first.lower(), last, "--number", "L01", *days)
    again = office.run("lot", last, last, "--number", "L02")
    across = office.run("lot", first, other, "--number", "L02")
    undated = office.run("lot", first, last, "--made-on", "31/02/2026")

    assert (said.status, again.status, across.status, undated.status) == (0, 2, 2, 2)
    assert "L01" in office.run("verify", first).out
    assert "L01" not in office.run("verify", other).out
    assert "31/02/2026" in undated.err


def test_a_program_gets_what_is_void_as_json(office: CommandLine, batch: str) -> None:
    said = office.run("void", batch, "--serials", "1:1 2:5-6", "--destroyed", WHY, "--yes", "--json")

    assert json.loads(said.out) == {"batch": batch, "kind": "destroyed", "serials": ["1:1", "2:5-6"], "count": 3}


@pytest.mark.parametrize("given", [(), ("--lost", WHY, "--destroyed", WHY)])
def test_void_wants_either_lost_or_destroyed(office: CommandLine, batch: str, given: tuple[str, ...]) -> None:
    said = office.run("void", batch, "--serials", "1:1", *given, "--yes")

    assert said.status == 2
    assert "--destroyed" in said.err
