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
from pathlib import Path
from typing import Any

PIECE = 8 << 20
"""Bytes of a large file that are put at once. S3 takes 10,000 pieces of a file at most: 80 GB."""


def put_file(files: Any, key: str, path: Path) -> bool:
    """Put a file, and return whether the store's answer says that it has these bytes; else they may be others.

    ``files``: a file system of fsspec, whose errors are raised.
    """
    if path.stat().st_size > PIECE:
        wanted = _put_pieces(files, key, path)
        return _etag(files.info(key)) == wanted
    content = path.read_bytes()
    answer = files.pipe_file(key, content)
    return _etag(answer) == _md5(content)


def _put_pieces(files: Any, key: str, path: Path) -> str:
    """Put a file in pieces, which the store joins, and return the ETag that S3 makes of these; nothing stays else."""
    sums = []
    target = files.open(key, "wb", block_size=PIECE, autocommit=False)
    try:
        with path.open("rb") as source:
            while piece := source.read(PIECE):
                target.write(piece)
                sums.append(bytes.fromhex(_md5(piece)))
        target.close()
        target.commit()
    except BaseException:
        target.closed = True  # else it is put once more when it is forgotten
        with suppress(Exception):  # a store that is down keeps the pieces until they are given up
            target.discard()
        raise
    return f"{_md5(b''.join(sums))}-{len(sums)}"


def _etag(answer: Any) -> str:
    return str(answer.get("ETag", "")).strip('"').lower() if isinstance(answer, Mapping) else ""


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()  # S3's own; the database keeps SHA-256
