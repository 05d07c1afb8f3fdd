"""The home is closed to everybody but its owner: what was there before, and whatever is made later."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from labelsvc.config import Settings
from labelsvc.domain.account import Role
from labelsvc.domain.errors import StorageRefused
from labelsvc.services import Services
from labelsvc.storage.files.private_home import close_to_others
from labelsvc.worker import PrintQueue
from tests.offices.command_line import CommandLine, records
from tests.offices.desk_office import DeskOffice

OTHERS = 0o077


@pytest.fixture(autouse=True)
def careless_umask() -> Iterator[None]:
    """Processes whose files everybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(home: Path) -> list[str]:
    return [str(path) for path in (home, *home.rglob("*")) if path.lstat().st_mode & OTHERS]


def test_whatever_commands_make_is_closed(tmp_path: Path) -> None:
    office = CommandLine(tmp_path)
    office.records(*records(2))

    for words in (("keys", "init"), ("import", "san-pham.csv"), ("print", "san-pham.csv"), ("print", "no.csv")):
        office.run(*words)

    assert (office.home / "labelsvc.db").exists()
    assert (office.home / "issued.json").exists()
    assert open_to_others(office.home) == []


def test_whatever_an_unexpected_error_leaves_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = CommandLine(tmp_path)
    monkeypatch.setattr(Settings, "shown", lambda self: 1 / 0)

    assert office.run("config").status == 1

    assert (office.home / "labelsvc.log").exists()
    assert open_to_others(office.home) == []


def test_the_files_of_a_database_in_use_are_closed(tmp_path: Path) -> None:
    services = Services(Settings.read({"LABELSVC_HOME": str(tmp_path / "home")}))
    services.sign_ins.secret("session")

    with services.database.writing():
        names = {path.name for path in services.settings.home.iterdir()}
        left_open = open_to_others(services.settings.home)
    services.close()

    assert names == {"labelsvc.db", "labelsvc.db-wal", "labelsvc.db-shm"}
    assert left_open == []


def test_uploads_refused_rows_and_the_queue_are_closed(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path)
    PrintQueue(desk.services).enqueue("batch", [1], 1)
    client = desk.client(Role.CLERK)
    client.get("/office/import")
    table = "sản phẩm,chủ thể,số sao,ngày quyết định\nTrà,HTX Một,9,2026-03-05\n".encode()
    waiting = client.post("/office/import", files=(io.BytesIO(table), "a.csv"))
    desk.services.refused_rows.keep(1, 1, table)

    made = {path.name for path in desk.services.settings.home.iterdir()}

    assert waiting.status_code in (200, 302)
    assert made >= {"uploads", "refused-rows", "queue.db"}
    assert open_to_others(desk.services.settings.home) == []


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o750, 0o701])
def test_a_home_that_was_open_is_closed_with_all_in_it(tmp_path: Path, mode: int) -> None:
    home, output = tmp_path / "home", tmp_path / "home" / "output"
    for folder in (home, home / "uploads" / "x", output):
        folder.mkdir(parents=True, exist_ok=True)
    for path in (home / "keys.json", home / "uploads" / "x" / "0", output / "labels-001.pdf"):
        path.touch()
        path.chmod(0o666)
    (home / "link").symlink_to(tmp_path)
    tmp_path.chmod(0o755)
    home.chmod(mode)

    closed = close_to_others(home, but=output)

    assert {path.name for path in closed} == {"home", "uploads", "x", "keys.json", "0"}
    assert {Path(path).name for path in open_to_others(home)} == {"link", "output", "labels-001.pdf"}
    assert stat.S_IMODE(home.stat().st_mode) == mode & 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert close_to_others(home, but=output) == []


def test_a_folder_of_everybody_is_no_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    with pytest.raises(StorageRefused) as refused:
        close_to_others(tmp_path, but=tmp_path / "output")

    assert refused.value.problems[0].code == "storage.home_shared"


def test_a_home_that_stays_open_is_refused_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = CommandLine(tmp_path)
    office.home.mkdir(mode=0o777)
    monkeypatch.setattr(Path, "chmod", lambda self, mode: None)  # as a disk without rights does

    said = office.run("keys", "list")

    assert said.status == 1
    assert f"chmod -R go-rwx {office.home}" in said.err


def test_a_missing_home_is_not_created_by_looking(tmp_path: Path) -> None:
    services = Services(Settings.read({"LABELSVC_HOME": str(tmp_path / "home")}))

    assert services.key_file.read() == ()
    assert not (tmp_path / "home").exists()
