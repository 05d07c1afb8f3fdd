"""Contents that are kept for ever under their SHA-256: designs, stocks, and the files that designs are made with."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, func, insert, select

from labelsvc.storage.tables import sources


def keep_source(connection: Connection, content: bytes) -> str:
    """Keep a content, once however often it comes; return its SHA-256."""
    digest = sha256(content).hexdigest()
    if connection.scalar(select(sources.c.sha256).where(sources.c.sha256 == digest)) is None:
        connection.execute(insert(sources).values(sha256=digest, content=content))
    return digest


def kept_sources(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """Return contents by their SHA-256; what was never kept is not among them."""
    rows = connection.execute(select(sources.c.sha256, sources.c.content).where(sources.c.sha256.in_(list(digests))))
    return {row.sha256: bytes(row.content) for row in rows}


def kept_sizes(connection: Connection, digests: Iterable[str]) -> dict[str, int]:
    """Return the bytes of contents by their SHA-256, without reading them."""
    size = func.length(sources.c.content).label("size")
    rows = connection.execute(select(sources.c.sha256, size).where(sources.c.sha256.in_(list(digests))))
    return {row.sha256: int(row.size) for row in rows}
