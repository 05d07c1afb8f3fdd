"""What holds for all commands: help, languages, wrong words, pipes, terminals, folders that take nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import click
import pytest

from labelsvc import __version__
from labelsvc.cli import COMMANDS, labelsvc
from tests import cpu_seconds
from tests.conftest import missing
from tests.offices.command_line import PROGRAM, CommandLine, records
from tests.offices.command_terminal import on_a_terminal

HELP_SECONDS = 0.3
NOBODY = "65534"
ENGLISH_OF_CLICK = ("Usage:", "Options:", "Commands:", "Error", "Invalid value", "No such", "Missing", "default:")


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def all_commands() -> list[tuple[str, ...]]:
    """The words of every command, those within groups too."""
    context = click.Context(labelsvc)
    found: list[tuple[str, ...]] = []
    for name in labelsvc.list_commands(context):
        command = labelsvc.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else []
        found += [(name,), *((name, each) for each in inner)]
    return found


def test_help_in_a_fresh_process_takes_under_300_ms(office: CommandLine) -> None:
    def seconds() -> float:
        start = cpu_seconds()
        assert office.process("--help").status == 0
        return cpu_seconds() - start

    best = min(seconds() for _ in range(3))

    assert best < HELP_SECONDS


def test_the_version_is_shown(office: CommandLine) -> None:
    said = office.run("--version")

    assert (said.status, said.out) == (0, f"labelsvc, version {__version__}\n")


def test_the_help_names_every_command(office: CommandLine) -> None:
    said = office.run("--help")

    assert said.status == 0
    assert all(f"\n  {command}" in said.out for command in COMMANDS)


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_the_help_of_a_command_is_vietnamese_throughout(office: CommandLine, words: tuple[str, ...]) -> None:
    said = office.run(*words, "--help")

    assert said.status == 0
    assert "Cách dùng:" in said.out
    assert "Xem hướng dẫn này." in said.out
    assert not [word for word in ENGLISH_OF_CLICK if word in said.out]
    assert not office.home.exists()


@pytest.mark.parametrize("words", [(), ("design",), ("stock",), ("keys",)], ids=" ".join)
def test_a_group_without_a_command_shows_its_help_as_wrong_usage(office: CommandLine, words: tuple[str, ...]) -> None:
    said = office.run(*words)

    assert said.status == 2
    assert "Các lệnh:" in said.err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("imprt",), "gần giống nhất: import"),
        (("keys", "rotat"), "gần giống nhất: rotate"),
        (("config", "--jsn"), "gần giống nhất: --json"),
        (("config", "thừa"), "Thừa «thừa»"),
        (("config", "--json=3"), "không nhận giá trị"),
        (("serve", "--port", "tám nghìn"), "từ 0 đến 65.535"),
        (("serve", "--port", "70000"), "từ 0 đến 65.535"),
        (("serve", "--workers", "0"), "từ 1 đến 64"),
        (("keys", "import", "không có.txt"), "không có tệp"),
        (("keys", "export"), "Thiếu --out"),
        (("keys", "export", "-o", "chưa có/k.txt"), "không có thư mục"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_words_are_named_in_vietnamese_with_the_nearest_right_one(
    office: CommandLine, words: tuple[str, ...], part: str
) -> None:
    said = office.run(*words)

    assert (said.status, said.out) == (2, "")
    assert part in said.err
    assert "--help" in said.err
    assert not [word for word in ENGLISH_OF_CLICK if word in said.err]


def test_the_same_is_english_if_configured(office: CommandLine) -> None:
    said = office.process("print", "nothing.csv", language="en")

    assert said.status == 2
    assert said.err == "RECORDS: there is no file nothing.csv; check its name and folder.\n" + (
        "For help: labelsvc print --help\n"
    )


@pytest.mark.parametrize(
    ("setting", "value", "part"),
    [
        ("language", "fr", "vi, en"),
        ("processes", "0", "từ 1 đến 256"),
        ("processes", "hai", "LABELSVC_PROCESSES=hai"),
        ("host", "hai từ", "LABELSVC_HOST: «hai từ»"),
        ("behind_tls", "có", "yes, no"),
    ],
)
def test_a_wrong_setting_is_named_by_every_command(office: CommandLine, setting: str, value: str, part: str) -> None:
    said = [office.run(*words, **{setting: value}) for words in (("config",), ("design", "list"), ("keys", "list"))]

    assert [one.status for one in said] == [2, 2, 2]
    assert all(part in one.err for one in said)


@pytest.mark.parametrize(
    ("database", "status", "part"),
    [
        ("mysql://a:geheim@b/c", 2, "«mysql»"),
        ("chữ", 2, "bắt đầu bằng một trong: sqlite,"),
        ("sqlite:///:memory:", 2, "phải là một tệp"),
        ("postgresql://a:geheim@localhost:1/c", 1, "Không mở được"),
    ],
)
def test_a_database_that_cannot_be_is_refused_without_its_password(
    office: CommandLine, database: str, status: int, part: str
) -> None:
    said = office.run("keys", "list", database=database)

    assert said.status == status
    assert part in said.err
    assert "geheim" not in said.err


def test_a_closed_pipe_ends_a_command_quietly(office: CommandLine) -> None:
    shell = f"{' '.join(map(repr, PROGRAM))} stock list | true; exit ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", shell.replace("'-c'", "-c")], env=office.environment({}), capture_output=True, check=False
    )

    assert done.returncode in (0, 128 + signal.SIGPIPE)
    assert done.stderr == b""


@pytest.mark.parametrize("target", [">/dev/full", ">&-", ">&- 2>&-"])
def test_an_output_that_takes_nothing_is_no_crash(office: CommandLine, target: str) -> None:
    shell = f"{' '.join(map(repr, PROGRAM))} stock list {target}"

    done = subprocess.run(["bash", "-c", shell], env=office.environment({}), capture_output=True, check=False)

    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr
    assert not (office.home / "labelsvc.log").exists()


def test_unexpected_errors_are_logged_and_reported_in_one_sentence(
    office: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("labelsvc.workflows.print_assets.PrintAssets.stock", broken)

    said = office.run("stock", "list")

    assert said.status == 1
    assert "Lỗi ngoài dự kiến (RuntimeError)" in said.err
    assert "Traceback" not in said.err
    assert "unforeseen" in (office.home / "labelsvc.log").read_text(encoding="utf-8")


@pytest.fixture
def as_nobody(office: CommandLine) -> tuple[str, ...]:
    """Words before a command that take away the rights of root, who may write everywhere."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        missing("setpriv is not installed: apt-get install util-linux")
    path = office.folder
    while path != Path(tempfile.gettempdir()).resolve() and path != path.parent:
        path.chmod(0o755)
        path = path.parent
    return ("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups")


