"""Undoes a whole import: created rows are deleted and changes reverted, as long as nothing of it was printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Float, Integer, Table, func, select, union, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import NotFound, Problem, RecordsRefused
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.audit import audit
from labelsvc.storage.db.tables.batches import lines
from labelsvc.storage.db.tables.orders import exceptions, stamp_orders
from labelsvc.storage.db.tables.products import imports, products, recognitions
from labelsvc.storage.db.tables.profiles import product_profiles, profile_proposals
from labelsvc.storage.people.audit import FieldDifference, record_differences
from labelsvc.storage.products.lists.kept_list import tidy_list
from labelsvc.storage.products.lists.list_writing import bring_list_up_to_date
from labelsvc.storage.products.rows import PRODUCT_COLUMNS, decided_until, derived
from labelsvc.storage.profiles.file_rows import forget_files

NAMED = 5
PRODUCTS_SHOWN = 200
_TABLES: dict[str, Table] = {"product": products, "recognition": recognitions}


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import with what it did; ``undone_at`` where it was taken back."""

    id: int
    at: datetime
    who: str
    source: str
    products: int
    recognitions: int
    changes: int
    undone_at: datetime | None
    undone_by: str


class PastImports:
    """All imports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, page: int = 1, per_page: int = 30) -> tuple[list[PastImport], int]:
        """Return a page of imports, the newest first, and how many there are."""
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(imports)) or 0
            cut = select(imports).order_by(imports.c.id.desc()).limit(per_page).offset((max(1, page) - 1) * per_page)
            rows = connection.execute(cut).mappings().all()
            return _past(connection, rows), total

    def get(self, import_id: int) -> PastImport:
        """Return an import; NotFound if there is none."""
        with self._database.reading() as connection:
            return _past(connection, [_get(connection, import_id)])[0]

    def made_at(self, moment: datetime, who: str) -> PastImport | None:
        """Return the import that somebody made at a moment; None if nothing of theirs was new."""
        query = select(imports).where(imports.c.at == moment, imports.c.who == who).order_by(imports.c.id.desc())
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
            return _past(connection, [row])[0] if row else None

    def products_of(self, import_id: int) -> tuple[list[tuple[int, str, str]], int]:
        """Return the first products that an import made or changed (id, name, producer), and how many there are."""
        touched = products.c.id.in_(_touched(import_id))
        shown = select(products.c.id, products.c.name, products.c.producer).where(touched).order_by(products.c.sort_key)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(products).where(touched)) or 0
            return [(row[0], row[1], row[2]) for row in connection.execute(shown.limit(PRODUCTS_SHOWN))], total

    def hindrances(self, import_id: int) -> tuple[Problem, ...]:
        """Return why an import can no longer be undone; empty if it can."""
        with self._database.reading() as connection:
            if _get(connection, import_id)["undone_at"] is not None:
                return ()
            try:
                _refuse(connection, import_id, *_made_and_changed(connection, import_id))
            except RecordsRefused as error:
                return error.problems
        return ()

    def undo(self, import_id: int, context: ChangeContext) -> None:
        """Undo an import; RecordsRefused says what stands in the way, NotFound if there is none or it is undone."""
        with self._database.writing() as connection:
            row = connection.execute(select(imports).where(imports.c.id == import_id)).mappings().first()
            if row is None or row["undone_at"] is not None:
                raise NotFound.from_code("importing.no_import", id=import_id)
            made, changed = _made_and_changed(connection, import_id)
            _refuse(connection, import_id, made, changed)
            _put_back(connection, changed, context)
            for some in in_lots(made["recognition"]):
                connection.execute(recognitions.delete().where(recognitions.c.id.in_(some)))
            for some in in_lots(made["product"]):
                forget_files(connection, some)
                for table in (product_profiles, profile_proposals):
                    connection.execute(table.delete().where(table.c.product_id.in_(some)))
                connection.execute(products.delete().where(products.c.id.in_(some)))
            undone = {"undone_at": context.now, "undone_by": context.who}
            connection.execute(update(imports).where(imports.c.id == import_id).values(undone))
            record_differences(
                connection, context, [("import", import_id, [FieldDifference("import", row["source"], "")])]
            )
            listed = bring_list_up_to_date(connection, context.now)
        tidy_list(self._database, listed)


def _get(connection: Connection, import_id: int) -> Mapping[Any, Any]:
    row = connection.execute(select(imports).where(imports.c.id == import_id)).mappings().first()
    if row is None:
        raise NotFound.from_code("importing.no_import", id=import_id)
    return row


def _touched(import_id: int) -> Any:
    """Return the query for the products of which an import made or changed something."""
    changed = select(audit.c.subject_id).where(audit.c.import_id == import_id)
    of_recognition = (recognitions.c.import_id == import_id) | recognitions.c.id.in_(
        changed.where(audit.c.subject == "recognition")
    )
    return union(
        select(products.c.id).where(products.c.import_id == import_id),
        changed.where(audit.c.subject == "product"),
        select(recognitions.c.product_id).where(of_recognition),
    )


def _made_and_changed(
    connection: Connection, import_id: int
) -> tuple[dict[str, list[int]], Sequence[Mapping[Any, Any]]]:
    """Return the rows that an import made, by subject, and what it changed, the newest change first."""
    made = {name: _made(connection, table, import_id) for name, table in _TABLES.items()}
    changed = select(audit).where(audit.c.import_id == import_id).order_by(audit.c.id.desc())
    return made, connection.execute(changed).mappings().all()


def _past(connection: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[PastImport]:
    """Return imports with what each did, counted for all at once."""
    ids = [row["id"] for row in rows]
    facts = [{name: row[name] for name in ("id", "at", "who", "source", "undone_at", "undone_by")} for row in rows]
    for name, table in (("products", products), ("recognitions", recognitions), ("changes", audit)):
        counted = select(table.c.import_id, func.count()).where(table.c.import_id.in_(ids)).group_by(table.c.import_id)
        counts = {row[0]: row[1] for row in connection.execute(counted)}
        for each in facts:
            each[name] = counts.get(each["id"], 0)
    return [PastImport(**each) for each in facts]


def _made(connection: Connection, table: Table, import_id: int) -> list[int]:
    return list(connection.scalars(select(table.c.id).where(table.c.import_id == import_id).order_by(table.c.id)))


def _refuse(
    connection: Connection, import_id: int, made: Mapping[str, list[int]], changed: Sequence[Mapping[Any, Any]]
) -> None:
    printed = _names(connection, lines.c.recognition_id, made["recognition"], lines.c.product_id)
    printed += _names(connection, lines.c.product_id, made["product"], lines.c.product_id)
    printed += _names(connection, stamp_orders.c.product_id, made["product"], stamp_orders.c.product_id)
    granted = [
        scalar
        for some in in_lots(made["recognition"])
        for scalar in connection.scalars(
            select(exceptions.c.recognition_id).where(exceptions.c.recognition_id.in_(some))
        )
    ]
    if printed:
        names = list(dict(printed).values())[:NAMED]
        raise RecordsRefused.from_code("importing.printed", products=names, count=len(dict(printed)))
    later = _changed_later(connection, import_id, made, changed)
    told = _told_later(connection, import_id, made["product"])
    touched = {*later, *told, *(("recognition", recognition_id) for recognition_id in granted)}
    if touched:
        raise RecordsRefused.from_code("importing.changed_later", count=len(touched))


def _names(connection: Connection, column: Any, ids: list[int], product_column: Any) -> list[tuple[int, str]]:
    """Return the products, each with its id, of the rows of a table that speak of some ids."""
    return [
        (row[0], row[1])
        for some in in_lots(ids)
        for row in connection.execute(
            select(products.c.id, products.c.name)
            .join(column.table, products.c.id == product_column)
            .where(column.in_(some))
            .distinct()
        )
    ]


def _changed_later(
    connection: Connection, import_id: int, made: Mapping[str, list[int]], changed: Sequence[Mapping[Any, Any]]
) -> list[tuple[str, int]]:
    """Return what somebody else, or another import, changed afterwards of the rows that this one made or changed."""
    touched = {name: set(ids) for name, ids in made.items()}
    for row in changed:
        touched.setdefault(row["subject"], set()).add(row["subject_id"])
    newest = max((row["id"] for row in changed), default=0)
    later = []
    for subject, table in _TABLES.items():
        for some in in_lots(sorted(touched[subject])):
            others = (audit.c.import_id.is_(None)) | (audit.c.import_id != import_id)
            query = select(audit.c.subject_id, audit.c.id).where(
                audit.c.subject == subject, audit.c.subject_id.in_(some), others
            )
            own = set(made[subject])
            later += [(subject, row[0]) for row in connection.execute(query) if row[0] in own or row[1] > newest]
        if table is recognitions:
            for some in in_lots(made["product"]):
                added = select(recognitions.c.id).where(
                    recognitions.c.product_id.in_(some),
                    (recognitions.c.import_id.is_(None)) | (recognitions.c.import_id != import_id),
                )
                later += [("recognition", scalar) for scalar in connection.scalars(added)]
    return later


def _told_later(connection: Connection, import_id: int, made: list[int]) -> list[tuple[str, int]]:
    """Return the products that an import made of which somebody told more since: a profile, a draft, a proposal."""
    others = (product_profiles.c.import_id.is_(None)) | (product_profiles.c.import_id != import_id)
    queries = (select(product_profiles.c.product_id).where(others), select(profile_proposals.c.product_id))
    return [
        ("product", product_id)
        for some in in_lots(made)
        for query in queries
        for product_id in connection.scalars(query.where(query.selected_columns[0].in_(some)))
    ]


def _put_back(connection: Connection, changed: Sequence[Mapping[Any, Any]], context: ChangeContext) -> None:
    """Write the values of before, the newest change first, and record that."""
    values: dict[tuple[str, int], dict[str, Any]] = {}
    differences: dict[tuple[str, int], list[FieldDifference]] = {}
    for row in changed:
        table, key = _TABLES[row["subject"]], (row["subject"], row["subject_id"])
        values.setdefault(key, {})[row["field"]] = _typed(table.c[row["field"]], row["before"])
        differences.setdefault(key, []).append(FieldDifference(row["field"], row["after"], row["before"]))
    for (subject, row_id), columns in values.items():
        table = _TABLES[subject]
        connection.execute(update(table).where(table.c.id == row_id).values(columns | {"changed_at": context.now}))
        _derive(connection, table, row_id)
    record_differences(connection, context, [(*key, each) for key, each in differences.items()])


def _derive(connection: Connection, table: Table, row_id: int) -> None:
    stored = dict(connection.execute(select(table).where(table.c.id == row_id)).mappings().one())
    if table is products:
        following: dict[str, Any] = derived({name: stored[name] for name in PRODUCT_COLUMNS})
    else:
        following = {"decided_until": decided_until(stored)}
    connection.execute(update(table).where(table.c.id == row_id).values(following))


def _typed(column: Any, text: str) -> Any:
    if not text and column.nullable:
        return None
    kind = column.type
    if isinstance(kind, Boolean):
        return text == "True"
    if isinstance(kind, Date):
        return date.fromisoformat(text)
    if isinstance(kind, Integer):
        return int(text)
    return float(text) if isinstance(kind, Float) else text
