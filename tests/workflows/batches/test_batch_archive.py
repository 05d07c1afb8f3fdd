"""A batch's ZIP is laid out from what proof.json knows, and is the one that zipfile would write."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from labelsvc.storage.files.local_folder import LocalFolder
from labelsvc.workflows.batches.batch_archive import archive_of
from labelsvc.workflows.batches.batch_files import BatchFile

PDF, TABLE = b"%PDF " * 9_000, b"part,page\r\n"


@pytest.fixture
def files(tmp_path: Path) -> list[BatchFile]:
    """Files of a batch; only the manifest has no SHA-256 of its own, as in the database."""
    part, manifest = said("labels-001.pdf", PDF), said("manifest.csv", TABLE)
    proof = json.dumps({"manifest": manifest, "parts": [part]}).encode()
    contents = {"labels-001.pdf": PDF, "ticket.pdf": b"%PDF", "manifest.csv": TABLE, "proof.json": proof}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    folder = LocalFolder(tmp_path)
    found = [BatchFile(name, folder, len(content), name) for name, content in contents.items()]
    return [replace(found[0], sha256=str(part["sha256"])), *found[1:]]


def said(name: str, content: bytes) -> dict[str, object]:
    return {"file": name, "size": len(content), "sha256": "5" * 64, "crc32": f"{zlib.crc32(content):08x}"}


def whole(files: list[BatchFile]) -> bytes:
    return b"".join(archive_of(files, "2026-001").read())


def forget_checksums(files: list[BatchFile]) -> None:
    """Let proof.json be as earlier versions wrote it, byte for byte as long."""
    path = files[3].path
    assert path
    path.write_bytes(path.read_bytes().replace(b"crc32", b"other"))


def test_known_and_computed_checksums_give_the_same_zip(files: list[BatchFile], tmp_path: Path) -> None:
    known = zipfile.ZipFile(io.BytesIO(whole(files)))
    forget_checksums(files)
    computed = zipfile.ZipFile(io.BytesIO(whole([replace(file, etag="new") for file in files])))

    assert known.testzip() is None
    assert computed.testzip() is None
    assert [info.CRC for info in known.infolist()[:3]] == [info.CRC for info in computed.infolist()[:3]]
    assert {name: known.read(f"2026-001/{name}") for name in ("labels-001.pdf", "manifest.csv")} == {
        "labels-001.pdf": PDF,
        "manifest.csv": TABLE,
    }


def test_zip_has_the_bytes_that_zipfile_writes(files: list[BatchFile]) -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, position: int, whence: int = 0) -> int:
            raise io.UnsupportedOperation

    expected = Unseekable()
    with zipfile.ZipFile(expected, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(f"2026-001/{file.name}", (1980, 1, 1, 0, 0, 0))
            entry.file_size = file.size
            with archive.open(entry, "w") as target:
                target.write(b"".join(file.read()))

    assert whole(files) == expected.getvalue()


def test_files_that_proof_knows_are_not_read_to_lay_out(files: list[BatchFile]) -> None:
    expected, known = whole(files), [file.path for file in (files[0], files[2]) if file.path]
    contents = [path.read_bytes() for path in known]
    for path in known:
        path.unlink()

    archive = archive_of(files, "2026-001")
    for path, content in zip(known, contents, strict=True):
        path.write_bytes(content)

    assert archive.size == len(expected)
    assert b"".join(archive.read()) == expected


def of_checksum(crc32: object) -> bytes:
    """Return a proof that says so of the PDF."""
    return json.dumps({"parts": [said("labels-001.pdf", PDF) | {"crc32": crc32}]}).encode()


@pytest.mark.parametrize(
    "proof",
    [b"", b"[]", b'{"parts": 5}', b"[" * 99_999, *map(of_checksum, ("x", "-1", "f" * 9, "dead_bee", "DEADBEEF ", 5))],
)
def test_unreadable_proof_leaves_a_right_zip(files: list[BatchFile], proof: bytes) -> None:
    path = files[3].path
    assert path
    path.write_bytes(proof)

    made = whole([*files[:3], replace(files[3], size=len(proof))])

    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None


def test_a_file_made_anew_is_read_though_proof_names_it(files: list[BatchFile]) -> None:
    path, content = files[0].path, PDF.replace(b"PDF", b"pdf")
    assert path
    path.write_bytes(content)

    made = whole([replace(files[0], sha256="6" * 64), *files[1:]])

    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None


def test_files_over_four_gigabytes_stand_in_a_zip64(tmp_path: Path) -> None:
    size = (4 << 30) + 5
    part = {"file": "labels-001.pdf", "size": size, "sha256": "5" * 64, "crc32": "00c0ffee"}
    (tmp_path / "proof.json").write_text(json.dumps({"parts": [part]}))
    length = (tmp_path / "proof.json").stat().st_size
    with (tmp_path / "labels-001.pdf").open("wb") as sparse:
        sparse.truncate(size)
    folder = LocalFolder(tmp_path)
    files = [
        BatchFile("labels-001.pdf", folder, size, "a", "5" * 64),
        BatchFile("proof.json", folder, length, "b"),
    ]

    archive = archive_of(files, "2026-001")
    ends = b"".join(archive.read(archive.size - 1_000))
    directory = zipfile.ZipFile(io.BytesIO(ends)).infolist()

    assert [(info.CRC, info.file_size) for info in directory][:1] == [(0xC0FFEE, size)]
