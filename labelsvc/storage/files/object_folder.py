"""A prefix of an object store, by its fsspec URL: ``s3://bucket/prefix``.

A file is written to this machine's disk first, read back from there, and put as a whole: a small one by one request, a
large one in pieces that the store joins at the end. Pieces that nobody joined are given up a day later. A file system
is asked for in each call: fsspec keeps one for each process, and a forked one gets its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.files.object_puts import put_file
from labelsvc.storage.files.object_refusals import object_refusals
from labelsvc.storage.files.stored_folder import AT_ONCE, StoredFile, StoredFolder
from labelsvc.storage.files.whole_file import BUFFER, UNFINISHED, WholeFile, output_refusals

SCRATCH = "labelsvc-"
"""How the names of files begin that are on their way to a store."""
UNFINISHED_DAYS = 1
LINK_SECONDS = 60
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "s3": {
        "use_listings_cache": False,  # other machines write there as well
        "default_fill_cache": False,
        "max_concurrency": 1,  # files go piece by piece; else the size of each would be asked before it is read
        "config_kwargs": {
            "signature_version": "s3v4",
            "connect_timeout": 5,
            "read_timeout": 20,
            "retries": {"mode": "standard", "total_max_attempts": 3},
            # checksums at the end of a body are AWS's own; Ceph's gateway and others do not take them
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        },
    }
}


@dataclass(frozen=True, slots=True)
class ObjectFolder(StoredFolder):
    """A folder by its URL, without a slash at its end."""

    url: str

    @property
    def place(self) -> str:
        """Its URL."""
        return self.url

    def within(self, name: str) -> ObjectFolder:
        """Return a folder in this one."""
        return ObjectFolder(f"{self.url}/{name}")

    def around(self) -> ObjectFolder:
        """Return the folder that this one is in."""
        return ObjectFolder(self.url.rpartition("/")[0])

    def exists(self) -> bool:
        """Return whether anything is in it."""
        with object_refusals(self.url):
            return bool(self._files.exists(self._key()))

    def make(self) -> None:
        """Do nothing: a prefix is there with its first object."""

    def remove_empty(self) -> None:
        """Do nothing: a prefix goes with its last object."""

    def files(self) -> Mapping[str, StoredFile]:
        """Return the files in it by their names, in one listing."""
        with object_refusals(self.url):
            found = self._files.find(self._key(), detail=True)
        start = f"{self._key()}/"
        names = {key.removeprefix(start): facts for key, facts in found.items() if key.startswith(start)}
        return {name: _stored(name, facts) for name, facts in names.items() if "/" not in name}

    def find(self, name: str) -> StoredFile | None:
        """Return a file."""
        with suppress(FileNotFoundError), object_refusals(f"{self.url}/{name}"):
            facts = self._files.info(self._key(name))
            return _stored(name, facts) if facts["type"] == "file" else None
        return None

    def read_range(self, name: str, first: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``first`` to before ``end``, each MB by a request of its own.

        So no connection to the store waits for whoever reads slowly.
        """
        with object_refusals(f"{self.url}/{name}"):
            files, key = self._files, self._key(name)
            last = files.info(key)["size"] if end is None else end
        for start in range(first, last, AT_ONCE):
            with object_refusals(f"{self.url}/{name}"):
                end_of_chunk = min(start + AT_ONCE, last)
                chunk: bytes = files.cat_file(key, start=start, end=end_of_chunk)
                if len(chunk) != end_of_chunk - start:
                    raise _failed(f"{self.url}/{name}", f"{len(chunk)} of {end_of_chunk - start} bytes")
            yield chunk

    def read(self, name: str) -> bytes:
        """Return a small file, by one request."""
        with object_refusals(f"{self.url}/{name}"):
            content: bytes = self._files.cat_file(self._key(name))
        return content

    def on_this_disk(self, name: str, scratch: Path) -> Path:
        """Return the path of a copy in ``scratch``."""
        path = scratch / name
        with output_refusals(path), path.open("wb") as copy:
            for chunk in self.read_range(name):
                copy.write(chunk)
        return path

    @contextmanager
    def write(self, name: str) -> Iterator[WholeFile]:
        """Provide a stream to a file of this machine, which is put when the block succeeds."""
        scratch = Path(tempfile.gettempdir())
        with ExitStack() as opened:
            with output_refusals(scratch):
                made = tempfile.NamedTemporaryFile(prefix=SCRATCH, suffix=UNFINISHED, buffering=BUFFER)  # noqa: SIM115
            stream = opened.enter_context(made)
            file = WholeFile(scratch / name, stream.file)
            yield file
            with object_refusals(f"{self.url}/{name}"):
                self._put(file.unfinished, name)
            file.complete()

    def discard(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError), object_refusals(f"{self.url}/{name}"):
            self._files.rm_file(self._key(name))

    def clear_unfinished(self) -> None:
        """Do nothing: what is unfinished was never here; see :func:`give_up_unfinished`."""

    def link(self, name: str, shown_name: str) -> str:
        """Return an address for LINK_SECONDS that gives the file under the name shown; empty where there is none."""
        shown = {"ResponseContentDisposition": f'attachment; filename="{shown_name}"'}
        with suppress(NotImplementedError), object_refusals(f"{self.url}/{name}"):
            return str(self._files.sign(self._key(name), expiration=LINK_SECONDS, **shown))
        return ""

    @property
    def _files(self) -> Any:
        return file_system(self.url.partition("://")[0])

    def _key(self, *names: str) -> str:
        return "/".join((self.url.partition("://")[2], *names))

    def _put(self, path: Path, name: str) -> None:
        """Put a file, and see that the store has its very bytes: what is said to be done must be there."""
        if not put_file(self._files, self._key(name), path) and not self._has_bytes_of(path, name):
            with suppress(Exception):
                self._files.rm_file(self._key(name))
            raise _failed(f"{self.url}/{name}", "other bytes")

    def _has_bytes_of(self, path: Path, name: str) -> bool:
        """Read back what a store has whose answer did not tell, and return whether it is what was put."""
        with path.open("rb") as put, suppress(FileNotFoundError):
            return all(chunk == put.read(len(chunk)) for chunk in self.read_range(name)) and not put.read(1)
        return False


