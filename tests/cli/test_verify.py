"""``labelsvc verify``: the page's verdict, its exit statuses, and never "not ours" where nobody can know."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from labelsvc.config import Settings
from labelsvc.services import Services
from tests.offices.command_line import CommandLine, as_typed, manifest, records
from tests.offices.prepared_databases import put_sqlite
from tests.samples.signed_verdicts import verify as verify_signature


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    return line


def printed(office: CommandLine, *words: str) -> str:
    """Print two labels and return the first one's code."""
    said = office.run("print", office.records(*records(1, 2)), *words)
    return manifest(said.last)[0]["code"]


def test_valid_codes_are_verified_with_product_in_any_spelling(office: CommandLine) -> None:
    code = printed(office)

    answers = [office.run("verify", typed) for typed in as_typed(code)]

    assert {said.status for said in answers} == {0}
    assert len({said.out for said in answers}) == 1
    assert "còn hiệu lực" in answers[0].out
    assert records()[0]["Tên sản phẩm"] in answers[0].out
    assert "Tem số 000 001" in answers[0].out


def test_a_code_that_is_not_ours_leaves_with_1(office: CommandLine) -> None:
    printed(office)

    said = office.run("verify", "00000 00000 00000 00000")

    assert said.status == 1
    assert "không có trong hệ thống" in said.out


def test_a_code_whose_recognition_is_withdrawn_leaves_with_3(office: CommandLine) -> None:
    code = printed(office)
    with sqlite3.connect(office.home / "labelsvc.db") as stored:
        stored.execute("UPDATE recognitions SET withdrawn_since = '2026-01-02', withdrawal_reason = 'Vi phạm'")

    said = office.run("verify", code)

    assert said.status == 3
    assert "thu hồi" in said.out
    assert "Vi phạm" in said.out


def test_sealed_codes_without_record_exit_3_and_are_never_fake(office: CommandLine, tmp_path: Path) -> None:
    code = printed(office)
    (tmp_path / "khác").mkdir()
    other = CommandLine(tmp_path / "khác")
    office.run("keys", "export", "-o", other.folder / "keys.txt")
    other.run("keys", "import", "keys.txt")

    said = other.process("verify", code)

    assert said.status == 3
    assert "Không tìm thấy hồ sơ" in said.out
    assert "giả" not in said.out
    assert said.err == ""


@pytest.mark.parametrize("typed", ["abc", "", "xin chào", "7K3QX 9ZT4M", "U" * 20, "https://example.org/"])
def test_invalid_codes_exit_with_2(office: CommandLine, typed: str) -> None:
    said = office.run("verify", typed)

    assert said.status == 2
    assert "20 ký tự" in said.err
    assert said.out == ""


def test_no_code_at_all_is_wrong_usage(office: CommandLine) -> None:
    said = office.run("verify")

    assert said.status == 2
    assert "Thiếu MÃ|URL" in said.err


def test_lost_keys_are_no_answer_instead_of_not_ours(office: CommandLine) -> None:
    code = printed(office)
    (office.home / "keys.json").unlink()

    said = office.run("verify", code)

    assert said.status == 2
    assert "labelsvc keys rotate --lost" in said.err
    assert said.out == ""


def test_a_database_that_cannot_be_opened_is_no_answer(office: CommandLine) -> None:
    code = printed(office)
    (office.folder / "hỏng.db").write_bytes(bytes(range(256)) * 16)

    said = office.run("verify", code, database=f"sqlite:///{office.folder}/hỏng.db")

    assert said.status == 2
    assert "hỏng.db" in said.err


def test_a_home_without_keys_gives_no_answer_and_says_why(office: CommandLine) -> None:
    said = office.run("verify", "0" * 20)

    assert said.status == 2
    assert "không có trong hệ thống" not in said.out
    assert "LABELSVC_HOME" in said.err


def test_a_trial_among_other_batches_is_told_as_one(office: CommandLine) -> None:
    real = printed(office)
    trial = printed(office, "--host", "HTTP://192.168.1.7:8000")

    answers = [office.run("verify", code).out for code in (real, trial)]

    assert ["IN THỬ" in answer for answer in answers] == [False, True]


def test_uncounted_codes_say_that_copies_are_indistinguishable(office: CommandLine) -> None:
    code = printed(office, "--uncounted")

    said = office.run("verify", code)

    assert said.status == 0
    assert "không đánh số" in said.out


def test_a_verification_is_no_scan(office: CommandLine) -> None:
    code = printed(office)

    counts = [json.loads(office.run("verify", code, "--json").out)["scans"]["count"] for _ in range(2)]

    assert counts == [0, 0]


def test_the_answer_is_english_if_configured(office: CommandLine) -> None:
    code = printed(office)

    said = office.run("verify", code, language="en")

    assert "in force" in said.out


def test_json_is_signed_as_over_the_web(office: CommandLine) -> None:
    code = printed(office)
    services = Services(Settings.read(office.environment({})))
    services.verifying_keys.compare()

    signed = json.loads(office.run("verify", "--json", code).out)
    keys = services.verdict_signer.public_keys()
    services.close()

    verify_signature(signed, keys)
    assert signed["code"] == code
