"""Archives that somebody else made for our public key: whatever is in them is refused by name."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc
from pathlib import Path
from typing import IO, cast

import pytest

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups import dump_reader
from labelsvc.storage.backups.age_header import Lock, Unlock, read_identities, read_recipient
from labelsvc.storage.backups.age_stream import SealingStream
from labelsvc.storage.backups.backup_archive import KEYS, SQLITE, read_backup, small_content
from labelsvc.storage.backups.backup_facts import ABOUT, CONTENTS
from labelsvc.storage.backups.dump_reader import read_dump
from labelsvc.storage.backups.tar_reader import MemberStream, read_members, write_member
from tests.samples.age_keys import PUBLIC, SECRET

LOCK, UNLOCK = Lock(recipients=(read_recipient(PUBLIC),)), Unlock(identities=read_identities(SECRET))
FACTS = (
    b'{"made_at": "2026-11-01T00:00:00+00:00", "program": "", "dialect": "sqlite", "database": "", "revision": "",'
    b' "rows": {}, "audit": "", "epochs": [], "keys": [], "output": "", "format": 1}'
)
DEEP = b"[" * 200_000


def sealed(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> None:
    """Write an archive as age has it, of any members."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as zipped, tarfile.open(fileobj=zipped, mode="w|") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    with path.open("wb") as file:
        stream = SealingStream(LOCK, file.write)
        stream.write(packed.getvalue())
        stream.finish()


