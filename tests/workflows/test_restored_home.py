"""A home that was restored elsewhere: nothing that the first machine may have printed is printed by itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from tests.offices.command_line import CommandLine, manifest, records
from tests.offices.prepared_databases import put_sqlite
from tests.offices.print_worker import ordered
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records


def restored(first: PrintingOffice, folder: Path) -> PrintingOffice:
    """Return an office that begins with a copy of another one's home; its output is its own."""
    first.services.close()
    shutil.copytree(first.services.home, folder / "home")
    put_sqlite(folder / "home" / "labelsvc.db")
    second = PrintingOffice(folder)
    second.now = first.now + timedelta(minutes=1)
    return second


def test_a_restored_worker_prints_nothing_of_the_first_machines_batches(tmp_path: Path) -> None:
    first = PrintingOffice(tmp_path / "first")
    begun, waiting = (ordered(first, first.take(make_records(2, day=first.today)), 10) for _ in range(2))
    assert first.services.claims.next_part(first.now)
    first.services.queue_runner._folder(first.services.batches.get(begun))
    second = restored(first, tmp_path / "second")

    assert not second.services.queue_runner.run_next()

    for name in (begun, waiting):
        batch = second.services.batches.get(name)
        assert (batch.state, batch.folder) == ("held", "")
        assert "máy trước đã in" in batch.reason
    assert not list((tmp_path / "first" / "output").rglob("*.pdf"))
    assert not list((tmp_path / "second").rglob("*.pdf"))


def test_a_batch_let_go_on_is_printed_into_the_own_output(tmp_path: Path) -> None:
    first = PrintingOffice(tmp_path / "first")
    name = ordered(first, first.take(make_records(2, day=first.today)), 10)
    first.services.queue_runner._folder(first.services.batches.get(name))
    second = restored(first, tmp_path / "second")
    second.services.epochs.ready(second.now)

    second.services.batch_progress.start_again(name, ChangeContext("thu@vanphong.vn", second.now))
    while second.services.queue_runner.run_next():
        pass

    batch = second.services.batches.get(name)
    assert (batch.state, Path(batch.folder)) == ("ready", tmp_path / "second" / "output" / name)
    assert not list((tmp_path / "first" / "output").rglob("*.pdf"))


def test_resuming_on_a_restored_home_asks_a_person_first(tmp_path: Path) -> None:
    for place in ("first", "second"):
        (tmp_path / place).mkdir()
    first, second = CommandLine(tmp_path / "first"), CommandLine(tmp_path / "second")
    name = first.run("print", first.records(*records(2, 2))).last.rpartition("/")[2]

    with closing(sqlite3.connect(first.home / "labelsvc.db", isolation_level=None)) as stored:
        stored.execute("UPDATE batches SET state = 'running' WHERE name = ?", (name,))
    shutil.copytree(first.home, second.home)

    elsewhere = second.run("print", "--resume", name)
    asked = second.run("print", "--resume", name, "--take-output")
    done = second.run("print", "--resume", name)

    assert (elsewhere.status, "--take-output" in elsewhere.err) == (1, True)
    assert asked.status == 1
    assert "máy trước đã in" in asked.err
    assert "dừng đúng chỗ" not in asked.err
    assert done.status == 0
    assert Path(done.last) == second.output / name
    assert len(manifest(done.last)) == 4


def test_resuming_a_batch_outside_the_output_is_announced(tmp_path: Path) -> None:
    office = CommandLine(tmp_path)
    name = office.run("print", office.records(*records(2, 2)), "--out", tmp_path / "usb").last.rpartition("/")[2]

    usual, elsewhere = office.run("print", "--resume", name), office.run("print", "--resume", name, "--out", "usb")

    assert f"ngoài LABELSVC_OUTPUT, trong {tmp_path}/usb" in usual.err
    assert "LABELSVC_OUTPUT" not in elsewhere.err


@pytest.mark.parametrize("moved", [False, True])
def test_files_of_finished_batches_are_found_where_the_output_is_now(tmp_path: Path, moved: bool) -> None:
    office = PrintingOffice(tmp_path / "office")
    name = office.printed(2, 3).batch.name
    if moved:
        office.services.close()
        os.rename(tmp_path / "office", tmp_path / "elsewhere")
        office = PrintingOffice(tmp_path / "elsewhere")

    folder = Path(office.services.batches.get(name).folder)

    assert folder == Path(office.services.settings.output) / name
    assert (folder / "labels-001.pdf").exists()
