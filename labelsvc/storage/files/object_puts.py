"""Puts files of this disk into an object store, and tells whether the store's answer names their very bytes.

S3 answers a put with an ETag: the MD5 of the bytes, or of a file in pieces the MD5 of the pieces' MD5s, with their
number. So a store that took other bytes is noticed at once, and a small file takes one request. Not every answer tells:
AWS has other ETags in directory buckets and where it encrypts with KMS or a customer's key, MinIO with ``--no-compat``,
and stores that are no S3 have none of these.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from labelsvc.storage.files.several_at_once import several_at_once

PIECE, AT_ONCE = 8 << 20, 2
"""Bytes of a piece of a large file, and how many are put at once. S3 takes 10,000 pieces of a file: 80 GB."""
DROPPING_SECONDS = 5
"""How long a store is asked to drop pieces that nobody joins; one that is down keeps them until they are given up."""


def put_file(files: Any, key: str, path: Path) -> bool:
    """Put a file, and return whether the store's answer says that it has these bytes; else they may be others.

    ``files``: a file system of fsspec, whose errors are raised.
    """
    size = path.stat().st_size
    if size > PIECE and hasattr(files, "call_s3"):
        return _put_pieces(files, key, path, size)
    if size > PIECE:
        files.put_file(str(path), key)
        return False
    content = path.read_bytes()
    answer = files.pipe_file(key, content)
    return _etag(answer) == _md5(content)


def _put_pieces(files: Any, key: str, path: Path, size: int) -> bool:
    """Put a file in pieces that the store joins at the end; whatever comes between leaves none."""
    bucket, _, name = key.partition("/")
    upload = {"Bucket": bucket, "Key": name}
    upload["UploadId"] = files.call_s3("create_multipart_upload", **upload)["UploadId"]
    try:
        put = several_at_once(partial(_put_piece, files, upload, path), range(-(-size // PIECE)), AT_ONCE)
        tags, sums = zip(*put, strict=True)
        pieces = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
        joined = files.call_s3("complete_multipart_upload", **upload, MultipartUpload={"Parts": pieces})
    except BaseException:
        _drop_pieces(files, upload)
        raise
    answered = _etag(joined) or _etag(files.info(key))  # Ceph's gateway leaves it empty
    return answered == f"{_md5(bytes.fromhex(''.join(sums)))}-{len(sums)}"


def _drop_pieces(files: Any, upload: Mapping[str, str]) -> None:
    from fsspec.asyn import sync

    with suppress(Exception):
        sync(files.loop, files._call_s3, "abort_multipart_upload", timeout=DROPPING_SECONDS, **upload)


def _put_piece(files: Any, upload: Mapping[str, str], path: Path, index: int) -> tuple[str, str]:
    """Put a piece, and return what the store calls it, and its MD5."""
    with path.open("rb") as source:
        source.seek(index * PIECE)
        piece = source.read(PIECE)
    return files.call_s3("upload_part", **upload, PartNumber=index + 1, Body=piece)["ETag"], _md5(piece)


def _etag(answer: Any) -> str:
    return str(answer.get("ETag", "")).strip('"').lower() if isinstance(answer, Mapping) else ""


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()  # S3's own; the database keeps SHA-256
