"""``labelsvc audit verify``: whole or not, and whether a ticket's figures are in it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.offices.command_line import CommandLine, records, text_of
from tests.offices.prepared_databases import put_sqlite


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    return line


def test_a_tickets_figures_are_found_in_the_log(office: CommandLine) -> None:
    said = office.run("print", office.records(*records(1, 2)))
    head = re.search(r"(\d+:[0-9a-f]{20})", text_of(said.last, "ticket.pdf").replace("\n", ""))
    assert head

    found = office.run("audit", "verify", "--head", head[1])
    facts = office.run("audit", "verify", "--head", head[1], "--json").json

    assert found.status == 0
    assert "còn nguyên" in found.out
    assert facts["whole"] is facts["has_asked"] is True
    assert facts["rows"] >= int(head[1].partition(":")[0])


def test_a_row_that_was_changed_is_named(office: CommandLine) -> None:
    office.run("print", office.records(*records(1, 2)))
    with closing(sqlite3.connect(office.home / "labelsvc.db", isolation_level=None)) as stored:
        stored.execute("DROP TRIGGER only_growing_audit_update")
        stored.execute("UPDATE audit SET after = 'khác' WHERE id = 1")

    said = office.run("audit", "verify")
    facts = office.run("audit", "verify", "--json")

    assert said.status == facts.status == 1
    assert "Dòng 1 " in said.err
    assert facts.json["broken"] == [1]


def test_figures_that_the_log_does_not_hold_are_said(office: CommandLine) -> None:
    office.run("print", office.records(*records(1, 2)))

    said = office.run("audit", "verify", "--head", f"1:{'0' * 20}")

    assert said.status == 1
    assert "không có" in said.err


def test_invalid_numbers_are_refused(office: CommandLine) -> None:
    said = office.run("audit", "verify", "--head", "abc")

    assert said.status == 2
    assert "DÒNG:MÃ" in said.err
