"""Batches in an object store: Ceph's gateway, or SeaweedFS, started, stopped and filled up for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from botocore.model import OperationModel

from labelsvc.domain.errors import OutputAway, OutputRefused
from labelsvc.storage.files.object_file_system import file_system
from labelsvc.storage.files.object_puts import PIECE
from labelsvc.storage.files.output_folder import OutputFolder, join_manifests, part_manifest
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.files.stored_folder import StoredFolder
from labelsvc.storage.keys.issued_marks import IssuedMarks
from labelsvc.storage.keys.output_marks import marks_in
from labelsvc.wording import Wording
from tests import CHECKOUT
from tests.offices.object_store import BUCKET, ObjectStore

pytestmark = pytest.mark.faults
LARGE = os.urandom(1 << 20) * 24 + b"end"


@pytest.fixture(params=["folder", "store"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> OutputFolder:
    """Return an output of either kind, with nothing in it."""
    if request.param == "folder":
        return OutputFolder(tmp_path / "output")
    return OutputFolder(f"{request.getfixturevalue('object_store').url}/{uuid4().hex}")


@pytest.fixture
def in_store(object_store: ObjectStore) -> OutputFolder:
    return OutputFolder(f"{object_store.url}/{uuid4().hex}")


def put(folder: StoredFolder, name: str, content: bytes) -> str:
    """Put a file as a batch's are; return its SHA-256."""
    with folder.write(name) as file:
        for start in range(0, len(content), 1 << 20):
            file.write(content[start : start + (1 << 20)])
        assert file.unfinished.stat().st_size == len(content)
    return file.written.sha256


def pieces() -> list[str]:
    """Return what was begun and not joined."""
    return [upload["Key"] for upload in file_system("s3").list_multipart_uploads(BUCKET)]


def refused(error: pytest.ExceptionInfo[OutputRefused]) -> str:
    for language in ("vi", "en"):
        assert Wording(CHECKOUT / "templates" / "wording", language).explain(error.value.problems[0])
    return error.value.problems[0].code


def test_files_are_put_found_read_in_ranges_and_discarded(output: OutputFolder) -> None:
    folder = output.batch("2026-001")
    assert (folder.files(), folder.find("a"), folder.exists()) == ({}, None, False)
    folder.make()

    hashes = {name: put(folder, name, content) for name, content in (("a", b""), ("b", b"small"), ("c", LARGE))}

    assert {name: file.size for name, file in folder.files().items()} == {"a": 0, "b": 5, "c": len(LARGE)}
    assert folder.find("c") == folder.files()["c"]
    assert {name: sha256(folder.read(name)).hexdigest() for name in hashes} == hashes
    middle = (7, 2 * PIECE + 9)
    assert b"".join(folder.read_range("c", *middle)) == LARGE[slice(*middle)]
    assert list(folder.read_range("c", len(LARGE) - 3)) == [b"end"]
    assert "2026-001" in output
    assert "2026-002" not in output
    with pytest.raises(FileNotFoundError):
        folder.read("d")
    for name in ("a", "b", "c", "d"):
        folder.discard(name)
    assert folder.files() == {}


def test_a_file_appears_whole_or_not_at_all(output: OutputFolder) -> None:
    folder = output.batch("2026-001")
    folder.make()
    put(folder, "a", b"old")

    for name in ("a", "b"):
        with suppress(ZeroDivisionError), folder.write(name) as file:
            file.write(LARGE)
            assert folder.files().keys() == {"a"}
            1 / 0  # noqa: B018

    assert (set(folder.files()), folder.read("a")) == ({"a"}, b"old")


