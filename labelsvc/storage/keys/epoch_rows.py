"""Epochs as the database names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.storage.db.tables.keys import epochs
from labelsvc.storage.people.audit import FieldDifference, record_differences

StartReason = Literal["", "first", "moved", "restored", "exhausted", "rotated"]
"""Why an epoch was started just now; empty if it was there. Each has a sentence, ``keys.started_<reason>``."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """An epoch that the database names.

    ``foreign``: of another database, it only verifies. ``given_up``: its key is lost for ever, and the office knows;
    ``leaked``: others have it.
    Where it was ``started`` just now: why, and the batches that are ``held`` for it.
    """

    id: int
    name: str
    created_at: datetime
    issues: bool
    next_line: int
    foreign: bool
    given_up: bool
    leaked: bool
    key_present: bool
    started: StartReason = ""
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineAllotment:
    """Consecutive line numbers reserved for one batch."""

    epoch: Epoch
    first_line: int


def read_epochs(connection: Connection) -> list[Epoch]:
    """Return all epochs, the newest first, as if no key were at hand."""
    columns = (epochs.c.id, epochs.c.name, epochs.c.created_at, epochs.c.issues, epochs.c.next_line)
    flags = (epochs.c.of_other_database, epochs.c.given_up, epochs.c.leaked)
    rows = connection.execute(select(*columns, *flags).order_by(epochs.c.id.desc())).all()
    return [Epoch(*row, key_present=False) for row in rows]


def name_verifying(connection: Connection, names: Iterable[str], context: ChangeContext) -> None:
    """Name epochs of other databases, whose keys only verify; those that are named already stay as they are."""
    known = set(connection.scalars(select(epochs.c.name)))
    for name in names:
        if name not in known:
            values = {"name": name, "created_at": context.now, "of_other_database": True}
            made = connection.scalar(insert(epochs).values(values).returning(epochs.c.id)) or 0
            record_differences(connection, context, [("key", made, [FieldDifference("verifying_key", "", name)])])


def set_given_up(connection: Connection, names: Collection[str], given_up: bool, context: ChangeContext) -> None:
    """Remember that the keys of epochs are lost for ever, or that they are back."""
    values = {"given_up": given_up} | ({"issues": False} if given_up else {})
    other = epochs.c.name.in_(names), epochs.c.given_up != given_up
    changed = connection.scalars(update(epochs).where(*other).values(values).returning(epochs.c.id))
    difference = FieldDifference("given_up", not given_up, given_up)
    record_differences(connection, context, [("key", each, [difference]) for each in changed])


def set_leaked(connection: Connection, names: Collection[str], context: ChangeContext) -> None:
    """Remember that others have the keys of epochs, which issue no more."""
    leaking = epochs.c.name.in_(names), ~epochs.c.leaked
    values = {"leaked": True, "issues": False}
    changed = connection.scalars(update(epochs).where(*leaking).values(values).returning(epochs.c.id))
    difference = FieldDifference("leaked", False, True)
    record_differences(connection, context, [("key", each, [difference]) for each in changed])
