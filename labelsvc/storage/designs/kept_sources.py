"""Contents stored for ever under their SHA-256: designs, stocks, and files embedded in designs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Connection, func, insert, select

from labelsvc.storage.db.tables.designs import sources

WHOLE = 64
"""Digits of a SHA-256."""
_DIGITS = re.compile(r"[0-9a-f]{1,64}")


def keep_source(connection: Connection, content: bytes) -> str:
    """Store a content once; return its SHA-256."""
    digest = sha256(content).hexdigest()
    if connection.scalar(select(sources.c.sha256).where(sources.c.sha256 == digest)) is None:
        connection.execute(insert(sources).values(sha256=digest, content=content))
    return digest


def whole_digests(connection: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 that each name begins; a name that begins none, or more than one, is not among them.

    Names are as long as one another, or whole.
    """
    asked = [name for name in names if _DIGITS.fullmatch(name)]
    found = {name: name for name in asked if len(name) == WHOLE}
    for length in {len(name) for name in asked} - {WHOLE}:
        beginning = func.substr(sources.c.sha256, 1, length)
        short = [name for name in asked if len(name) == length]
        rows = connection.scalars(select(sources.c.sha256).where(beginning.in_(short))).all()
        counted = Counter(digest[:length] for digest in rows)
        found |= {digest[:length]: digest for digest in rows if counted[digest[:length]] == 1}
    return found


def kept_sources(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    """Return contents by their SHA-256; what was never kept is not among them."""
    rows = connection.execute(select(sources.c.sha256, sources.c.content).where(sources.c.sha256.in_(list(digests))))
    return {row.sha256: bytes(row.content) for row in rows}


def kept_sizes(connection: Connection, digests: Iterable[str]) -> dict[str, int]:
    """Return the bytes of contents by their SHA-256, without reading them."""
    size = func.length(sources.c.content).label("size")
    rows = connection.execute(select(sources.c.sha256, size).where(sources.c.sha256.in_(list(digests))))
    return {row.sha256: int(row.size) for row in rows}
