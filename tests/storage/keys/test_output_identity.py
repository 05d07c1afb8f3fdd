"""Machines whose outputs are not the same place notice it and refuse; one that was moved for good is taken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labelsvc.cli.serving import look_at_output
from labelsvc.domain.account import Role
from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.db.database import Database
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.keys.issued_marks import IssuedMarks
from labelsvc.storage.keys.output_identity import OutputIdentity
from labelsvc.storage.keys.output_marks import IN_OUTPUT, marks_in
from labelsvc.worker.print_queue import PrintQueue
from tests.offices.command_line import CommandLine, records
from tests.offices.desk_office import DeskOffice
from tests.offices.printing_office import PrintingOffice
from tests.samples.generator import make_records


def test_the_first_output_is_taken_and_another_one_refused(database: Database, tmp_path: Path) -> None:
    first, other = (OutputIdentity(database, folder_at(tmp_path / name)) for name in ("output", "other"))

    first.check()
    OutputIdentity(database, folder_at(tmp_path / "output")).check()

    with pytest.raises(OutputRefused, match=r"output\.another_place"):
        other.check()
    assert not (tmp_path / "other").exists(), "nothing is written where it does not belong"


def test_an_output_that_was_moved_with_its_mark_is_the_same(database: Database, tmp_path: Path) -> None:
    OutputIdentity(database, folder_at(tmp_path / "output")).check()
    shutil.move(tmp_path / "output", tmp_path / "moved")
    marks = {path.name: path.read_bytes() for path in (tmp_path / "moved").iterdir()}

    OutputIdentity(database, folder_at(tmp_path / "moved")).check()

    assert marks
    assert {path.name: path.read_bytes() for path in (tmp_path / "moved").iterdir()} == marks


def test_an_output_that_replaces_the_known_one_is_taken(database: Database, tmp_path: Path) -> None:
    first, other = (OutputIdentity(database, folder_at(tmp_path / name)) for name in ("output", "other"))
    first.check()

    other.take()

    other.check()
    with pytest.raises(OutputRefused):
        first.check()


def test_name_and_issued_lines_stand_in_one_mark_file(database: Database, tmp_path: Path) -> None:
    marks = IssuedMarks(tmp_path / "home" / "issued.json", folder_at(tmp_path / "output"))
    marks.raise_to("AAAAAAAA", 9)
    OutputIdentity(database, folder_at(tmp_path / "output")).check()
    names = marks_in(folder_at(tmp_path / "output")).names()
    marks.raise_to("AAAAAAAA", 12)

    assert names == marks_in(folder_at(tmp_path / "output")).names() != frozenset()
    assert marks.read().next_lines == {"AAAAAAAA": 12}
    OutputIdentity(database, folder_at(tmp_path / "output")).check()


def test_a_server_answers_scans_though_its_output_is_elsewhere(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    office.services.output_identity.check()
    desk = DeskOffice(tmp_path, settings={"OUTPUT": str(tmp_path / "elsewhere")})
    product = desk.take(1)[0].stored

    clerk = desk.client(Role.CLERK)
    clerk.get("/office/print")
    ordered = clerk.post("/office/print", product=product.id, quantity=5, nonce="o")

    assert ordered.status_code == 409
    assert "--take-output" in ordered.text
    assert desk.services.batches.last() is None
    assert clerk.get("/office/").status_code == 200


def test_a_worker_prints_nothing_into_another_place(tmp_path: Path) -> None:
    office = PrintingOffice(tmp_path)
    name = office.order(office.plan(office.take(make_records(1, day=office.today)), queued=True))
    office.services.output_identity.check()
    elsewhere = PrintingOffice(tmp_path, settings={"OUTPUT": str(tmp_path / "elsewhere")})

    queue = PrintQueue(elsewhere.services)
    with pytest.raises(OutputRefused, match="another_place"):
        queue.look()
    queue._print_next()

    assert elsewhere.services.batches.get(name).state == "ordered"
    assert not (tmp_path / "elsewhere").exists()


def test_the_command_line_prints_nothing_into_another_place(tmp_path: Path) -> None:
    office = CommandLine(tmp_path)
    paper = office.records(*records(1, 2))
    assert office.run("print", paper).status == 0

    elsewhere = office.run("print", "--all", language="en", output=str(tmp_path / "elsewhere"))
    is_there = (tmp_path / "elsewhere").exists()
    chosen = office.run("print", "--all", "--out", str(tmp_path / "chosen"), output=str(tmp_path / "elsewhere"))

    assert elsewhere.status == 1
    assert "not the output that the database knows" in elsewhere.err
    assert not is_there
    assert chosen.status == 0


def put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BAD_MARKS: dict[str, Callable[[Path], object]] = {
    "half-written": lambda path: path.write_text("{"),
    "other JSON": lambda path: path.write_text("[]"),
    "other homes": lambda path: path.write_text('{"homes": [7]}'),
    "other lines": lambda path: path.write_text('{"homes": {"a": {"AAAAAAAA": "x"}}}'),
    "garbled": lambda path: path.write_bytes(b"\xff\x00" * 40),
    "a folder": put_folder,
}


@pytest.mark.parametrize("fault", BAD_MARKS)
def test_bad_marks_in_the_output_stop_printing_alone(
    tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    services = PrintingOffice(tmp_path).services
    services.output_identity.check()
    epoch = services.epochs.ready(datetime.now(UTC)).name
    BAD_MARKS[fault](Path(services.settings.output) / IN_OUTPUT)

    services.epochs.check()
    look_at_output(services, has_keys=True)

    assert IN_OUTPUT in capsys.readouterr().err
    assert services.epochs.needed().names == {epoch}
    for act in (lambda: services.epochs.ready(datetime.now(UTC)), services.queue_runner.run_next):
        with pytest.raises(OutputRefused, match=r"keys\.marks_unreadable"):
            act()