def test_a_file_takes_no_request_more_than_its_bytes_need(in_store: OutputFolder) -> None:
    folder, asked, events = in_store.batch("2026-001"), list[str](), file_system("s3").s3.meta.events

    def note(model: OperationModel, **_: object) -> None:
        asked.append(model.name)

    events.register("before-call.s3", note)
    put(folder, "small", b"small")
    put(folder, "large", LARGE)
    events.unregister("before-call.s3", note)

    pieces = ["CreateMultipartUpload", *["UploadPart"] * 4, "CompleteMultipartUpload"]
    assert asked[:7] == ["PutObject", *pieces]
    assert asked[7:] in ([], ["HeadObject"]), "Ceph does not tell what it joined, SeaweedFS does"


def test_another_content_has_another_mark(output: OutputFolder) -> None:
    folder = output.batch("2026-001")
    folder.make()
    put(folder, "a", b"one")
    mark = folder.files()["a"].mark

    put(folder, "a", b"two")

    assert folder.files()["a"].mark != mark


def test_shares_are_joined_in_their_order_and_little_memory(output: OutputFolder) -> None:
    folder = output.batch("2026-001")
    folder.make()
    for number in (2, 1):
        put(folder, part_manifest(number), LARGE + str(number).encode())
    tracemalloc.start()

    joined = join_manifests(folder, 2, "head")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert joined.sha256 == sha256(b"head" + LARGE + b"1" + LARGE + b"2").hexdigest()
    assert len(folder.files()) == 3
    assert peak < 5 * PIECE


