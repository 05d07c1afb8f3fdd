"""The home is closed to everybody but its owner: what was there before, and whatever is made later."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from labelsvc.config import Settings
from labelsvc.domain.account import Role
from labelsvc.domain.errors import StorageRefused
from labelsvc.services import Services
from labelsvc.storage.files import private_home
from labelsvc.storage.files.private_home import close_to_others
from labelsvc.worker.print_queue import PrintQueue
from tests.offices.command_line import CommandLine, records
from tests.offices.desk_office import DeskOffice
from tests.offices.system_calls import read_calls, written_down
from tests.samples.age_keys import PUBLIC, SECRET

OTHERS = 0o077
NOBODY = 65_534


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


def test_uploads_and_the_queue_are_closed(tmp_path: Path) -> None:
    desk = DeskOffice(tmp_path)
    PrintQueue(desk.services).enqueue()
    client = desk.client(Role.CLERK)
    client.get("/office/import")
    table = "sản phẩm,chủ thể,số sao,ngày quyết định\nTrà,HTX Một,9,2026-03-05\n".encode()
    waiting = client.post("/office/import", files=(io.BytesIO(table), "a.csv"))
    client.get(waiting.location)

    made = {path.name for path in desk.services.settings.home.iterdir()}

    assert waiting.status_code in (200, 302)
    assert made >= {"uploads", "queue.db"}
    assert open_to_others(desk.services.settings.home) == []


@pytest.mark.faults  # processes under strace
def test_nothing_private_is_open_even_for_a_moment(tmp_path: Path) -> None:
    office, backup, log = CommandLine(tmp_path), tmp_path / "b.age", tmp_path / "calls"
    (tmp_path / "key.txt").write_text(SECRET)
    office.run("keys", "init")
    made: list[tuple[Path, int]] = []

    for home, *words in (
        (office.home, "backup", backup, "-r", PUBLIC),
        (tmp_path / "new", "restore", backup, "-i", "key.txt"),
    ):
        office.process(*words, before=written_down(log, *MAKING, waits=True), home=str(home))
        made += [(path, mode) for path, mode in created(log) if path.is_relative_to(tmp_path)]

    names = " ".join(path.name for path, _ in made)
    assert all(name in names for name in ("b.age", "unfinished", "database.sqlite", "keys.json", "labelsvc.db"))
    assert [path for path, mode in made if mode & OTHERS and not path.is_relative_to(office.output)] == []


MAKING = ("/^open(at)?$", "/^mkdir(at)?$", "/^unlink(at)?$", "/^rename(at|at2)?$")
_MADE = re.compile(r'"([^"]+)".*\b(0[0-7]+)$')


def created(log: Path) -> Iterator[tuple[Path, int]]:
    """Yield the files and folders that a program made, with the mode that it asked for, less the umask of nobody."""
    there: set[str] = set()  # SQLite opens a file that was made for it as if it were to make it
    for call in read_calls(log):
        if call.name.startswith(("unlink", "rename")):
            there -= set(re.findall(r'"([^"]+)"', call.arguments)[:1])
        elif (call.name.startswith("mkdir") or "O_CREAT" in call.arguments) and (made := _MADE.search(call.arguments)):
            if made[1] not in there:
                yield Path(made[1]), int(made[2], 8)
            there.add(made[1])


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

    closed = close_to_others(home, but=str(output))

    assert {path.name for path in closed} == {"home", "uploads", "x", "keys.json", "0"}
    assert {Path(path).name for path in open_to_others(home)} == {"link", "output", "labels-001.pdf"}
    assert stat.S_IMODE(home.stat().st_mode) == mode & 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert close_to_others(home, but=str(output)) == []


def test_a_home_that_is_a_link_is_closed_where_it_leads(tmp_path: Path) -> None:
    disk, home = tmp_path / "disk", tmp_path / "home"
    disk.mkdir(mode=0o755)
    (disk / "keys.json").touch(mode=0o666)
    home.symlink_to(disk)

    closed = close_to_others(home, but=str(home / "output"))

    assert len(closed) == 2
    assert open_to_others(disk) == []
    assert close_to_others(home, but=str(home / "output")) == []


@pytest.fixture
def unprivileged_home() -> Iterator[Path]:
    """A home of whoever runs the test, or of nobody where that is root, whom no rights keep out."""
    with TemporaryDirectory() as folder:
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def test_a_closed_folder_of_somebody_else_is_passed_by(unprivileged_home: Path) -> None:
    (unprivileged_home / "lost+found").mkdir(mode=0)
    (unprivileged_home / "keys.json").touch(mode=0o666)

    closed = close_to_others(unprivileged_home, but=str(unprivileged_home / "output"))

    assert [path.name for path in closed] == ["keys.json"]


def test_a_home_of_somebody_else_is_refused(unprivileged_home: Path) -> None:
    unprivileged_home.chmod(0)

    with pytest.raises(StorageRefused):
        close_to_others(unprivileged_home, but=str(unprivileged_home / "output"))


def test_what_goes_while_the_home_is_walked_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "upload").mkdir()
    seen = []

    for path in private_home._entries(tmp_path, tmp_path / "output"):
        seen.append(path.name)
        if path.name == "upload":
            path.rmdir()

    assert seen == [tmp_path.name, "upload"]


def test_only_the_first_process_walks_the_home(tmp_path: Path) -> None:
    (tmp_path / "labelsvc.log").touch(mode=0o666)
    settings = Settings.read({"LABELSVC_HOME": str(tmp_path)})

    later = Services(settings, is_current=True).home
    left = open_to_others(later)
    first = Services(settings).home

    assert left == [str(tmp_path / "labelsvc.log")]
    assert open_to_others(first) == []


def test_a_folder_of_everybody_is_no_home(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    with pytest.raises(StorageRefused) as refused:
        close_to_others(tmp_path, but=str(tmp_path / "output"))

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
