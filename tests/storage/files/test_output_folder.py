"""The output folder: whole files or none, one run at a time, nothing to clean by hand."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.output_folder import OutputFolder, WholeFile, join_manifests, part_manifest, whole_file
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.conftest import missing

TEMPLATES = CHECKOUT / "templates"


@pytest.fixture
def output(tmp_path: Path) -> OutputFolder:
    return OutputFolder(tmp_path / "output")


def path_of(place: OutputFolder | StoredFolder) -> Path:
    """Return where an output, or a folder in it, is on this machine."""
    return Path((place.root if isinstance(place, OutputFolder) else place).place)


def refused(error: pytest.ExceptionInfo[OutputRefused]) -> str:
    """Return the code of a refusal whose sentences can be said."""
    for language in ("vi", "en"):
        assert Wording(TEMPLATES / "wording", language).explain(error.value.problems[0])
    return error.value.problems[0].code


def run_until_it_says_ready(program: str, *arguments: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def write_often(file: WholeFile, data: bytes, times: int) -> None:
    for _ in range(times):
        file.write(data)


HOLDING = """
import os, sys, time
from pathlib import Path
from labelsvc.storage.files.output_folder import OutputFolder
with OutputFolder(Path(sys.argv[1])).tidied("2026-001") as folder, folder.write("labels-001.pdf") as file:
    file.write(b"half a file")
    file._stream.flush()
    os.write(1, b"ready\\n")
    time.sleep(60)
"""


def test_a_file_appears_only_when_it_is_whole(output: OutputFolder) -> None:
    with output.tidied("2026-001") as folder:
        with folder.write("labels-001.pdf") as file:
            file.write(b"one ")
            seen = [name for name in os.listdir(path_of(folder)) if not name.startswith(".")]
            assert file.tell() == 4
            file.write(b"two")

        assert seen == []
        assert (path_of(folder) / "labels-001.pdf").read_bytes() == b"one two"
        assert (file.written.name, file.written.size) == ("labels-001.pdf", 7)
        assert file.written.sha256 == hashlib.sha256(b"one two").hexdigest()
    assert os.listdir(path_of(output.batch("2026-001"))) == ["labels-001.pdf"]


def test_a_failed_write_leaves_only_the_old_file(output: OutputFolder) -> None:
    with output.tidied("2026-001") as folder:
        with folder.write("ticket.pdf") as file:
            file.write(b"old")
        with suppress(ZeroDivisionError), folder.write("ticket.pdf") as file:
            file.write(b"new")
            1 / 0  # noqa: B018

    assert os.listdir(path_of(folder)) == ["ticket.pdf"]
    assert (path_of(folder) / "ticket.pdf").read_bytes() == b"old"


def test_errors_of_the_writer_are_not_blamed_on_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "labels-001.pdf"):
        (tmp_path / "no such font").read_bytes()


def test_a_worker_process_needs_no_lock_to_write_its_part(output: OutputFolder) -> None:
    with output.tidied("2026-001") as folder:
        child = os.fork()
        if child == 0:
            with whole_file(path_of(folder) / "labels-002.pdf") as file:
                file.write(b"part 2")
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0

        assert (path_of(folder) / "labels-002.pdf").read_bytes() == b"part 2"


def test_an_output_contains_its_folders_and_its_files(output: OutputFolder) -> None:
    output.root.make()
    output.batch("2026-001").make()
    (path_of(output) / "2026-002").write_text("a file")

    assert [name in output for name in ("2026-001", "2026-002", "2026-003")] == [True, True, False]


def test_leftovers_of_a_killed_run_are_cleaned_by_the_next(output: OutputFolder) -> None:
    with run_until_it_says_ready(HOLDING, path_of(output)) as killed:
        killed.kill()
    left = sorted(os.listdir(path_of(output.batch("2026-001"))))

    with output.tidied("2026-001") as folder:
        held = os.listdir(path_of(folder))

    assert len(left) == 1
    assert left[0].startswith(".labels-001.pdf.")
    assert held == []
    assert os.listdir(path_of(folder)) == []


def test_the_parts_shares_are_joined_to_the_manifest_in_their_order(output: OutputFolder) -> None:
    with output.tidied("2026-001") as folder:
        for number in (12, 2, 1, *range(3, 12)):
            with folder.write(part_manifest(number)) as share:
                share.write(f"{number},chè sen\r\n".encode())

        joined = join_manifests(folder, 12, "part,product\r\n")

    content = (path_of(folder) / "manifest.csv").read_bytes()
    assert content.decode() == "part,product\r\n" + "".join(f"{number},chè sen\r\n" for number in range(1, 13))
    assert (joined.name, joined.size, joined.sha256) == (
        "manifest.csv",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
    assert len(os.listdir(path_of(folder))) == 13


def test_a_manifest_without_all_its_shares_is_not_made(output: OutputFolder) -> None:
    with output.tidied("2026-001") as folder:
        with folder.write(part_manifest(1)) as share:
            share.write(b"1\n")

        with pytest.raises(OutputRefused) as error:
            join_manifests(folder, 2, "part\n")

    assert refused(error) == "output.gone"
    assert os.listdir(path_of(folder)) == [part_manifest(1)]


def test_joining_a_large_manifest_needs_little_memory(tmp_path: Path) -> None:
    program = (
        "import sys, tracemalloc; from pathlib import Path\n"
        "from labelsvc.storage.files.output_folder import OutputFolder, join_manifests, part_manifest\n"
        "with OutputFolder(Path(sys.argv[1])).tidied('b') as folder:\n"
        "    with folder.write(part_manifest(1)) as share:\n"
        "        for _ in range(40): share.write(b'x' * 1_000_000)\n"
        "    tracemalloc.start()\n"
        "    join_manifests(folder, 1, '')\n"
        "    print(tracemalloc.get_traced_memory()[1])"
    )

    peak = int(subprocess.run([sys.executable, "-c", program, tmp_path], check=True, capture_output=True).stdout)

    assert peak < 4_000_000


@pytest.fixture(params=["disk", "limit"])
def tiny_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A disk of 256 kB where one can be mounted, or a limit of so much on a file; and how it refuses more."""
    place = tmp_path / "place"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place]
    is_disk = request.param == "disk" and os.geteuid() == 0
    if is_disk and subprocess.run(mount, capture_output=True).returncode == 0:
        yield place, "output.full"
        subprocess.run(["umount", "-l", place], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 10, hard))
    try:
        yield place, "output.file_too_large"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_without_room_is_refused_and_leaves_no_half(tiny_place: tuple[Path, str]) -> None:
    place, code = tiny_place
    with OutputFolder(place).tidied("2026-001") as folder:
        with folder.write("ticket.pdf") as file:
            file.write(b"small")

        with pytest.raises(OutputRefused) as error, folder.write("labels-001.pdf") as file:
            write_often(file, b"x" * 100_000, 10)

        assert refused(error) == code
    assert os.listdir(path_of(folder)) == ["ticket.pdf"]