def test_a_large_file_is_read_in_constant_memory(in_store: OutputFolder) -> None:
    folder, size = in_store.batch("2026-001"), 0
    put(folder, "labels-001.pdf", LARGE)
    list(folder.read_range("labels-001.pdf", 0, 9))
    tracemalloc.start()

    for chunk in folder.read_range("labels-001.pdf"):
        size += len(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == len(LARGE)
    assert peak < 8 << 20


def test_a_store_that_is_down_is_away_and_comes_back(object_store: ObjectStore, in_store: OutputFolder) -> None:
    folder = in_store.batch("2026-001")
    put(folder, "a", b"one")
    object_store.stop_gateway()
    try:
        for act in (lambda: put(folder, "b", b"two"), folder.files, lambda: folder.read("a")):
            with pytest.raises(OutputAway) as error:
                act()
            assert refused(error) == "output.store_down"
        assert in_store.trouble() != ""
    finally:
        object_store.start_gateway()

    assert (set(folder.files()), in_store.trouble()) == ({"a"}, "")


def test_a_store_that_goes_while_pieces_are_put_has_nothing(object_store: ObjectStore, in_store: OutputFolder) -> None:
    folder = in_store.batch("2026-001")
    try:
        with pytest.raises(OutputAway), folder.write("labels-001.pdf") as file:  # noqa: PT012
            file.write(LARGE)
            object_store.stop_gateway()
    finally:
        object_store.start_gateway()

    assert folder.files() == {}


def test_a_full_store_is_refused_and_takes_no_half(object_store: ObjectStore, in_store: OutputFolder) -> None:
    folder = in_store.batch("2026-001")
    object_store.limit(str(1 << 20))
    try:
        with pytest.raises(OutputRefused) as error:
            put(folder, "labels-001.pdf", LARGE)
    finally:
        object_store.limit("-1")

    assert refused(error) == "output.store_full"
    assert (folder.files(), pieces()) == ({}, [])


def test_a_missing_bucket_and_a_wrong_key_are_refused(in_store: OutputFolder) -> None:
    with pytest.raises(OutputRefused) as missing:
        OutputFolder("s3://no-such-bucket/ocop").make_ready()
    program = (
        "import sys; from labelsvc.storage.files.output_folder import OutputFolder\n"
        "from labelsvc.domain.errors import OutputRefused\n"
        "try: OutputFolder(sys.argv[1]).make_ready()\n"
        "except OutputRefused as error: print(error.problems[0].code)"
    )
    wrong = os.environ | {"AWS_SECRET_ACCESS_KEY": "wrong"}
    command = [sys.executable, "-c", program, in_store.root.place]

    said = subprocess.run(command, env=wrong, check=True, capture_output=True, text=True).stdout

    assert refused(missing) in ("output.store_no_bucket", "output.store_forbids")  # the latter of SeaweedFS
    assert said == "output.store_forbids\n"


KILLED = """
import os, signal, sys
from labelsvc.storage.files import object_file_system
from labelsvc.storage.files.places import folder_at
files = object_file_system.file_system("s3")
call = type(files)._call_s3
async def dying(self, method, *arguments, **facts):
    if method == "complete_multipart_upload":
        os.kill(os.getpid(), signal.SIGKILL)
    return await call(self, method, *arguments, **facts)
type(files)._call_s3 = dying
type(files).call_s3 = __import__("fsspec.asyn", fromlist=["x"]).sync_wrapper(dying)
with folder_at(sys.argv[1]).write("labels-001.pdf") as file:
    file.write(b"x" * (20 << 20))
"""


def test_pieces_of_a_killed_process_are_given_up_a_day_later(in_store: OutputFolder) -> None:
    folder, now = in_store.batch("2026-001"), datetime.now(UTC)
    killed = subprocess.run([sys.executable, "-c", KILLED, folder.place], env=os.environ)
    left, beside = len(pieces()), OutputFolder(in_store.root.place[:-1])

    of_others = beside.give_up_unfinished(now + timedelta(days=2))
    given_up = [in_store.give_up_unfinished(now + timedelta(days=days)) for days in (0, 2)]

    assert killed.returncode == -signal.SIGKILL
    assert folder.files() == {}
    assert (left, of_others, given_up, pieces()) == (1, 0, [0, 1], [])


def test_marks_raised_by_two_homes_at_once_both_stand(in_store: OutputFolder, tmp_path: Path) -> None:
    homes = [IssuedMarks(tmp_path / name, in_store.root) for name in ("one", "two")]
    homes[0].raise_to("AAAAAAAA", 900)

    homes[1].raise_to("AAAAAAAA", 500)
    homes[0].raise_to("AAAAAAAA", 950)

    assert {home.read().next_lines["AAAAAAAA"] for home in homes} == {950}
    assert len(in_store.root.within(".issued").files()) == 2


def test_names_given_at_once_are_both_the_store(in_store: OutputFolder) -> None:
    marks = marks_in(in_store.root)
    name = marks.give_name()
    put(in_store.root.within(".output"), "f" * 16, b"")

    assert marks.give_name() == min(name, "f" * 16)
    assert marks.names() == {name, "f" * 16}


def test_marks_copied_from_a_folder_are_read(in_store: OutputFolder, tmp_path: Path) -> None:
    before = IssuedMarks(tmp_path / "home", folder_at(tmp_path / "output"))
    before.raise_to("AAAAAAAA", 77)
    name = marks_in(folder_at(tmp_path / "output")).give_name()
    put(in_store.root, ".issued.json", (tmp_path / "output" / ".issued.json").read_bytes())

    after = IssuedMarks(tmp_path / "home", in_store.root)
    after.raise_to("AAAAAAAA", 80)

    assert after.read().next_lines == {"AAAAAAAA": 80}
    assert marks_in(in_store.root).names() == {name}


def test_a_forked_process_has_a_file_system_of_its_own(in_store: OutputFolder) -> None:
    folder = in_store.batch("2026-001")
    put(folder, "a", b"one")
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if put(folder, "b", LARGE) == sha256(LARGE).hexdigest() else 1)

    ended = os.waitpid(child, 0)[1]

    assert (ended, set(folder.files())) == (0, {"a", "b"})


def test_a_signed_link_gives_the_file_under_its_name(in_store: OutputFolder) -> None:
    folder = in_store.batch("2026-001")
    put(folder, "ticket.pdf", b"a ticket")

    with urllib.request.urlopen(folder.link("ticket.pdf", "2026-001-ticket.pdf")) as answer:
        given = answer.read(), answer.headers["Content-Disposition"]

    assert given == (b"a ticket", 'attachment; filename="2026-001-ticket.pdf"')
