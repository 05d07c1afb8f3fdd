"""Files in age's format: our own are read by the ``age`` program, and its files by us; nothing damaged is read."""

from __future__ import annotations

import io
import shutil
import string
import subprocess
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from labelsvc.domain.errors import BackupRefused, InvalidValue
from labelsvc.storage.backups.age_header import Lock, Unlock, read_identities, read_recipient
from labelsvc.storage.backups.age_stream import CHUNK, OpenedStream, SealingStream
from tests.conftest import missing
from tests.samples.age_keys import PUBLIC, SECRET

EASY = 10
"""A work factor for tests; the usual one takes most of a second."""


@dataclass(frozen=True)
class AgeProgram:
    folder: Path

    def run(self, *words: object, typed: str = "") -> bytes:
        """Run age; what it asks for is typed on a terminal of its own."""
        command = ["age", *map(str, words)]
        if typed:
            command = ["script", "--quiet", "--return", "--command", " ".join(command), "/dev/null"]
        done = subprocess.run(command, input=typed.encode(), capture_output=True, cwd=self.folder, timeout=30)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def age(tmp_path: Path) -> AgeProgram:
    if shutil.which("age") is None:
        missing("age is not installed: apt-get install age")
    return AgeProgram(tmp_path)


def sealed(content: bytes, lock: Lock) -> bytes:
    file = io.BytesIO()
    stream = SealingStream(lock, file.write)
    for at in range(0, len(content), 40_000):
        stream.write(content[at : at + 40_000])
    stream.finish()
    return file.getvalue()


def opened(file: bytes, unlock: Unlock) -> bytes:
    return io.BufferedReader(OpenedStream(unlock, io.BytesIO(file))).read()


RECIPIENT = Lock(recipients=(read_recipient(PUBLIC),))
IDENTITY = Unlock(identities=read_identities(f"# created\n{SECRET}\n"))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_age_opens_what_we_encrypt_to_a_recipient(age: AgeProgram, size: int) -> None:
    content = Random(size).randbytes(size)
    (age.folder / "ours.age").write_bytes(sealed(content, RECIPIENT))
    (age.folder / "key.txt").write_text(SECRET + "\n")

    assert age.run("--decrypt", "-i", "key.txt", "ours.age") == content


@pytest.mark.parametrize("size", [0, CHUNK, 2 * CHUNK + 1])
def test_we_open_what_age_encrypts_to_several_recipients(age: AgeProgram, size: int) -> None:
    (age.folder / "plain").write_bytes(content := Random(size).randbytes(size))
    other = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    theirs = next(line for line in other.splitlines() if "age1" in line).rpartition(" ")[2]

    age.run("-r", theirs, "-r", PUBLIC, "-o", "theirs.age", "plain")

    assert opened((age.folder / "theirs.age").read_bytes(), IDENTITY) == content


def test_age_opens_what_we_encrypt_with_a_passphrase(age: AgeProgram) -> None:
    (age.folder / "ours.age").write_bytes(sealed(b"records and keys", Lock("mật khẩu dài", work=EASY)))

    age.run("--decrypt", "-o", "plain", "ours.age", typed="mật khẩu dài\n")

    assert (age.folder / "plain").read_bytes() == b"records and keys"


def test_a_passphrase_opens_and_another_does_not() -> None:
    file = sealed(b"records", Lock("mật khẩu dài", work=EASY))

    assert opened(file, Unlock("mật khẩu dài")) == b"records"
    with pytest.raises(BackupRefused, match="wrong_passphrase"):
        opened(file, Unlock("mật khẩu dai"))
    with pytest.raises(BackupRefused, match="needs_passphrase"):
        opened(file, IDENTITY)


def test_a_file_for_somebody_else_is_not_opened() -> None:
    file = sealed(b"records", RECIPIENT)

    with pytest.raises(BackupRefused, match="wrong_identity"):
        opened(file, Unlock(identities=(Random(1).randbytes(32),)))
    with pytest.raises(BackupRefused, match="needs_identity"):
        opened(file, Unlock("a passphrase"))


def test_every_changed_byte_is_noticed() -> None:
    file = sealed(b"records" * 3, RECIPIENT)

    for at in range(len(file)):
        changed = file[:at] + bytes((file[at] ^ 1,)) + file[at + 1 :]
        with pytest.raises(BackupRefused):
            opened(changed, IDENTITY)


def test_a_mac_is_read_in_one_spelling_alone() -> None:
    """Its last letter has two spare bits, which Python's decoder passes over."""
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    head, mark, rest = sealed(b"records", RECIPIENT).partition(b"\n--- ")
    mac, body = rest[:43].decode("ascii"), rest[43:]

    for other in (*letters[letters.index(mac[-1]) :][1:4], f"{mac[-1]}="):
        with pytest.raises(BackupRefused, match="damaged"):
            opened(head + mark + (mac[:-1] + other).encode("ascii") + body, IDENTITY)


@pytest.mark.parametrize("chunks", [1, 2])
def test_every_cut_and_every_addition_is_noticed(chunks: int) -> None:
    file = sealed(bytes(chunks * CHUNK), RECIPIENT)
    cuts = [*range(0, 260), *range(CHUNK, len(file), 9_001), len(file) - CHUNK - 16, len(file) - 1]

    for wrong in (*(file[:cut] for cut in cuts), file + b"\0", file + file[-CHUNK - 16 :]):
        with pytest.raises(BackupRefused):
            opened(wrong, IDENTITY)


@pytest.mark.parametrize("stanza", ["-> người nhận", "-> x\nthân", "-> x\n\n-> é", "-> x  y\n", f"-> x\n{'A' * 68}"])
def test_a_stanza_that_the_format_does_not_allow_is_refused(stanza: str) -> None:
    head, mark, rest = sealed(b"records", RECIPIENT).partition(b"\n--- ")

    with pytest.raises(BackupRefused, match="damaged"):
        opened(head + f"\n{stanza}\n".encode() + mark + rest, IDENTITY)


@pytest.mark.parametrize("work", ["0", "23", "64", "-1", "+9", "09", "x", "9" * 400])
def test_a_work_factor_misspelt_or_beyond_the_memory_is_refused(work: str) -> None:
    head = f"age-encryption.org/v1\n-> scrypt {'A' * 22} {work}\n{'A' * 43}\n--- {'A' * 43}\n".encode()

    with pytest.raises(BackupRefused):
        opened(head + bytes(32), Unlock("mật khẩu dài"))


@pytest.mark.parametrize(
    "text", ["", "age1", PUBLIC[:-1], PUBLIC[:-1] + "k", PUBLIC.title(), SECRET, "ssh-ed25519 AAAA"]
)
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_recipient(text)


@pytest.mark.parametrize("text", ["", "# nothing", PUBLIC, SECRET[:-1], f"{SECRET}\nhello"])
def test_what_is_no_secret_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_identities(text)
