"""``labelsvc backup`` and ``labelsvc restore``: whole files or none, and refusals in words."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import resource
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from labelsvc.config import Settings
from labelsvc.services import Services
from labelsvc.storage.backups.age_header import Lock, Unlock, read_identities, read_recipient
from labelsvc.storage.backups.age_stream import OpenedStream, SealingStream
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.schema import HEAD, migrate
from labelsvc.web.server.metrics_page import metrics_text
from labelsvc.workflows.backups.check_backup import check_backup
from labelsvc.workflows.backups.make_backup import BackupChoice, make_backup
from tests.offices.command_line import PROGRAM, CommandLine
from tests.offices.prepared_databases import put_sqlite
from tests.samples.age_keys import PUBLIC, SECRET

if TYPE_CHECKING:
    from tests.conftest import PostgresqlServer

NOW = datetime(2026, 11, 7, tzinfo=UTC)
PASSPHRASE = "mật khẩu của bản sao lưu"


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    """An office with a key, and what opens its backups beside it."""
    line = CommandLine(tmp_path, language="en")
    put_sqlite(line.home / "labelsvc.db")
    line.run("keys", "init")
    (tmp_path / "key.txt").write_text(SECRET + "\n")
    return line


def back_up(office: CommandLine, *words: str) -> None:
    assert office.run("backup", "b.age", "-r", PUBLIC, *words).status == 0


def members(path: Path) -> dict[str, bytes]:
    """Return the files in a backup."""
    unlock = Unlock(identities=read_identities(SECRET))
    content = gzip.decompress(io.BufferedReader(OpenedStream(unlock, io.BytesIO(path.read_bytes()))).read())
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def write_members(path: Path, files: dict[str, bytes]) -> None:
    """Write a backup with these files, as somebody who knows the recipient could."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    with path.open("wb") as file:
        stream = SealingStream(Lock(recipients=(read_recipient(PUBLIC),)), file.write)
        stream.write(gzip.compress(archive.getvalue()))
        stream.finish()


def test_a_backup_is_private_and_its_summary_names_no_key(office: CommandLine) -> None:
    said = office.run("backup", "b.age", "-r", PUBLIC, "--json")

    master = json.loads((office.home / "keys.json").read_text())["keys"][0]["master"]
    assert said.status == 0
    assert stat.S_IMODE((office.folder / "b.age").stat().st_mode) == 0o600
    assert said.json["keys"] == said.json["epochs"] != []
    assert (said.json["rows"]["epochs"], said.json["lacking_keys"]) == (1, [])
    assert master not in said.out + said.err
    assert master.encode() in members(office.folder / "b.age")["keys.json"]
    assert not (office.home / ".backup").exists()


def test_whoever_watches_sees_from_when_the_last_whole_backup_is(office: CommandLine) -> None:
    never = office.run("db", "check").out
    made = office.run("backup", "b.age", "-r", PUBLIC, "--json").json["made_at"]
    told = office.run("db", "check", "--json").json["last_backup"]
    with closing(Services(Settings.read(office.environment({})))) as services:
        figures = metrics_text(services).decode()

    assert "No backup was ever made" in never
    assert told == made
    [seconds] = re.findall(r"^labelsvc_last_backup_timestamp_seconds (.+)$", figures, re.MULTILINE)
    assert float(seconds) == datetime.fromisoformat(made).timestamp()


def test_a_backup_that_cannot_be_noted_is_whole_and_says_so(office: CommandLine) -> None:
    with closing(sqlite3.connect(office.home / "labelsvc.db")) as stored, stored:
        stored.execute("CREATE TRIGGER t BEFORE INSERT ON secrets BEGIN SELECT RAISE(ABORT, 'labelsvc moved: x'); END")

    said = office.run("backup", "b.age", "-r", PUBLIC)

    assert (said.status, "took no note" in said.err) == (0, True)
    assert members(office.folder / "b.age").keys() >= {"database.sqlite", "keys.json"}


