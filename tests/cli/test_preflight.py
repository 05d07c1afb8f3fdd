"""``labelsvc preflight`` as a clerk types it."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest

from labelsvc.preflight.rules import RULES
from tests.offices.command_line import CommandLine
from tests.samples.fault_planting import good, painted, rewritten, saved, too_large_to_check

RGB = painted("/GSn gs 1 0 0 rg 10 20 30 5 re f")


@pytest.fixture
def clerk(tmp_path: Path) -> CommandLine:
    (tmp_path / "good.pdf").write_bytes(good())
    (tmp_path / "rgb.pdf").write_bytes(saved(RGB))
    return CommandLine(tmp_path)


def test_good_files_are_reported_rule_by_rule_with_sources(clerk: CommandLine) -> None:
    said = clerk.run("preflight", "good.pdf", language="en")

    assert said.status == 0
    assert said.err == ""
    assert sum(line.startswith("  ✓ ") for line in said.out.splitlines()) > 50
    assert all(f"[{rule.source}]" in said.out for rule in RULES)
    assert said.last.startswith("good.pdf: 2 pages, passed")


def test_faults_are_reported_with_page_millimetres_object_and_remedy(clerk: CommandLine) -> None:
    said = clerk.run("preflight", "rgb.pdf", language="en")

    (line,) = [line for line in said.out.splitlines() if "DeviceRGB" in line]
    assert said.status == 1
    assert line.strip().startswith("page 2, ")
    assert " mm, object " in line
    assert "convert it to CMYK" in line
    assert "NOT passed" in said.last


def test_a_rule_that_could_not_be_checked_is_no_pass(clerk: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "huge.pdf").write_bytes(too_large_to_check())

    said, told = (clerk.run("preflight", "huge.pdf", *more, language="en") for more in (("--quiet",), ("--json",)))

    assert (said.status, told.status) == (1, 1)
    assert "NOT passed – 0 rules failed" in said.last
    assert any(line.startswith("  ? ") for line in said.out.splitlines())
    assert json.loads(told.out)["passed"] is False


def test_quiet_tells_faults_and_the_result_only_in_vietnamese_too(clerk: CommandLine) -> None:
    well, ill = (clerk.run("preflight", name, "--quiet") for name in ("good.pdf", "rgb.pdf"))

    assert len(well.out.splitlines()) == 1
    assert sum(line.startswith("  ✗") for line in ill.out.splitlines()) == 1
    assert "✓" not in ill.out
    assert "trang 2, " in ill.out
    assert "hãy chuyển sang CMYK" in ill.out
    assert "KHÔNG đạt" in ill.last


def test_json_contains_every_rule_and_fault(clerk: CommandLine) -> None:
    said = clerk.run("preflight", "rgb.pdf", "--json", language="en")

    report = said.json
    by_rule = {rule["rule"]: rule for rule in report["rules"]}
    (fault,) = by_rule["colour_spaces"]["faults"]
    assert said.status == 1
    assert (report["pages"], report["passed"]) == (2, False)
    assert set(by_rule) == {rule.name for rule in RULES}
    assert by_rule["ordered_size"]["result"] == "not_applicable"
    assert (fault["page"], fault["code"], fault["times"]) == (2, "preflight.colour_spaces", 1)
    assert fault["x_mm"] > 0
    assert fault["object"] > 0


def test_a_file_that_cannot_be_checked_is_a_sentence(clerk: CommandLine) -> None:
    (clerk.folder / "empty.pdf").write_bytes(b"")

    said = clerk.run("preflight", "empty.pdf")

    assert said.status == 1
    assert "empty.pdf" in said.err
    assert "Traceback" not in said.err


def test_a_file_with_a_password_is_a_sentence(clerk: CommandLine) -> None:
    with pikepdf.open(clerk.folder / "good.pdf") as pdf:
        pdf.save(clerk.folder / "locked.pdf", encryption=pikepdf.Encryption(user="x", owner="y", R=4))

    said = clerk.run("preflight", "locked.pdf", language="en")

    assert said.status == 1
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "password" in said.err


@pytest.mark.parametrize("words", [[], ["nothing.pdf"], ["good.pdf", "rgb.pdf"], ["good.pdf", "--loud"]])
def test_wrong_usage_leaves_with_2(clerk: CommandLine, words: list[str]) -> None:
    said = clerk.run("preflight", *words)

    assert said.status == 2
    assert said.out == ""


def test_in_a_pipe_the_report_is_the_whole_of_standard_output(clerk: CommandLine) -> None:
    said = clerk.process("preflight", "good.pdf", "--json")

    assert said.status == 0
    assert json.loads(said.out)["passed"] is True
    assert said.err == ""


def test_a_sheet_without_a_symbol_is_warned_of(clerk: CommandLine) -> None:
    (clerk.folder / "none.pdf").write_bytes(
        saved(rewritten((rb"/GSk gs 0 0 0 1 k 0 0 0 1 K\n", b"/GSn gs 0 0 0 0 k ")))
    )

    said = clerk.run("preflight", "none.pdf", "--quiet", language="en")
    report = json.loads(clerk.run("preflight", "none.pdf", "--json", language="en").out)

    assert "no QR found on page 2" in said.err
    assert report["warnings"] == ["no QR found on page 2"]