def sealed_blocks(path: Path, blocks: bytes, *, then: int = 0) -> None:
    """Write an age file of a tar's blocks, and of so many MB of zeros behind them."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as zipped:
        zipped.write(blocks)
        for _ in range(then):
            zipped.write(bytes(1 << 20))
    with path.open("wb") as file:
        stream = SealingStream(LOCK, file.write)
        stream.write(packed.getvalue())
        stream.finish()


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return a member's header, whatever comes after it."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def block(content: bytes) -> bytes:
    return content.ljust(-(-len(content) // 512) * 512, b"\0")


def read(path: Path) -> object:
    """Read a backup to its end; nothing of it but its keys is wanted."""
    return read_backup(path, UNLOCK, lambda each: small_content(each) if each.name == KEYS else None, abs)


def most_memory(path: Path, match: str) -> int:
    """Return how many bytes reading took at most until it was refused."""
    tracemalloc.start()
    with pytest.raises(BackupRefused, match=match):
        read(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def member(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd"
    return info, content


@pytest.mark.parametrize(
    "content", [b"", b"\xff", DEEP, b"[]", b"null", FACTS.replace(b"{}", b'{"a": 1e999}'), FACTS.replace(b"{}", b"[]")]
)
def test_facts_that_are_none_are_refused(tmp_path: Path, content: bytes) -> None:
    sealed(tmp_path / "backup", member(ABOUT, content))

    with pytest.raises(BackupRefused, match="not_ours"):
        read(tmp_path / "backup")


@pytest.mark.parametrize("content", [b"", DEEP, b"{", b"[1]", b'[{"name": "a", "size": 1e999, "sha256": ""}]', b"7"])
def test_a_list_of_hashes_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    sealed(tmp_path / "backup", member(ABOUT, FACTS), member(CONTENTS, content))

    with pytest.raises(BackupRefused, match="not_ours"):
        read(tmp_path / "backup")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (SQLITE, tarfile.SYMTYPE),
        (SQLITE, tarfile.LNKTYPE),
        (SQLITE, tarfile.FIFOTYPE),
        (SQLITE, tarfile.DIRTYPE),
        ("../keys.json", tarfile.REGTYPE),
        ("/tmp/keys.json", tarfile.REGTYPE),
        ("output/../../keys.json", tarfile.REGTYPE),
        ("output/2026-001/../x", tarfile.REGTYPE),
        ("keys.json\n", tarfile.REGTYPE),
    ],
)
def test_members_that_would_go_elsewhere_are_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    sealed(tmp_path / "backup", member(ABOUT, FACTS), member(name, b"", kind))

    with pytest.raises(BackupRefused, match="not_ours"):
        read(tmp_path / "backup")


def test_a_sparse_member_of_any_size_is_refused(tmp_path: Path) -> None:
    info, content = member(SQLITE, b"1\n0\n0\n".ljust(512, b"\0"))
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": SQLITE,
        "GNU.sparse.realsize": "100000",
    }
    listed = json.dumps([{"name": SQLITE, "size": 100_000, "sha256": ""}]).encode()
    sealed(tmp_path / "backup", member(ABOUT, FACTS), (info, content), member(CONTENTS, listed))

    with pytest.raises(BackupRefused, match="not_ours"):
        read(tmp_path / "backup")


ABOUT_BLOCKS = header(ABOUT, len(FACTS)) + block(FACTS)
BOMBS = {
    "a pax header": header("x", 200 << 20, tarfile.XHDTYPE),
    "a header for all": header("x", 200 << 20, tarfile.XGLTYPE),
    "a long name": header("x", 200 << 20, tarfile.GNUTYPE_LONGNAME),
    "a long link": header("x", 200 << 20, tarfile.GNUTYPE_LONGLINK),
    "old sparse": header(SQLITE, 200 << 20, tarfile.GNUTYPE_SPARSE),
    "large keys": header(KEYS, 200 << 20),
    "a large list": header(CONTENTS, 200 << 20),
    "another about": header(ABOUT, 200 << 20),
    "zeros behind its end": bytes(1024),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_says_to_be_large_is_refused_unread(tmp_path: Path, bomb: str) -> None:
    sealed_blocks(tmp_path / "backup", ABOUT_BLOCKS + BOMBS[bomb], then=8)

    assert most_memory(tmp_path / "backup", "not_ours") < 6 << 20


def test_headers_before_headers_without_end_are_refused(tmp_path: Path) -> None:
    pax = b"18 size=9999999999\n"
    sealed_blocks(tmp_path / "backup", ABOUT_BLOCKS + (header("x", len(pax), tarfile.XHDTYPE) + block(pax)) * 5_000)

    with pytest.raises(BackupRefused, match="not_ours"):
        read(tmp_path / "backup")


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    sealed(tmp_path / "backup", member(ABOUT, FACTS), member(KEYS, b"{}"), member(KEYS, b"[]"))

    with pytest.raises(BackupRefused, match="not_ours"):
        read(tmp_path / "backup")


def test_a_member_that_ends_before_its_size_is_refused(tmp_path: Path) -> None:
    sealed_blocks(tmp_path / "backup", ABOUT_BLOCKS + header(SQLITE, 1 << 40) + bytes(512))

    with pytest.raises(BackupRefused, match="damaged"):
        read(tmp_path / "backup")


def test_a_database_larger_than_the_disk_is_refused_unwritten(tmp_path: Path) -> None:
    sealed_blocks(tmp_path / "backup", ABOUT_BLOCKS + header(SQLITE, 1 << 50), then=8)
    target = io.BytesIO()

    def write(member: MemberStream) -> None:
        write_member(member, target, tmp_path)

    with pytest.raises(BackupRefused, match="no_room"):
        read_backup(tmp_path / "backup", UNLOCK, write, abs)

    assert not target.getvalue()


def test_sizes_beyond_eight_gigabytes_are_read() -> None:
    info = tarfile.TarInfo(SQLITE)
    info.size = 9 << 30

    class Endless:
        head = io.BytesIO(info.tobuf(tarfile.PAX_FORMAT))

        def read(self, size: int) -> bytes:
            return self.head.read(size) or bytes(size)

    found = next(read_members(cast(IO[bytes], Endless()), abs))

    assert (found.name, found.size) == (SQLITE, 9 << 30)


def test_a_row_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump_reader, "LONGEST_LINE", 1_000)

    with pytest.raises(BackupRefused, match="database_broken"):
        read_dump(io.BytesIO(b"COPY public.products (id) FROM stdin;\n" + b"1" * 2_000))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"COPY public.audit (chain) FROM stdin;\na\n\\.\n-- PostgreSQL database dump complete\n",
        b"COPY public.audit (id, chain) FROM stdin;\n1\n\\.\n",
        b"COPY public.audit (id, chain) FROM stdin;\nx\ty\n\\.\n",
        b"COPY public.audit (id, chain) FROM stdin;\n1\ty\n1\ty\n\\.\n",
    ],
)
def test_a_dump_that_is_none_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(BackupRefused, match="database_broken"):
        read_dump(io.BytesIO(content))