@pytest.mark.faults  # each try takes most of a second, as it is meant to
def test_a_wrong_or_short_passphrase_is_told(office: CommandLine) -> None:
    for name, text in (("right", PASSPHRASE), ("wrong", PASSPHRASE + "!"), ("short", "ngắn")):
        (office.folder / name).write_text(text + "\n")

    short, made = (office.run("backup", "b.age", "--passphrase-file", name) for name in ("short", "right"))
    wrong = office.run("backup", "--check", "b.age", "--passphrase-file", "wrong")
    nobody = office.run("backup", "--check", "b.age")

    assert (short.status, made.status, wrong.status, nobody.status) == (2, 0, 1, 2)
    assert "12 characters" in short.err
    assert "does not open" in wrong.err
    assert "--passphrase-file" in nobody.err


def test_a_file_is_replaced_only_when_that_is_said(office: CommandLine) -> None:
    back_up(office)
    before = (office.folder / "b.age").read_bytes()

    words = ("backup", "b.age", "-r", PUBLIC)
    refused, told = office.run(*words), office.run(*words, "--overwrite")

    assert (refused.status, told.status) == (1, 0)
    assert "--overwrite" in refused.err
    assert (office.folder / "b.age").read_bytes() != before


def test_refused_rows_and_marks_are_in_it_and_come_back(office: CommandLine, tmp_path: Path) -> None:
    (office.home / "refused-rows").mkdir()
    (office.home / "refused-rows" / "3-1.csv").write_bytes(b"refused")
    (office.home / "issued.json").write_text('{"home": "h", "issued": {}}')
    back_up(office)

    said = office.run("restore", "b.age", "-i", "key.txt", home=str(tmp_path / "new"))

    assert said.status == 0
    kept = {path.relative_to(tmp_path / "new").as_posix() for path in (tmp_path / "new").rglob("*") if path.is_file()}
    assert kept >= {"refused-rows/3-1.csv", "issued.json", "keys.json", "labelsvc.db"}
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in (tmp_path / "new").rglob("*"))
    assert "a new epoch" in said.out


def test_keys_may_stay_with_those_who_keep_them(office: CommandLine, tmp_path: Path) -> None:
    said = office.run("backup", "b.age", "-r", PUBLIC, "--without-keys")

    assert "not in this backup" in said.err
    assert "keys.json" not in members(office.folder / "b.age")
    elsewhere = office.run("restore", "b.age", "-i", "key.txt", home=str(tmp_path / "new"))
    assert elsewhere.status == 3
    assert "--lost" in elsewhere.err
    (tmp_path / "with-keys").mkdir(mode=0o700)
    shutil.copy2(office.home / "keys.json", tmp_path / "with-keys")
    assert office.run("restore", "b.age", "-i", "key.txt", home=str(tmp_path / "with-keys")).status == 0


def test_keys_of_a_key_service_are_never_written_to_the_home(office: CommandLine, tmp_path: Path) -> None:
    office.run("keys", "export", "-o", "given")
    (office.home / "keys.json").unlink()
    service, nothing = f"cat '{office.folder}/given'", "true"
    made = office.run("backup", "b.age", "-r", PUBLIC, "--json", keys_command=service)

    lacking = office.run("restore", "b.age", "-i", "key.txt", home=str(tmp_path / "new"), keys_command=nothing)
    restored = office.run("restore", "b.age", "-i", "key.txt", home=str(tmp_path / "new"), keys_command=service)

    assert made.json["keys"] == made.json["epochs"]
    assert (lacking.status, "LABELSVC_KEYS_COMMAND" in lacking.err) == (1, True)
    assert (restored.status, "labelsvc keys rotate" in restored.err) == (3, True)
    assert not (tmp_path / "new" / "keys.json").exists()


def test_another_offices_keys_are_left_alone(office: CommandLine, tmp_path: Path) -> None:
    back_up(office)
    (tmp_path / "another").mkdir()
    another = CommandLine(tmp_path / "another")
    another.run("keys", "init")
    (another.home / "labelsvc.db").unlink()
    for log in another.home.glob("labelsvc.db-*"):
        log.unlink()
    before = (another.home / "keys.json").read_bytes()

    said = office.run("restore", "b.age", "-i", "key.txt", home=str(another.home))

    assert (said.status, "another office" in said.err) == (1, True)
    assert (another.home / "keys.json").read_bytes() == before


def broken(change: Callable[[dict[str, bytes]], object]) -> Callable[[Path], None]:
    """Return what changes the files in a backup that stays a right age file."""

    def make(path: Path) -> None:
        files = members(path)
        change(files)
        write_members(path, files)

    return make