def file_system(protocol: str) -> Any:
    """Return this process's file system of a protocol; options of FSSPEC_<PROTOCOL> go before ours.

    Its requests are tried again by botocore alone: s3fs would do so five times more, each with botocore's own tries,
    and hold whoever asks a store that hangs for five minutes.
    """
    import fsspec
    from fsspec.config import conf

    found = fsspec.filesystem(protocol, **_with_ours(protocol, conf.get(protocol, {})))
    if protocol == "s3" and found.retries != 1:
        from botocore.handlers import add_expect_header

        found.retries = 1
        # a request that asks "may I send?" waits for an answer without any time-out
        found.s3.meta.events.unregister("before-call.s3", add_expect_header)
    return found


def _with_ours(protocol: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options for a protocol with ours where they say nothing, those of botocore one by one."""
    ours = _OPTIONS.get(protocol, {})
    merged = {**ours, **options}
    if "config_kwargs" in ours:
        merged["config_kwargs"] = {**ours["config_kwargs"], **options.get("config_kwargs", {})}
    return merged


def _failed(place: str, reason: str) -> OutputRefused:
    return OutputRefused.from_code("output.store_failed", path=place, reason=reason)


def give_up_unfinished(folder: ObjectFolder, now: datetime) -> int:
    """Give up the pieces of files that were begun more than a day ago, and what is left of them on this disk.

    Returns how many files; 0 for stores that are no S3: they give up pieces by themselves.
    """
    before = now.astimezone(UTC) - timedelta(days=UNFINISHED_DAYS)
    for left in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*{UNFINISHED}"):
        with suppress(OSError):
            if left.stat().st_mtime < before.timestamp():
                left.unlink()
    with object_refusals(folder.place):
        return _give_up_pieces(folder, before)


def _give_up_pieces(folder: ObjectFolder, before: datetime) -> int:
    protocol, _, key = folder.url.partition("://")
    bucket, _, prefix = key.partition("/")
    files, given_up = file_system(protocol), 0
    if not hasattr(files, "list_multipart_uploads"):
        return 0
    for upload in files.list_multipart_uploads(bucket):
        if upload["Key"].startswith(f"{prefix}/" if prefix else "") and upload["Initiated"] < before:
            files.abort_mpu(bucket, upload["Key"], upload["UploadId"])
            given_up += 1
    return given_up


def _stored(name: str, facts: Mapping[str, Any]) -> StoredFile:
    mark = facts.get("ETag") or facts.get("etag") or facts.get("mtime") or facts.get("LastModified") or ""
    return StoredFile(name, int(facts["size"]), str(mark).strip('"'))
