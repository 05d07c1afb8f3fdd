"""Rows of pictures and files, in the writer's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, delete, exists, insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.tables.profiles import product_files, profile_files


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it is kept. ``page_content``: of a picture, the size for pages, with its pixels."""

    content: bytes
    media_type: str
    page_content: bytes | None = None
    width_px: int = 0
    height_px: int = 0

    @property
    def size(self) -> int:
        """All bytes."""
        return len(self.content) + len(self.page_content or b"")


def keep_file(connection: Connection, product_id: int, file: UploadedFile, context: ChangeContext) -> str:
    """Keep a file for a product, once under its SHA-256, which is returned."""
    digest = sha256(file.content).hexdigest()
    if connection.scalar(select(profile_files.c.sha256).where(profile_files.c.sha256 == digest)) is None:
        kept = {"sha256": digest, "media_type": file.media_type, "at": context.now, "content": file.content}
        sizes = {"page_content": file.page_content, "width_px": file.width_px, "height_px": file.height_px}
        connection.execute(insert(profile_files).values(kept | sizes))
    own = product_files.c.product_id == product_id, product_files.c.sha256 == digest
    if connection.scalar(select(product_files.c.sha256).where(*own)) is None:
        row = {"product_id": product_id, "sha256": digest, "at": context.now, "who": context.who}
        connection.execute(insert(product_files).values(row))
    return digest


def forget_files(connection: Connection, product_ids: Sequence[int]) -> None:
    """Remove what was uploaded for products that are removed; what another product has too stays."""
    own = product_files.c.product_id.in_(product_ids)
    digests = connection.scalars(select(product_files.c.sha256).where(own).distinct()).all()
    connection.execute(delete(product_files).where(own))
    elsewhere = exists().where(product_files.c.sha256 == profile_files.c.sha256)
    for some in in_lots(digests):
        connection.execute(delete(profile_files).where(profile_files.c.sha256.in_(some), ~elsewhere))
