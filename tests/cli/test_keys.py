"""``labelsvc keys``: made once, never overwritten, and refused loudly where they are lost or wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import threading
import time
from pathlib import Path

import pytest

from labelsvc.cli.key_commands import key_service
from labelsvc.cli.missing_keys import has_all_keys
from labelsvc.cli.serving import look_at_output
from labelsvc.storage.keys import key_command
from tests.offices.command_line import CommandLine, manifest, records
from tests.offices.prepared_databases import put_sqlite
from tests.offices.printing_office import PrintingOffice


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    line.records(*records(1, 2))
    return line


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def epochs(office: CommandLine) -> list[dict[str, object]]:
    return list(office.run("keys", "list", "--json").json)


def test_the_first_key_has_mode_0600_and_asks_for_backup(office: CommandLine) -> None:
    said = office.run("keys", "init")

    assert said.status == 0
    assert "sao lưu" in said.out
    assert mode_of(office.home / "keys.json") == 0o600
    assert mode_of(office.home) == 0o700


def test_the_first_print_makes_the_key_too(office: CommandLine) -> None:
    said = office.run("print", "san-pham.csv")

    assert "keys.json" in said.err
    assert mode_of(office.home / "keys.json") == 0o600


def test_keys_are_never_overwritten(office: CommandLine) -> None:
    office.run("keys", "init")
    before = (office.home / "keys.json").read_bytes()

    said = office.run("keys", "init")

    assert said.status == 1
    assert "không bao giờ bị ghi đè" in said.err
    assert (office.home / "keys.json").read_bytes() == before


def test_the_list_never_shows_a_key(office: CommandLine) -> None:
    office.run("keys", "init")
    masters = [key["master"] for key in json.loads((office.home / "keys.json").read_text())["keys"]]

    shown = office.run("keys", "list").out + office.run("keys", "list", "--json").out

    assert "đang dùng để in" in shown
    assert not any(master in shown for master in masters)


def test_an_empty_list_says_how_to_begin(office: CommandLine) -> None:
    said = office.run("keys", "list")

    assert said.status == 0
    assert "labelsvc keys init" in said.out


def test_rotated_keys_verify_what_was_printed_before(office: CommandLine) -> None:
    code = manifest(office.run("print", "san-pham.csv").last)[0]["code"]

    rotated = office.run("keys", "rotate")

    assert rotated.status == 0
    assert [(one["issues"], one["key_present"]) for one in epochs(office)] == [(True, True), (False, True)]
    assert office.run("verify", code).status == 0


def test_keys_of_the_environment_are_shown_when_they_rotate(office: CommandLine) -> None:
    office.run("keys", "init")
    office.run("keys", "export", "-o", "k.txt")
    given = (office.folder / "k.txt").read_text().strip()

    said = office.run("keys", "rotate", keys=given)

    assert said.last.endswith(given)
    assert re.fullmatch(r"(\w{8}:[0-9a-f]{64},?){2}", said.last)


def test_a_key_that_cannot_be_shown_begins_no_epoch(office: CommandLine) -> None:
    office.run("keys", "init")
    office.run("keys", "export", "-o", "k.txt")
    given = (office.folder / "k.txt").read_text().strip()

    said = office.run("keys", "rotate", "-o", "k.txt", keys=given)

    assert said.status == 1
    assert [each["issues"] for each in epochs(office)] == [True]


def test_a_service_begins_with_given_keys_on_a_copied_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = PrintingOffice(tmp_path / "here")
    here.services.epochs.ready(here.now)
    given = here.services.epochs.export()
    here.services.close()
    shutil.copytree(here.folder, tmp_path / "there")
    (tmp_path / "there" / "home" / "keys.json").unlink()
    there = PrintingOffice(tmp_path / "there", settings={"KEYS": given}).services

    may_print = look_at_output(there, has_keys=has_all_keys(there))

    said = capsys.readouterr().err
    assert not may_print
    assert "Cần bắt đầu kỳ khóa mới, nhưng khóa đang được đặt qua biến LABELSVC_KEYS" in said
    assert [key.name for key in there.verifying_keys.all()] == [given.partition(":")[0]]
    there.close()


@pytest.fixture
def quick_service(office: CommandLine, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key service that is asked often: the command that prints its file, ``given``."""
    office.run("keys", "init")
    office.run("keys", "export", "-o", "given")
    (office.home / "keys.json").unlink()
    monkeypatch.setattr(key_command, "LEAST_SECONDS", 0.05)
    monkeypatch.setattr(key_service, "ASKED_EVERY_SECONDS", 0.1)
    return f"cat '{office.folder}/given'"


def test_an_epoch_begins_once_the_key_service_gives_its_key(office: CommandLine, quick_service: str) -> None:
    def put_into_service() -> None:
        while not (office.folder / "new").exists() or not (office.folder / "new").read_text().endswith("\n"):
            time.sleep(0.05)
        os.replace(office.folder / "new", office.folder / "given")

    code = manifest(office.run("print", "san-pham.csv", keys_command=quick_service).last)[0]["code"]
    service = threading.Thread(target=put_into_service)
    service.start()
    said = office.run("keys", "rotate", "-o", "new", keys_command=quick_service)
    service.join()

    listed = office.run("keys", "list", "--json", keys_command=quick_service).json
    assert said.status == 0
    assert [(each["issues"], each["key_present"]) for each in listed] == [(True, True), (False, True)]
    assert office.run("verify", code, keys_command=quick_service).status == 0
    assert office.run("print", "san-pham.csv", keys_command=quick_service).status == 0
    assert not (office.home / "keys.json").exists()


