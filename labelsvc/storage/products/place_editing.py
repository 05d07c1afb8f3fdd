"""Places of many products at once: one transaction, each with its rows in the log of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.places.renewal import PlaceRenewal, RecordPlace
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.people.audit import differences_between, record_differences
from labelsvc.storage.products.lists.kept_list import tidy_list
from labelsvc.storage.products.lists.list_writing import bring_list_up_to_date
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, derived, product_of, product_row
from labelsvc.storage.products.stored_places import all_places, counted_places

PLACE_COLUMNS = ("address", "commune", "district")


class PlaceEditing:
    """Reads the places of all products, and writes those that were renewed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[tuple[int, RecordPlace]]:
        """Return the places of all products with their ids."""
        with self._database.reading() as connection:
            return all_places(connection)

    def counted(self) -> list[tuple[RecordPlace, int]]:
        """Return the different places of all products, each with how many are made there."""
        with self._database.reading() as connection:
            return counted_places(connection)

    def renew(self, renewals: Mapping[int, PlaceRenewal], context: ChangeContext) -> int:
        """Store the places of products by their ids; return how many changed.

        A renewal without an answer is left out, and so is a product whose place is no longer what was renewed.
        """
        wanted = {number: renewal for number, renewal in renewals.items() if renewal.after is not None}
        changed = 0
        with self._database.writing() as connection:
            for ids in in_lots(sorted(wanted)):
                columns = products.c.id, *(products.c[name] for name in PRODUCT_COLUMNS)
                rows = connection.execute(select(*columns).where(products.c.id.in_(ids))).mappings().all()
                facts, told = [], []
                for row in rows:
                    stored, renewal = dict(row), wanted[row["id"]]
                    product_id = stored.pop("id")
                    if written := _written(stored, renewal):
                        facts.append({"of": product_id, **written, "changed_at": context.now})
                        renewed = stored | {name: written[name] for name in PLACE_COLUMNS}
                        told.append(("product", product_id, differences_between(stored, renewed)))
                if facts:
                    names = facts[0].keys() - {"of"}
                    values: dict[str, Any] = {name: bindparam(name) for name in names}
                    connection.execute(update(products).where(products.c.id == bindparam("of")).values(values), facts)
                    record_differences(connection, context, told)
                    changed += len(facts)
            listed = bring_list_up_to_date(connection, context.now)
        tidy_list(self._database, listed)
        return changed


def _written(stored: dict[str, Any], renewal: PlaceRenewal) -> dict[str, Any]:
    """Return the columns that change, with those that lists search; empty if the place is another one now."""
    product, after = product_of(stored), renewal.after
    if after is None or RecordPlace(product.address, product.commune, product.district) != renewal.before:
        return {}
    renewed = replace(product, address=after.address, commune=after.commune, district=after.district)
    row = product_row(renewed)
    return {name: row[name] for name in PLACE_COLUMNS} | derived(row)