def as_newer(files: dict[str, bytes], **facts: object) -> None:
    files["about.json"] = json.dumps(json.loads(files["about.json"]) | facts).encode()


def with_a_row_less(files: dict[str, bytes]) -> None:
    rows = json.loads(files["about.json"])["rows"]
    as_newer(files, rows=rows | {"audit": rows["audit"] + 1})


def with_broken_pages(files: dict[str, bytes]) -> None:
    content = bytearray(files["database.sqlite"])
    content[8192:9000] = Random(1).randbytes(808)
    files["database.sqlite"] = bytes(content)
    listed = json.loads(files["contents.json"])
    for each in listed:
        if each["name"] == "database.sqlite":
            each["sha256"] = hashlib.sha256(content).hexdigest()
    files["contents.json"] = json.dumps(listed).encode()


FAULTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "empty": ("no backup", lambda path: path.write_bytes(b"")),
    "no age file": ("no backup", lambda path: path.write_bytes(b"PK\x03\x04" * 500)),
    "cut off": ("cut off", lambda path: os.truncate(path, path.stat().st_size * 2 // 3)),
    "the last byte lacking": ("cut off", lambda path: os.truncate(path, path.stat().st_size - 1)),
    "a changed byte": ("damaged", lambda path: path.write_bytes(path.read_bytes()[:-9] + bytes(9))),
    "another tar": ("no backup of labelsvc", lambda path: write_members(path, {"a": b"b"})),
    "a way out": ("no backup of labelsvc", broken(lambda files: files.update({"refused-rows/../../keys.json": b"{}"}))),
    "a changed member": ("damaged", broken(lambda files: files.update({"keys.json": files["keys.json"] + b" "}))),
    "a lacking member": ("damaged", broken(lambda files: files.pop("keys.json"))),
    "no list": ("damaged", broken(lambda files: files.pop("contents.json"))),
    "broken pages": ("broken", broken(with_broken_pages)),
    "rows lacking": ("audit", broken(with_a_row_less)),
    "a newer program": ("newer labelsvc", broken(lambda files: as_newer(files, format=2, program="9.0"))),
    "newer tables": ("9999", broken(lambda files: as_newer(files, revision="9999"))),
    "facts of something else": ("no backup of labelsvc", broken(lambda files: files.update({"about.json": b"[1]"}))),
}


@pytest.fixture(scope="module")
def whole_backup(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    line = CommandLine(tmp_path_factory.mktemp("backed-up"))
    put_sqlite(line.home / "labelsvc.db")
    line.run("keys", "init")
    back_up(line)
    return (line.folder / "b.age").read_bytes()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_backup_is_refused_in_words_and_restores_nothing(fault: str, whole_backup: bytes, tmp_path: Path) -> None:
    part, make = FAULTS[fault]
    office = CommandLine(tmp_path, language="en")
    (tmp_path / "key.txt").write_text(SECRET + "\n")
    (tmp_path / "b.age").write_bytes(whole_backup)
    make(tmp_path / "b.age")

    said = [office.run(*words, "b.age", "-i", "key.txt") for words in (("backup", "--check"), ("restore",))]

    assert [each.status for each in said] == [1, 1]
    assert all(part in each.err for each in said), said
    assert not any((office.home / name).exists() for name in ("labelsvc.log", "keys.json", ".backup"))
    assert not (office.home / "labelsvc.db").exists() or (office.home / "labelsvc.db").stat().st_size == 0


def test_a_log_that_somebody_changed_is_found_at_the_check(office: CommandLine) -> None:
    with closing(sqlite3.connect(office.home / "labelsvc.db")) as stored, stored:
        stored.execute("DROP TRIGGER only_growing_audit_update")
        stored.execute("UPDATE audit SET after = 'X'")
    back_up(office)

    said = office.run("backup", "--check", "b.age", "-i", "key.txt")

    assert said.status == 1
    assert "Row 1" in said.err


def test_a_write_ahead_log_left_behind_is_not_replayed(office: CommandLine, tmp_path: Path) -> None:
    back_up(office)
    new = tmp_path / "new"
    new.mkdir(mode=0o700)
    (new / "labelsvc.db-wal").write_bytes(b"pages of another database")

    said = office.run("restore", "b.age", "-i", "key.txt", home=str(new))

    assert (said.status, "labelsvc.db-wal" in said.err) == (1, True)


def test_a_full_disk_leaves_no_file_behind(office: CommandLine) -> None:
    back_up(office)
    os.rename(office.folder / "b.age", office.folder / "whole.age")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limit[1]))
    try:
        made = office.run("backup", "b.age", "-r", PUBLIC)
        restored = office.run("restore", "whole.age", "-i", "key.txt", home=str(office.folder / "new"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert (made.status, restored.status) == (1, 1)
    assert all("full" in each.err for each in (made, restored))
    assert not (office.folder / "b.age").exists()
    assert not any((office.folder / "new" / name).exists() for name in ("keys.json", ".backup"))
    assert not (office.home / ".backup").exists()


def test_a_check_leaves_nothing_readable_on_the_disk(
    office: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(office)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    seen = list[Path]()

    def look(_step: str, _done: int, _total: int) -> None:
        seen.extend((tmp_path / "temporary").rglob("*"))

    found = check_backup(office.folder / "b.age", Unlock(identities=read_identities(SECRET)), look)

    assert found.audit_holds
    assert not seen


def test_what_a_killed_backup_left_goes_with_the_next(office: CommandLine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "backups"
    elsewhere.mkdir()
    if (child := os.fork()) == 0:
        with closing(Services(Settings.read(office.environment({})))) as services:
            lock, choice = Lock(recipients=(read_recipient(PUBLIC),)), BackupChoice()
            make_backup(services.office_places(), elsewhere / "1.age", lock, NOW, killed_while_it_writes, choice)
    assert os.waitpid(child, 0)[1]
    left = [path.suffix for path in elsewhere.iterdir()]

    back_up(office)

    assert (left, list(elsewhere.iterdir())) == ([".part"], [])
    assert not (office.home / ".backup").exists()


def killed_while_it_writes(step: str, _done: int, _total: int) -> None:
    if step == "write":
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.faults
def test_a_full_disk_leaves_nothing_of_a_restore(office: CommandLine, tmp_path: Path) -> None:
    back_up(office)
    new, small = tmp_path / "new", tmp_path / "small"
    small.mkdir()
    words = f"{shlex.join(PROGRAM)} restore b.age -i key.txt"
    script = f"mount -t tmpfs -o size=64k none {small} && {{ {words}; echo $?; find {small} {new} -size +0 -type f; }}"
    settings = office.environment({"home": str(new), "database": f"sqlite:///{small}/labelsvc.db"})

    said = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        cwd=office.folder,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "disk is full" in said.stderr
    assert said.stdout.split() == ["1"]


def test_a_backup_of_another_kind_of_database_is_refused(
    office: CommandLine, postgresql_server: PostgresqlServer
) -> None:
    back_up(office)
    empty, new = postgresql_server.new_database(), str(office.folder / "new")

    said = office.run("restore", "b.age", "-i", "key.txt", home=new, database=empty)

    assert said.status == 1
    assert "labelsvc db copy" in said.err


def test_an_older_database_is_brought_up_to_date_by_its_restore(tmp_path: Path) -> None:
    office, new = CommandLine(tmp_path, language="en"), str(tmp_path / "new")
    office.home.mkdir(mode=0o700)
    (tmp_path / "key.txt").write_text(SECRET + "\n")
    with closing(Database.trusted(f"sqlite:///{office.home / 'labelsvc.db'}")) as old, old.writing() as connection:
        migrate(connection, "0010")

    made = office.run("backup", "b.age", "-r", PUBLIC, "--json")
    restored = office.run("restore", "b.age", "-i", "key.txt", home=new)

    assert (made.status, made.json["revision"], restored.status) == (0, "0010", 0)
    assert office.run("backup", "c.age", "-r", PUBLIC, "--json", home=new).json["revision"] == HEAD


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "b.age", "-r", "age1xyz"),
        ("backup", "b.age", "-r", PUBLIC, "-i", "key.txt"),
        ("backup", "b.age", "-r", PUBLIC, "--passphrase-file", "key.txt"),
        ("backup", "--check", "b.age", "--overwrite"),
        ("backup", "b.age"),
        ("restore", "nothing.age"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(office: CommandLine, words: tuple[str, ...]) -> None:
    said = office.run(*words)

    assert said.status == 2
    assert said.err.strip()
    assert not (office.folder / "b.age").exists()