def test_a_lack_of_room_at_the_last_byte_is_refused(tiny_place: tuple[Path, str]) -> None:
    place, code = tiny_place
    with OutputFolder(place).tidied("2026-001") as folder:
        with pytest.raises(OutputRefused) as error, folder.write("labels-001.pdf") as file:
            write_often(file, b"x" * 1_000, 263)  # less than the buffer at once: it shows when the rest is written

        assert refused(error) == code
    assert os.listdir(path_of(folder)) == []


def test_a_file_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("")

    output = OutputFolder(tmp_path / "output")
    for action in (output.make_ready, output.batch("b").make, output.tidied("b").__enter__):
        with pytest.raises(OutputRefused) as error:
            action()
        assert refused(error) == "output.not_a_folder"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "output"
    folder.mkdir(mode=0o500)
    read_only = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder]  # nothing less is forbidden to root
    if os.geteuid() == 0 and subprocess.run(read_only, capture_output=True).returncode != 0:
        missing("neither an ordinary user nor a root that may mount: a read-only folder cannot be made")
    try:
        for action in (OutputFolder(folder).make_ready, OutputFolder(folder).tidied("b").__enter__):
            with pytest.raises(OutputRefused) as error:
                action()
            assert refused(error) == "output.read_only"
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", "-l", folder], check=True)


def test_a_folder_that_is_removed_while_it_is_written_is_refused(output: OutputFolder) -> None:
    with output.tidied("2026-001") as folder:
        folder.remove_empty()

        with pytest.raises(OutputRefused) as error, folder.write("labels-001.pdf") as file:
            file.write(b"x")

    assert refused(error) == "output.gone"


def test_a_lock_file_is_gone_once_nobody_holds_it(output: OutputFolder) -> None:
    for _ in range(3):
        with output.tidied("2026-001") as folder:
            assert os.listdir(path_of(folder)) == []

    assert os.listdir(path_of(folder)) == []