def test_a_key_service_that_never_gives_the_key_changes_nothing(
    office: CommandLine, quick_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_service, "WAITED_SECONDS", 0.2)

    said = office.run("keys", "rotate", keys_command=quick_service)

    assert said.status == 1
    assert len(office.run("keys", "list", "--json", keys_command=quick_service).json) == 1
    assert re.fullmatch(r"(\w{8}:[0-9a-f]{64},?){2}", said.last)


def test_keys_come_from_one_place_only(office: CommandLine) -> None:
    said = office.run("config", keys="A:B", keys_command="cat keys")

    assert (said.status, "LABELSVC_KEYS_COMMAND" in said.err) == (2, True)


def test_exported_keys_are_for_their_owner_only_and_never_overwrite(office: CommandLine) -> None:
    office.run("keys", "init")

    first, second = (office.run("keys", "export", "--out", "k.txt") for _ in range(2))

    assert (first.status, second.status) == (0, 1)
    assert mode_of(office.folder / "k.txt") == 0o600
    assert "đã có tệp trùng tên" in second.err


def test_without_keys_nothing_is_exported(office: CommandLine) -> None:
    said = office.run("keys", "export", "-o", "k.txt")

    assert said.status == 1
    assert not (office.folder / "k.txt").exists()


def test_imported_keys_bring_lost_ones_back(office: CommandLine) -> None:
    code = manifest(office.run("print", "san-pham.csv").last)[0]["code"]
    office.run("keys", "export", "-o", "k.txt")
    (office.home / "keys.json").unlink()

    said = office.run("keys", "import", "k.txt")

    assert said.status == 0
    assert office.run("verify", code).status == 0


@pytest.mark.parametrize(
    "content", [b"", b"hello", bytes(range(256)) * 8, b"AAAAAAAA:12", b"\xff:\xff", b"AAAAAAAA:" + b"0" * 64]
)
def test_a_file_that_holds_no_exported_keys_is_refused_by_name(office: CommandLine, content: bytes) -> None:
    (office.folder / "k.txt").write_bytes(content)

    said = office.run("keys", "import", "k.txt")

    assert said.status == 1
    assert "k.txt" in said.err
    assert not (office.home / "labelsvc.log").exists()


def breakings(office: CommandLine) -> dict[str, tuple[str, str]]:
    """What can happen to the file of keys: by name, what the sentence holds."""
    return {
        "lost": ("labelsvc keys rotate --lost", ""),
        "empty": ("Hãy chép lại từ bản sao lưu", ""),
        "cut off": ("nội dung không phải JSON", '{"format": "labelsvc keys 1", "keys": ['),
        "no keys": ("thiếu mục cần có", '{"format": "labelsvc keys 1"}'),
        "changed": ("không phải khóa của kỳ đó", ""),
        "another office's": ("labelsvc keys rotate --lost", ""),
    }


@pytest.mark.parametrize("what", ["lost", "empty", "cut off", "no keys", "changed", "another office's"])
def test_lost_and_wrong_keys_are_refused_before_anything_prints(office: CommandLine, what: str, tmp_path: Path) -> None:
    office.run("print", "san-pham.csv")
    keys = office.home / "keys.json"
    part, content = breakings(office)[what]
    match what:
        case "lost":
            keys.unlink()
        case "changed":
            text = keys.read_text()
            master = json.loads(text)["keys"][0]["master"]
            keys.write_text(text.replace(master, ("0" if master[0] != "0" else "1") + master[1:]))
        case "another office's":
            (tmp_path / "khác").mkdir()
            other = CommandLine(tmp_path / "khác")
            other.run("keys", "init")
            shutil.copy2(other.home / "keys.json", keys)
        case _:
            keys.write_text(content)
    before = sorted(path for path in office.folder.rglob("*") if path.name != "labelsvc.db-shm")

    said = [office.run("print", "san-pham.csv", *words) for words in ((), ("--dry-run",))]

    assert [one.status for one in said] == [1, 1]
    assert all(part in one.err for one in said)
    assert all("keys.json" in one.err for one in said)
    assert sorted(path for path in office.folder.rglob("*") if path.name != "labelsvc.db-shm") == before


def test_keys_that_others_could_read_are_closed_and_it_is_said(office: CommandLine) -> None:
    office.run("keys", "init")
    (office.home / "keys.json").chmod(0o644)

    said = [office.run("print", "san-pham.csv", "--dry-run") for _ in range(2)]

    assert [one.status for one in said] == [0, 0]
    assert "labelsvc keys rotate" in said[0].err
    assert (office.home / "keys.json").stat().st_mode & 0o777 == 0o600
    assert said[1].err == ""


def test_all_lost_epochs_are_given_up_by_the_suggested_command(office: CommandLine) -> None:
    code = manifest(office.run("print", "san-pham.csv").last)[0]["code"]
    office.run("keys", "rotate")
    (office.home / "keys.json").unlink()

    told = re.search(r"labelsvc (keys rotate --lost .*)", office.run("keys", "rotate").err)
    assert told is not None
    said = office.run(*told[1].split())

    assert said.status == 0
    assert "không kiểm tra được nữa" in said.err
    assert [one["given_up"] for one in epochs(office)] == [False, True, True]
    assert office.run("verify", code).status == 1
    assert office.run("print", "san-pham.csv").status == 0


def test_only_a_lost_epoch_is_given_up(office: CommandLine) -> None:
    office.run("keys", "init")
    name = epochs(office)[0]["epoch"]

    unknown, present = office.run("keys", "rotate", "--lost", "ABC"), office.run("keys", "rotate", "--lost", name)

    assert (unknown.status, present.status) == (2, 1)
    assert str(name) in unknown.err
    assert "vẫn còn" in present.err
    assert len(epochs(office)) == 1
