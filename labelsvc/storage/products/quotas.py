"""Quotas: stamps allowed per recognition, stamps ordered, and exceptions granted by an administrator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, InvalidValue, NotFound, PrintRefused, Problem
from labelsvc.domain.permission import Quota, over_quota
from labelsvc.domain.product import Product
from labelsvc.domain.programme.rules import rules_on
from labelsvc.storage.db.chunks import in_lots
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches, lines
from labelsvc.storage.db.tables.orders import exceptions
from labelsvc.storage.db.tables.products import recognitions
from labelsvc.storage.db.tables.serials import voids
from labelsvc.storage.people.audit import FieldDifference, record_differences

MOST_GRANTED = 1_000_000
ExceptionKind = Literal["quota", "law"]


@dataclass(frozen=True, slots=True)
class GrantedException:
    """An exception granted to a recognition: extra pieces over the quota, or a pass from the label law."""

    id: int
    kind: ExceptionKind
    recognition_id: int
    pieces: int
    at: datetime
    who: str
    reason: str


class Quotas:
    """The quotas of all recognitions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def for_recognitions(self, recognition_ids: Collection[int]) -> dict[int, Quota]:
        """Return the quota of each recognition that there is."""
        with self._database.reading() as connection:
            return quotas_of(connection, recognition_ids)

    def grant(
        self,
        kind: ExceptionKind,
        recognition_id: int,
        context: ChangeContext,
        *,
        pieces: int = 0,
        seen: Quota | None = None,
    ) -> None:
        """Grant an exception; ``seen``: the quota that whoever grants knows of, so that two do not grant it twice.

        InvalidValue without a reason or with a wrong number, NotFound without a recognition, Conflict where the quota
        is not any more what was seen, or where the pass was given already.
        """
        _needs_reason(context)
        if kind == "quota" and not 1 <= pieces <= MOST_GRANTED:
            raise InvalidValue.from_code("account.pieces", field="pieces", value=pieces, highest=MOST_GRANTED)
        with self._database.writing() as connection:
            quota = quotas_of(connection, [recognition_id]).get(recognition_id)
            if quota is None:
                raise NotFound.from_code("storage.no_recognition", id=recognition_id)
            if seen is not None and seen.allowed != quota.allowed:
                raise Conflict.from_code(
                    "account.quota_changed", field="pieces", seen=seen.allowed, allowed=quota.allowed
                )
            if kind == "law" and _passes(connection, recognition_id):
                raise Conflict.from_code("account.law_granted", field="reason")
            _grant(connection, kind, recognition_id, pieces if kind == "quota" else 0, context)

    def grant_lacking(self, asked: Mapping[int, int], context: ChangeContext) -> int:
        """Grant recognitions what their quotas lack for what is asked of them, by id; return how many pieces in all.

        InvalidValue without a reason.
        """
        _needs_reason(context)
        with self._database.writing() as connection:
            quotas = quotas_of(connection, asked)
            lacking = {each: asked[each] - quota.left for each, quota in quotas.items() if asked[each] > quota.left}
            for recognition_id, pieces in lacking.items():
                _grant(connection, "quota", recognition_id, pieces, context)
        return sum(lacking.values())

    def exceptions_of(self, recognition_ids: Collection[int]) -> list[GrantedException]:
        """Return what these recognitions were granted, the oldest first."""
        with self._database.reading() as connection:
            return [
                GrantedException(**row)
                for some in in_lots(sorted(recognition_ids))
                for row in connection.execute(
                    select(exceptions).where(exceptions.c.recognition_id.in_(some)).order_by(exceptions.c.id)
                ).mappings()
            ]


def _needs_reason(context: ChangeContext) -> None:
    if not context.reason.strip():
        raise InvalidValue.from_code("account.no_reason", field="reason")


def _passes(connection: Connection, recognition_id: int) -> bool:
    given = select(exceptions.c.id).where(exceptions.c.recognition_id == recognition_id, exceptions.c.kind == "law")
    return connection.scalar(given) is not None


def _grant(
    connection: Connection, kind: ExceptionKind, recognition_id: int, pieces: int, context: ChangeContext
) -> None:
    row = {"kind": kind, "recognition_id": recognition_id, "pieces": pieces}
    granted = {"at": context.now, "who": context.who, "reason": context.reason.strip()}
    connection.execute(insert(exceptions).values(row | granted))
    change = FieldDifference(f"exception_{kind}", "", pieces or "✓")
    record_differences(connection, context, [("recognition", recognition_id, [change])])


def quotas_of(connection: Connection, recognition_ids: Collection[int]) -> dict[int, Quota]:
    """Return the quota of each recognition: what the rules of its decision's day allow and what was granted on top.

    Pieces of cancelled batches are free again; those that replace void ones take nothing.
    """
    wanted = sorted(recognition_ids)
    days = _by_id(connection, wanted, select(recognitions.c.id, recognitions.c.decision_date), recognitions.c.id)
    granted = select(exceptions.c.recognition_id, func.sum(exceptions.c.pieces)).group_by(exceptions.c.recognition_id)
    more = _by_id(connection, wanted, granted, exceptions.c.recognition_id)
    replacing = select(voids.c.replaced_by).where(voids.c.replaced_by.is_not(None))
    ordered = (
        select(lines.c.recognition_id, func.sum(lines.c.quantity))
        .join(batches, batches.c.id == lines.c.batch_id)
        .where(batches.c.state != "cancelled", batches.c.id.not_in(replacing))
        .group_by(lines.c.recognition_id)
    )
    used = _by_id(connection, wanted, ordered, lines.c.recognition_id)
    return {
        each: Quota(rules_on(day).stamps_per_recognition + int(more.get(each, 0)), int(used.get(each, 0)))
        for each, day in days.items()
    }


def refuse_over_quota(connection: Connection, asked: Sequence[tuple[int, Product, int]]) -> None:
    """Raise PrintRefused if quotas do not hold what is asked of them: (recognition's id, product, pieces) each.

    Called while nobody else writes, so that two orders at once never exceed one quota.
    """
    pieces: Counter[int] = Counter()
    for recognition_id, _, quantity in asked:
        pieces[recognition_id] += quantity
    quotas = quotas_of(connection, pieces)
    named = {recognition_id: product for recognition_id, product, _ in asked}
    over = [
        Problem(
            "print.refused",
            {"product": named[each].name, "producer": named[each].producer, "why": over_quota(count, quotas[each])},
        )
        for each, count in pieces.items()
        if count > quotas[each].left
    ]
    if over:
        raise PrintRefused(*over)


def _by_id(connection: Connection, wanted: list[int], query: Any, column: Any) -> Mapping[int, Any]:
    return {row[0]: row[1] for some in in_lots(wanted) for row in connection.execute(query.where(column.in_(some)))}