@pytest.mark.parametrize("words", [("import",), ("print",)], ids=" ".join)
def test_a_home_that_may_not_be_written_is_named(
    office: CommandLine, as_nobody: tuple[str, ...], words: tuple[str, ...]
) -> None:
    office.records(*records(1))
    office.home.mkdir()
    office.home.chmod(0o555)

    said = office.process(*words, "san-pham.csv", before=as_nobody)

    assert said.status == 1
    assert str(office.home) in said.err
    assert "quyền" in said.err
    assert "Traceback" not in said.err


def test_an_unwritable_output_is_named_before_anything_is_ordered(
    office: CommandLine, as_nobody: tuple[str, ...]
) -> None:
    assert office.run("import", office.records(*records(1))).status == 0
    office.output.mkdir(exist_ok=True)
    office.output.chmod(0o555)
    for path in (office.home, *office.home.iterdir()) if as_nobody else ():
        os.chown(path, int(NOBODY), int(NOBODY))

    said = office.process("print", "--all", before=as_nobody)

    assert said.status == 1
    assert f"{office.output} (không đủ quyền)" in said.err
    assert "--out" in said.err


def test_a_terminal_shows_a_bar_that_goes_when_all_is_printed(office: CommandLine) -> None:
    office.records(*records(4, 60))

    said = on_a_terminal(office, "print", "san-pham.csv", "--proof", "none")

    assert said.status == 0
    assert "━" in said.out
    assert " / 240 nhãn" in said.out
    assert all(step in said.out for step in ("Đang đọc", "Đang so với", "Đang ghi", "Đang xem xét: 0 / 4 sản phẩm"))
    assert (Path(said.last) / "manifest.csv").is_file()


def test_a_pipe_gets_plain_lines_without_control_characters(office: CommandLine) -> None:
    office.records(*records(4, 60))

    said = office.process("print", "san-pham.csv", "--proof", "none")

    assert said.status == 0
    assert "240 / 240 nhãn" in said.err
    assert "\x1b" not in said.out + said.err
    assert "\r" not in said.out + said.err


@pytest.mark.parametrize("words", [(), ("print",), ("design", "check")], ids=" ".join)
def test_help_before_a_command_is_its_help(office: CommandLine, words: tuple[str, ...]) -> None:
    asked, known = office.run("help", *words), office.run(*words, "--help")

    assert asked.status == 0
    assert asked.out == known.out


def test_help_for_no_command_names_the_nearest(office: CommandLine) -> None:
    said = office.run("help", "prnt")

    assert said.status == 2
    assert "print" in said.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("labelsvc pr", ["plain,print", "plain,preflight"]),
        ("labelsvc print --design tem-t", ["plain,tem-tron-32"]),
        ("labelsvc print --stock avery-l71", ["plain,avery-l7160", "plain,avery-l7169"]),
        ("labelsvc print --proof s", ["plain,symbols"]),
        ("labelsvc design preview bien", ["plain,bien-ke-105x74", "plain,bien-ke-148x210"]),
        ("labelsvc design check moi.s", ["file,moi.s"]),
        ("labelsvc stock calibrate roll", ["plain,roll-25x35x4"]),
        ("labelsvc import san", ["file,san"]),
        ("labelsvc design preview tem --out anh", ["file,anh"]),
        ("labelsvc print --out tep", ["dir,tep"]),
        ("labelsvc nothing pr", ["plain,print", "plain,preflight"]),
    ],
)
def test_the_shell_completes_names_without_a_database(
    office: CommandLine, typed: str, offered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_LABELSVC_COMPLETE": "bash_complete"}
    for name, value in words.items():
        monkeypatch.setenv(name, value)

    said = office.process() if typed == "labelsvc pr" else office.run()

    assert said.out.splitlines() == offered
    assert said.err == ""
    assert not office.home.exists()
