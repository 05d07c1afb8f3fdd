"""Batches that were interrupted, by Ctrl-C too, and go on where they stopped."""

from __future__ import annotations

import os
import sqlite3
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from labelsvc.config import Settings
from labelsvc.services import Services
from tests.offices.command_line import CommandLine, manifest, records
from tests.offices.command_terminal import on_a_terminal
from tests.offices.stored_office import as_interrupted


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


SMALL_PARTS = (
    sys.executable,
    "-c",
    "from labelsvc.domain import batch; batch.LEAST_PIECES_IN_PART = 5_000; from labelsvc.cli import run; run()",
)


@pytest.mark.faults
def test_after_ctrl_c_exactly_the_missing_parts_are_printed(office: CommandLine) -> None:
    office.records(*records(20, 2_000))

    def press_ctrl_c(terminal: int, _: bytes) -> bool:
        if len(list(office.output.glob("*/.proof-*.json"))) < 2:  # so one part is in the records
            return False
        os.write(terminal, b"\x03")
        return True

    said = on_a_terminal(office, "print", "san-pham.csv", "--proof", "none", act=press_ctrl_c, program=SMALL_PARTS)
    folder = office.output / office.batches()[0]
    kept = {path: sha256(path.read_bytes()).digest() for path in folder.glob("labels-*.pdf")}
    with sqlite3.connect(office.home / "labelsvc.db") as stored:
        done = [
            folder / f"labels-{n:03}.pdf" for (n,) in stored.execute("SELECT number FROM parts WHERE state = 'done'")
        ]
    written = [path.stat().st_mtime_ns for path in done]
    released = (folder / "manifest.csv").exists()
    resumed = office.process("print", "--resume", "last", processes="2")

    assert said.status == 130
    assert "Traceback" not in said.out
    assert "Đã dừng." in said.out
    assert f"labelsvc print --resume {folder.name}" in said.out
    assert not released
    assert (resumed.status, resumed.last) == (0, str(folder))
    assert done
    assert [path.stat().st_mtime_ns for path in done] == written
    assert {path: sha256(path.read_bytes()).digest() for path in kept} == kept
    rows = manifest(folder)
    assert len({row["code"] for row in rows}) == len(rows) == 40_000
    assert not list(folder.glob(".*.part"))


def test_a_batch_is_finished_elsewhere_where_another_folder_is_given(office: CommandLine) -> None:
    first = office.run("print", office.records(*records(1, 2)))
    codes = [row["code"] for row in manifest(first.last)]
    services = Services(Settings.read(office.environment({})))
    as_interrupted(services.database, Path(first.last).name)
    services.close()

    said = office.run("print", "--resume", "last", "--out", "chỗ khác")

    assert said.status == 0
    assert Path(said.last).parent == office.folder / "chỗ khác"
    assert [row["code"] for row in manifest(said.last)] == codes


def test_resuming_accepts_none_of_the_orders_options(office: CommandLine) -> None:
    office.run("print", office.records(*records(1)))

    said = office.run("print", "--resume", "last", "--quantity", "5", "--design", "nhan-60x90")

    assert said.status == 2
    assert "--design" in said.err
    assert "--quantity" in said.err


@pytest.mark.parametrize(("name", "status"), [("last", 1), ("2020-001", 2)])
def test_without_a_batch_nothing_is_resumed(office: CommandLine, name: str, status: int) -> None:
    said = office.run("print", "--resume", name)

    assert said.status == status
    assert "đợt in" in said.err
    assert "In tiếp" not in said.err
