"""The subjects of the change log: the current names behind its ids."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, select

from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.accounts import accounts, invitations
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.designs import design_copies, designs, fonts
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.db.tables.orders import stamp_orders
from labelsvc.storage.db.tables.products import imports, products, recognitions
from labelsvc.storage.db.tables.stocks import stocks
from labelsvc.storage.people.changes import RecordedChange

Subject = tuple[str, int]
"""What a change is of: its kind and its row's number."""


@dataclass(frozen=True, slots=True)
class SubjectName:
    """A row's name, and the id or name in its page's address."""

    name: str
    page: str


class ChangeSubjects:
    """Names for what was changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def named(self, changes: Collection[RecordedChange]) -> dict[Subject, SubjectName]:
        """Return the names of subjects; deleted and unnamed ones are left out."""
        ids: dict[str, set[int]] = {}
        for change in changes:
            ids.setdefault(change.subject, set()).add(change.subject_id)
        with self._database.reading() as connection:
            return {
                (subject, row[0]): SubjectName(row[1], row[2])
                for subject, wanted in ids.items()
                if subject in _NAMES
                for some in in_lots(sorted(wanted))
                for row in connection.execute(_NAMES[subject].where(_NAMES[subject].selected_columns[0].in_(some)))
            }


def _query(number: Any, name: Any, page: Any) -> Select[Any]:
    return select(number, name, cast(page, String))


_NAMES: dict[str, Select[Any]] = {
    "product": _query(products.c.id, products.c.name, products.c.id),
    "profile": _query(products.c.id, products.c.name, products.c.id),
    "recognition": _query(recognitions.c.id, products.c.name, products.c.id).join(
        products, products.c.id == recognitions.c.product_id
    ),
    "batch": _query(batches.c.id, batches.c.name, batches.c.name),
    "account": _query(accounts.c.id, accounts.c.email, accounts.c.id),
    "sign_in": _query(accounts.c.id, accounts.c.email, accounts.c.id),
    "invitation": _query(invitations.c.id, invitations.c.email, invitations.c.id),
    "stamp_order": _query(stamp_orders.c.id, products.c.name, stamp_orders.c.id).join(
        products, products.c.id == stamp_orders.c.product_id
    ),
    "design": _query(designs.c.id, designs.c.name + " " + cast(designs.c.version, String), designs.c.name),
    "stock": _query(stocks.c.id, stocks.c.name + " " + cast(stocks.c.version, String), stocks.c.name),
    "design_copy": _query(design_copies.c.id, design_copies.c.title, design_copies.c.id),
    "font": _query(fonts.c.id, fonts.c.name, fonts.c.id),
    "import": _query(imports.c.id, imports.c.source, imports.c.id),
    "key": _query(epochs.c.id, epochs.c.name, epochs.c.name),
}
