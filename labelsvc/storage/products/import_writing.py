"""Writes the products of an import: few statements, each for many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.collation import collation_key
from labelsvc.domain.product import normal_text
from labelsvc.domain.trace.profile import NO_PROFILE
from labelsvc.storage.db.bulk_insert import insert_rows
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.late_indexes import late_indexes
from labelsvc.storage.db.tables.products import producers, products, recognitions
from labelsvc.storage.people.audit import record_differences
from labelsvc.storage.products.import_progress import ImportProgress, counted, untold
from labelsvc.storage.products.product_states import Columns, ProductState, RecognitionState
from labelsvc.storage.products.public_ids import new_public_id
from labelsvc.storage.products.rows import decided_until, derived, trace_columns


def write_states(
    connection: Connection,
    states: Sequence[ProductState],
    context: ChangeContext,
    demonstration: bool,
    progress: ImportProgress = untold,
) -> None:
    """Write all new and changed products and recognitions, with an audit of every changed field.

    New ones get their ids set.
    """
    _write_products(connection, states, context, demonstration, progress)
    kept = [(state.id, each) for state in states for each in state.recognitions.values()]
    _write_recognitions(connection, kept, context)
    of_products = (("product", state.id, state.differences) for state in states if state.stored and state.id)
    of_recognitions = (("recognition", each.id, each.differences) for _, each in kept if each.stored and each.id)
    record_differences(connection, context, chain(of_products, of_recognitions))


def _write_products(
    connection: Connection,
    states: Sequence[ProductState],
    context: ChangeContext,
    demonstration: bool,
    progress: ImportProgress,
) -> None:
    new = [state for state in states if state.id is None]
    producer_ids = _producer_ids(connection, new)

    def row_of(state: ProductState) -> Columns:
        keys = {"id": state.id, "name_key": state.key[0], "producer_id": producer_ids[state.key[1]]}
        return _product_columns(state) | keys | {"public_id": new_public_id()}

    shared = {"demonstration": demonstration, **trace_columns(NO_PROFILE)}
    _insert(connection, products, new, map(row_of, counted(new, "writing", progress)), context, **shared)
    changed = [state for state in states if state.stored is not None and state.differences]
    _update(connection, products, [(state.id, _product_columns(state)) for state in changed], context)


def _write_recognitions(
    connection: Connection, kept: Sequence[tuple[int | None, RecognitionState]], context: ChangeContext
) -> None:
    new = [(product_id, each) for product_id, each in kept if each.id is None]
    rows = (_recognition_columns(each) | {"id": each.id, "product_id": product_id} for product_id, each in new)
    _insert(connection, recognitions, [each for _, each in new], rows, context)
    changed = [each for _, each in kept if each.stored is not None and each.differences]
    _update(connection, recognitions, [(each.id, _recognition_columns(each)) for each in changed], context)


def _recognition_columns(state: RecognitionState) -> Columns:
    columns = state.columns
    return columns | {"decided_until": decided_until(columns)}


def _product_columns(state: ProductState) -> Columns:
    columns = state.columns
    return columns | derived(columns)


def _producer_ids(connection: Connection, new: Iterable[ProductState]) -> dict[str, int]:
    """Return the ids of the producers of new products by key, making those that there are not yet."""
    names = {state.key[1]: normal_text(state.product.producer) for state in new}
    ids: dict[str, int] = {}
    for keys in in_lots(sorted(names)):
        found = select(producers.c.name_key, producers.c.id).where(producers.c.name_key.in_(keys))
        ids.update((key, producer_id) for key, producer_id in connection.execute(found))
    missing = [
        {"name_key": key, "name": name, "sort_key": collation_key(name)}
        for key, name in names.items()
        if key not in ids
    ]
    if missing:
        made = insert(producers).returning(producers.c.name_key, producers.c.id)
        ids.update((key, producer_id) for key, producer_id in connection.execute(made, missing))
    return ids


def _insert(
    connection: Connection,
    table: Table,
    states: Sequence[ProductState | RecognitionState],
    rows: Iterable[Columns],
    context: ChangeContext,
    **shared: object,
) -> None:
    """Tell new states their ids, and insert their rows; ``rows`` is read after that, and never in memory as a whole.

    ``shared``: columns that are the same in all of them.
    """
    if not states:
        return
    for state, row_id in zip(states, _new_ids(connection, table, len(states)), strict=True):
        state.id = row_id
    stamped = shared | {"import_id": context.import_id, "added_at": context.now, "changed_at": context.now}
    with late_indexes(connection, table, len(states)):
        insert_rows(connection, table, rows, stamped)


def _new_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """Return ids that nobody has: asking for each row's after its insertion costs as much as inserting it.

    There is one writer at a time; PostgreSQL's sequence goes on from where it was.
    """
    if connection.dialect.name == "sqlite":
        highest = connection.scalar(select(func.max(table.c.id))) or 0
        return range(highest + 1, highest + 1 + count)
    sequence = func.pg_get_serial_sequence(table.name, "id")
    return connection.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))).all()


def _update(connection: Connection, table: Table, rows: Sequence[tuple[Any, Columns]], context: ChangeContext) -> None:
    if rows:
        statement = update(table).where(table.c.id == bindparam("row_id"))
        values = [columns | {"changed_at": context.now, "row_id": row_id} for row_id, columns in rows]
        connection.execute(statement, values)
