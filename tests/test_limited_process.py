"""A child with limits ends; whoever started it goes on. What it reads, reaches and inherits is bounded too."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from labelsvc.domain.label_code import EpochKey
from labelsvc.limited_process import landlock, sockets, start_child
from labelsvc.preflight.inspection import limit_process
from labelsvc.storage.keys.key_file import KeyFile
from tests.conftest import missing

LIMITS = "from labelsvc.limited_process import *; limit_memory(1 << 30); limit_seconds(1); forbid_files(); "
MASTER = "5c" * 32


@pytest.fixture(autouse=True, scope="module")
def kernel() -> None:
    if not landlock.version() or not sockets.can_forbid():
        missing("this kernel has no Landlock or no seccomp")


def answer_of(program: str, *arguments: str | Path, readable: tuple[Path, ...] = ()) -> str:
    with start_child(program, *arguments, readable=readable) as child:
        assert child.stdout is not None
        return child.stdout.read().decode().strip()


def refusal(deed: str) -> str:
    """A program that says with which error a deed failed."""
    return f"\ntry: {deed}\nexcept Exception as error: print(type(error).__name__)\nelse: print('done')"


def test_child_finds_our_modules_and_answers() -> None:
    with start_child("from labelsvc.domain.host import EXAMPLE; print(EXAMPLE, *sys.argv[1:])", "a b") as child:
        assert child.stdout is not None
        assert child.stdout.read() == b"OCOP.HANOI.EXAMPLE a b\n"

    assert child.returncode == 0


@pytest.mark.parametrize(
    "deed",
    ["bytes(1 << 31)", "while True: pass", "import tempfile; tempfile.TemporaryFile().write(b'x' * 99_999)"],
    ids=["memory", "time", "file"],
)
def test_child_ends_at_its_limits(deed: str) -> None:
    with start_child(f"{LIMITS}\n{deed}", stderr=-3) as child:
        assert child.wait(20) != 0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a key."""
    KeyFile(tmp_path / "home" / "keys.json", given="").add(EpochKey(bytes.fromhex(MASTER)))
    return tmp_path / "home"


@pytest.mark.parametrize(
    "deed",
    [
        "open(sys.argv[1] + '/keys.json').read()",
        "__import__('os').listdir(sys.argv[1])",
        "open(sys.argv[1] + '/new', 'w')",
        "__import__('os').unlink(sys.argv[1] + '/keys.json')",
        "open('/etc/passwd').read()",
        "open('/proc/%d/environ' % __import__('os').getppid()).read()",
        "open('/proc/%d/mem' % __import__('os').getppid(), 'rb').read()",
        "__import__('os').kill(__import__('os').getppid(), 0)",
        "__import__('os').execv('/bin/true', ['true'])",
    ],
    ids=["keys", "list", "write", "remove", "system file", "environment", "memory", "signal", "program"],
)
def test_child_reaches_nothing_of_its_parent(home: Path, deed: str) -> None:
    assert answer_of(refusal(deed), home) == "PermissionError"


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK])
def test_child_makes_no_socket(family: socket.AddressFamily) -> None:
    deed = f"__import__('socket').socket({int(family)}, 2 if {int(family)} != 16 else 3)"

    assert answer_of(refusal(deed)) == "PermissionError"


def test_child_of_a_child_is_bound_too(home: Path) -> None:
    fork = "import os\nif not os.fork():" + refusal("open(sys.argv[1] + '/keys.json')").replace("\n", "\n  ")
    fork += "\n  sys.stdout.flush()\n  os._exit(0)\nos.wait()"

    assert answer_of(fork, home) == "PermissionError"


def test_child_reads_what_it_is_given(home: Path) -> None:
    assert answer_of("print(len(open(sys.argv[1]).read()))", home / "keys.json", readable=(home,)) != ""


def test_children_import_from_wherever_we_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dependency = tmp_path / "site" / "of_a_user.py"
    dependency.parent.mkdir()
    dependency.touch()
    monkeypatch.syspath_prepend(dependency.parent)

    assert answer_of(refusal("import of_a_user")) == "done"
    assert in_a_forked_process(dependency.read_bytes, dependency.with_name("file.pdf")) == "done"


@pytest.mark.parametrize("place", [".", ".."])
def test_a_home_on_the_import_path_stays_closed(home: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELSVC_HOME", str(home))
    monkeypatch.syspath_prepend(home / place)

    assert answer_of(refusal("open(sys.argv[1] + '/keys.json')"), home) == "PermissionError"
    assert in_a_forked_process((home / "keys.json").read_bytes, home.with_name("file.pdf")) == "PermissionError"


def test_child_has_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELSVC_KEYS", MASTER)
    monkeypatch.setenv("PGPASSWORD", "secret")

    said = answer_of("import os; print(dict(os.environ), open('/proc/self/environ').read())")

    assert MASTER not in said
    assert "secret" not in said


def in_a_forked_process(deed: Callable[[], object], path: Path) -> str:
    """What a process of preflight's pool says of a deed."""
    ours, childs = os.pipe()
    if not (child := os.fork()):
        said = "done"
        try:
            limit_process(path)
            deed()
        except OSError as error:
            said = type(error).__name__
        os.write(childs, said.encode())
        os._exit(0)
    os.close(childs)
    with open(ours) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


def test_preflights_processes_read_the_file_and_nothing_else(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "file.pdf"
    file.write_bytes(b"%PDF")
    deeds = [file.read_bytes, (home / "keys.json").read_bytes, socket.socket]

    said = [in_a_forked_process(deed, file) for deed in deeds]

    assert said == ["done", "PermissionError", "PermissionError"]


def test_config_says_what_is_in_force(tmp_path: Path) -> None:
    program = "from labelsvc.cli import run; run()"
    environment = {"LABELSVC_HOME": str(tmp_path), "LABELSVC_LANGUAGE": "en", "PATH": os.environ["PATH"]}

    said = subprocess.run(
        [sys.executable, "-c", program, "config"], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert f"Landlock {landlock.version()}" in said
    assert "no sockets" in said
