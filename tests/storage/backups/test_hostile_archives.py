"""Archives that somebody else made for our public key: whatever is in them is refused by name."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from labelsvc.domain.errors import BackupRefused
from labelsvc.storage.backups.age_header import Lock, Unlock, read_identities, read_recipient
from labelsvc.storage.backups.age_stream import SealingStream
from labelsvc.storage.backups.backup_archive import SQLITE, extract
from labelsvc.storage.backups.backup_facts import ABOUT, CONTENTS
from labelsvc.storage.backups.dump_reader import read_dump
from tests.storage.backups.test_age_format import PUBLIC, SECRET

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
        extract(tmp_path / "backup", UNLOCK, tmp_path / "out", len)


@pytest.mark.parametrize("content", [b"", DEEP, b"{", b"[1]", b'[{"name": "a", "size": 1e999, "sha256": ""}]', b"7"])
def test_a_list_of_hashes_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    sealed(tmp_path / "backup", member(ABOUT, FACTS), member(CONTENTS, content))

    with pytest.raises(BackupRefused, match="not_ours"):
        extract(tmp_path / "backup", UNLOCK, tmp_path / "out", len)


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
        extract(tmp_path / "backup", UNLOCK, tmp_path / "out", len)

    assert not list(tmp_path.rglob("out/*"))


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
        extract(tmp_path / "backup", UNLOCK, tmp_path / "out", len)


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
def test_a_dump_that_is_none_of_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dump").write_bytes(content)

    with pytest.raises(BackupRefused, match="database_broken"):
        read_dump(tmp_path / "dump")
