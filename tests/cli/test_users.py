"""``labelsvc user``: accounts from the command line, and what it says where something is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.offices.command_line import CommandLine, records
from tests.offices.prepared_databases import put_sqlite


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    line.records(*records(1, Chủ_thể="HTX Sen Việt"))
    assert line.run("import", "san-pham.csv").status == 0
    return line


def test_a_producers_account_is_made_by_number_or_by_name(office: CommandLine) -> None:
    by_name = office.process("user", "add", "sen@htx.vn", "--role", "producer", "--producer", "sen viet")
    by_number = office.process("user", "add", "hai@htx.vn", "--role", "producer", "--producer", 1)

    accounts = office.run("user", "list", "--json").json

    assert (by_name.status, by_number.status) == (0, 0)
    assert {one["email"]: one["producer"] for one in accounts} == {"sen@htx.vn": 1, "hai@htx.vn": 1}


def test_a_producer_account_needs_a_producer_and_lists_candidates(office: CommandLine) -> None:
    said = office.process("user", "add", "sen@htx.vn", "--role", "producer")
    unknown = office.process("user", "add", "sen@htx.vn", "--role", "producer", "--producer", "Không Ai")
    needless = office.process("user", "add", "sen@htx.vn", "--producer", 1)

    assert {said.status, unknown.status, needless.status} == {2}
    assert "--producer SỐ" in said.err
    assert "1 HTX Sen Việt" in said.err
    assert "«Không Ai»" in unknown.err
    assert "--role producer" in needless.err


def test_existing_accounts_are_told_how_to_regain_access(office: CommandLine) -> None:
    office.process("user", "add", "lan@vanphong.vn")

    again = office.process("user", "add", "lan@vanphong.vn")

    assert again.status == 2
    assert "labelsvc user reset lan@vanphong.vn" in again.err


def test_accounts_are_listed_in_columns_with_roles_in_words(office: CommandLine) -> None:
    office.process("user", "add", "lan@vanphong.vn", "--name", "Lan")
    office.process("user", "add", "nguyen.thi.hoa@vanphong.vn", "--role", "auditor", "--name", "Hoa")

    rows = office.run("user", "list").out.splitlines()

    assert "administrator" not in "".join(rows)
    assert rows[0].index("Quản trị viên") == rows[1].index("Kiểm tra viên")
    assert rows[0].index("  Lan") == rows[1].index("  Hoa")


def test_trial_accounts_before_an_import_lack_a_producer(tmp_path: Path) -> None:
    said = CommandLine(tmp_path, host="OCOP.HANOI.EXAMPLE").run("user", "demonstration")

    assert "--role producer" in said.out
    assert "chuthe@ocop.example  " not in said.out
