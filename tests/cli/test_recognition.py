"""``labelsvc recognition``: extends by a rule alone, keeps in force by the office's word, withdraws on a ground."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.offices.command_line import CommandLine, records
from tests.offices.prepared_databases import put_sqlite


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    """An office with one product, whose id is 1 in a new database."""
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    line.run("import", line.records(*records(1, 1)))
    return line


def test_stars_are_extended_by_a_rule_or_the_office_alone(office: CommandLine) -> None:
    until = (date.today() + timedelta(days=2_000)).strftime("%d/%m/%Y")
    asked = ("recognition", "extend", 1, "--until", until, "--reason", "chờ", "--yes")

    by_law = office.run(*asked)
    by_office = office.run(*asked, "--by-office", "--json")

    assert by_law.status == 2
    assert "Không quy định nào cho gia hạn" in by_law.err
    assert (by_office.status, by_office.json["by_office"]) == (0, True)


def test_stars_are_withdrawn_on_a_ground_of_the_list(office: CommandLine) -> None:
    asked = ("recognition", "withdraw", 1, "--decision", "6120/QĐ-UBND", "--reason", "in 5 sao trên hộp")

    unknown = office.run(*asked, "--ground", "bad-taste", "--yes")
    unsure = office.run(*asked, "--ground", "misuse-of-mark")
    done = office.run(*asked, "--ground", "misuse-of-mark", "--yes")
    again = office.run("print", "--all")

    assert (unknown.status, unsure.status, done.status) == (2, 2, 0)
    assert "misuse-of-mark" in unknown.err
    assert "Đã thu hồi" in done.out
    assert "bị thu hồi" in again.err


def test_an_unknown_product_or_day_is_refused_with_a_hint(office: CommandLine) -> None:
    words = ("--reason", "chờ", "--yes")

    nobody = office.run("recognition", "extend", 99, "--until", "31/12/2026", *words)
    no_day = office.run("recognition", "extend", 1, "--until", "31/13/2026", *words)

    assert (nobody.status, no_day.status) == (2, 2)
    assert "ghi như 31/12/2026" in no_day.err
