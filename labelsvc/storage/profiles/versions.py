"""Writes an approved version of a product's profile, in the writer's transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound
from labelsvc.domain.trace.profile import NO_PROFILE, PROFILE_PARTS, ProductProfile, part_text
from labelsvc.storage.db.tables.products import products
from labelsvc.storage.db.tables.profiles import product_files, product_profiles, profile_proposals
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.products.rows import trace_columns


def _newest(product_ids: Any) -> Select[Any]:
    newest = func.max(product_profiles.c.number).label("number")
    numbers = select(product_profiles.c.product_id, newest).where(product_profiles.c.product_id.in_(product_ids))
    held = numbers.group_by(product_profiles.c.product_id).subquery()
    same = (product_profiles.c.product_id == held.c.product_id) & (product_profiles.c.number == held.c.number)
    return select(product_profiles.c.product_id, product_profiles.c.number, product_profiles.c.profile).join(held, same)


def approved_profiles(connection: Connection, product_ids: Collection[int]) -> dict[int, tuple[int, ProductProfile]]:
    """Return number and profile of the version that holds, of those products that have one."""
    rows = connection.execute(_newest(list(product_ids)))
    return {row.product_id: (row.number, ProductProfile.from_json(row.profile)) for row in rows}


def add_version(connection: Connection, product_id: int, profile: ProductProfile, context: ChangeContext) -> int:
    """Let a profile hold and return its number; nothing is written where it is the one that holds already.

    Its files are shown to everybody from now on, those of earlier versions no more. NotFound if there is no such
    product, or a file that the profile names was never uploaded for it.
    """
    number, before = approved_profiles(connection, [product_id]).get(product_id, (0, NO_PROFILE))
    if profile == before:
        return number
    if connection.scalar(select(products.c.id).where(products.c.id == product_id)) is None:
        raise NotFound.from_code("storage.no_product", id=product_id)
    refuse_strange_files(connection, product_id, profile)
    row = {"product_id": product_id, "number": number + 1, "profile": profile.to_json(), "at": context.now}
    told = {"who": context.who, "reason": context.reason, "import_id": context.import_id}
    connection.execute(insert(product_profiles).values(row | told))
    connection.execute(update(products).where(products.c.id == product_id).values(trace_columns(profile)))
    own = update(product_files).where(product_files.c.product_id == product_id)
    connection.execute(own.values(shown=product_files.c.sha256.in_(profile.files)))
    pairs = ((name, getattr(before, name), getattr(profile, name)) for name in PROFILE_PARTS)
    changed = [FieldDifference(name, part_text(old), part_text(new)) for name, old, new in pairs if old != new]
    by_itself = replace(context, import_id=None)  # what an import changed is what undoing it puts back
    record_differences(connection, by_itself, [("profile", product_id, changed)])
    return number + 1


def refuse_strange_files(connection: Connection, product_id: int, profile: ProductProfile) -> None:
    """Raise NotFound if a profile names a file that was never uploaded for its product."""
    own = select(product_files.c.sha256).where(product_files.c.product_id == product_id)
    if strange := profile.files - set(connection.scalars(own)):
        raise NotFound.from_code("profile.no_file", file=min(strange)[:12])


def named_files(connection: Connection, product_id: int) -> set[str]:
    """Return the files that any version or proposal of a product names."""
    versions = select(product_profiles.c.profile).where(product_profiles.c.product_id == product_id)
    proposals = select(profile_proposals.c.content).where(profile_proposals.c.product_id == product_id)
    kept = [*connection.scalars(versions), *(each.get("profile", {}) for each in connection.scalars(proposals))]
    return {digest for each in kept for digest in ProductProfile.from_json(each).files}
