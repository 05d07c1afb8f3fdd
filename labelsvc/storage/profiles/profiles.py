"""Product profiles that the office approved: the one that holds, and every version before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.domain.trace.profile import NO_PROFILE, ProductProfile
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.db.tables.profiles import product_profiles
from labelsvc.storage.profiles.file_rows import UploadedFile, keep_file
from labelsvc.storage.profiles.versions import add_version, approved_profiles


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """An approved version: who wrote it, when and why."""

    product_id: int
    number: int
    profile: ProductProfile
    at: datetime
    who: str
    reason: str


class Profiles:
    """The approved profiles of all products."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, product_id: int) -> ProductProfile:
        """Return the profile that holds, an empty one where none was approved."""
        return self.many([product_id]).get(product_id, NO_PROFILE)

    def many(self, ids: Collection[int]) -> dict[int, ProductProfile]:
        """Return the profiles that hold, by product; products without one are not among them."""
        return {product_id: profile for product_id, (_, profile) in self.numbered(ids).items()}

    def numbered(self, ids: Collection[int]) -> dict[int, tuple[int, ProductProfile]]:
        """Return number and profile of the versions that hold, by product; as ``many``."""
        with self._database.reading() as connection:
            return {
                product_id: held
                for some in in_lots(sorted(ids))
                for product_id, held in approved_profiles(connection, some).items()
            }

    def number(self, product_id: int) -> int:
        """Return the number of the version that holds, 0 where none was approved."""
        with self._database.reading() as connection:
            return approved_profiles(connection, [product_id]).get(product_id, (0, None))[0]

    def versions(self, product_id: int) -> list[ProfileVersion]:
        """Return every version of a product's profile, the newest first."""
        of_product = product_profiles.c.product_id == product_id
        query = select(product_profiles).where(of_product).order_by(product_profiles.c.number.desc())
        with self._database.reading() as connection:
            return [_version(row) for row in connection.execute(query).mappings()]

    def version(self, product_id: int, number: int) -> ProfileVersion:
        """Return a version; NotFound if there is none of this number."""
        chosen = product_profiles.c.product_id == product_id, product_profiles.c.number == number
        with self._database.reading() as connection:
            row = connection.execute(select(product_profiles).where(*chosen)).mappings().first()
        if row is None:
            raise NotFound.from_code("profile.no_version", number=number)
        return _version(row)

    def change(
        self, product_id: int, changed: Callable[[ProductProfile], ProductProfile], context: ChangeContext
    ) -> int:
        """Let another profile hold and return its number; nothing is written where it is the same.

        ``changed`` is given the one that holds, in the transaction that stores what it returns. NotFound.
        """
        with self._database.writing() as connection:
            current = approved_profiles(connection, [product_id]).get(product_id, (0, NO_PROFILE))[1]
            return add_version(connection, product_id, changed(current), context)

    def begin(
        self, product_id: int, files: Sequence[UploadedFile], made: Callable[[list[str]], ProductProfile], who: str
    ) -> bool:
        """Give a product that an import made its first profile, with its files; False where it has one already.

        ``made`` is given the files' SHA-256 in their order. It goes with the import where that is undone.
        """
        with self._database.writing() as connection:
            if approved_profiles(connection, [product_id]):
                return False
            row = connection.execute(
                select(products.c.import_id, products.c.added_at).where(products.c.id == product_id)
            ).one()
            context = ChangeContext(who, row.added_at, import_id=row.import_id)
            digests = [keep_file(connection, product_id, file, context) for file in files]
            return add_version(connection, product_id, made(digests), context) == 1


def _version(row: Any) -> ProfileVersion:
    facts = {name: row[name] for name in ("product_id", "number", "at", "who", "reason")}
    return ProfileVersion(profile=ProductProfile.from_json(row["profile"]), **facts)
