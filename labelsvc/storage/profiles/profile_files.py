"""Pictures and files that were uploaded for products, once each under their SHA-256, with bounds for who uploads."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.db.tables.profiles import product_files, profile_files
from labelsvc.storage.profiles.file_rows import UploadedFile, keep_file
from labelsvc.storage.profiles.shown_files import KeptFile, PictureSize
from labelsvc.storage.profiles.versions import named_files

MOST_AN_HOUR, MOST_BYTES_OF_PRODUCT = 120, 40_000_000
"""Of uploads by one account, and of what is kept for one product: six pictures and twenty certificates take less."""
KEPT_UNNAMED = timedelta(days=1)
"""How long a file stays that nothing names: a draft that lost it may be undone."""


class ProfileFiles:
    """Everything that was uploaded."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def refuse_too_many(self, who: str, now: datetime) -> None:
        """Raise InvalidValue if an account uploaded all the files that it may in an hour: ask before reading."""
        with self._database.reading() as connection:
            _refuse_too_many(connection, who, now)

    def add(self, product_id: int, file: UploadedFile, context: ChangeContext) -> str:
        """Keep a file for a product; return its SHA-256. InvalidValue if a bound is reached, NotFound."""
        with self._database.writing() as connection:
            if connection.scalar(select(products.c.id).where(products.c.id == product_id)) is None:
                raise NotFound.from_code("storage.no_product", id=product_id)
            _refuse_too_many(connection, context.who, context.now)
            _forget_unnamed(connection, product_id, context.now)
            if _kept_bytes(connection, product_id) + file.size > MOST_BYTES_OF_PRODUCT:
                raise InvalidValue.from_code("profile.full", field="file", most=MOST_BYTES_OF_PRODUCT // 1_000_000)
            return keep_file(connection, product_id, file, context)

    def get(self, product_id: int, digest: str, size: PictureSize = "large") -> KeptFile:
        """Return a file that was uploaded for a product, shown to everybody or not; NotFound for any other."""
        column = profile_files.c.page_content if size == "page" else profile_files.c.content
        query = (
            select(column, profile_files.c.media_type)
            .join(product_files, product_files.c.sha256 == profile_files.c.sha256)
            .where(product_files.c.product_id == product_id, profile_files.c.sha256 == digest)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None or row[0] is None:
            raise NotFound.from_code("profile.no_file", file=digest[:12])
        return KeptFile(bytes(row[0]), row[1])


def _refuse_too_many(connection: Connection, who: str, now: datetime) -> None:
    recent = product_files.c.who == who, product_files.c.at > now - timedelta(hours=1)
    if (connection.scalar(select(func.count()).select_from(product_files).where(*recent)) or 0) >= MOST_AN_HOUR:
        raise InvalidValue.from_code("profile.too_many_uploads", field="file", most=MOST_AN_HOUR)


def _kept_bytes(connection: Connection, product_id: int) -> int:
    lengths = func.length(profile_files.c.content) + func.coalesce(func.length(profile_files.c.page_content), 0)
    query = (
        select(func.sum(lengths))
        .join(product_files, product_files.c.sha256 == profile_files.c.sha256)
        .where(product_files.c.product_id == product_id)
    )
    return int(connection.scalar(query) or 0)


def _forget_unnamed(connection: Connection, product_id: int, now: datetime) -> None:
    """Remove the older files of a product that no version, proposal or draft names."""
    older = product_files.c.product_id == product_id, product_files.c.at < now - KEPT_UNNAMED
    unnamed = set(connection.scalars(select(product_files.c.sha256).where(*older))) - named_files(
        connection, product_id
    )
    for digest in sorted(unnamed):
        own = product_files.c.product_id == product_id, product_files.c.sha256 == digest
        connection.execute(delete(product_files).where(*own))
        if connection.scalar(select(product_files.c.sha256).where(product_files.c.sha256 == digest).limit(1)) is None:
            connection.execute(delete(profile_files).where(profile_files.c.sha256 == digest))
