"""Changes of a recognition by the office: extended, suspended, withdrawn, corrected."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, select, update

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import Conflict, NotFound
from labelsvc.domain.recognition import Recognition
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.products import products, recognitions
from labelsvc.storage.people.audit import FieldDifference, differences_between, record_differences
from labelsvc.storage.products.rows import RECOGNITION_COLUMNS, recognition_of, recognition_row


class Recognitions:
    """The recognitions of all products."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, product_id: int, recognition: Recognition, context: ChangeContext) -> int:
        """Store a new recognition of a product (a renewal, or its first) and return its id.

        InvalidValue if the product has one of that decision's day; NotFound if there is no such product.
        """
        with self._database.writing() as connection:
            if connection.scalar(select(products.c.id).where(products.c.id == product_id)) is None:
                raise NotFound.from_code("storage.no_product", id=product_id)
            return add_recognition(connection, product_id, recognition, context)

    def change(
        self, recognition_id: int, changed: Callable[[Recognition], Recognition], context: ChangeContext
    ) -> tuple[FieldDifference, ...]:
        """Store what a recognition becomes, record every changed field with who and why, and return them.

        ``changed`` is given what it is now, in the transaction that stores what it returns: what somebody else decided
        meanwhile is not lost. The next scan shows it. The decision's day names the recognition and can't be changed
        (InvalidValue); an unknown id is NotFound.
        """
        columns = [recognitions.c[name] for name in RECOGNITION_COLUMNS]
        with self._database.writing() as connection:
            stored = connection.execute(select(*columns).where(recognitions.c.id == recognition_id)).mappings().first()
            if stored is None:
                raise NotFound.from_code("storage.no_recognition", id=recognition_id)
            recognition = changed(recognition_of(stored))
            row, until = recognition_row(recognition), recognition.last_day_by_decision
            if stored["decision_date"] != recognition.decision_date:
                raise Conflict.from_code(
                    "storage.decision_date", field="decision_date", value=recognition.decision_date
                )
            differences = differences_between(dict(stored), row)
            if differences:
                facts = row | {"decided_until": until, "changed_at": context.now}
                connection.execute(update(recognitions).where(recognitions.c.id == recognition_id).values(facts))
                record_differences(connection, context, [("recognition", recognition_id, differences)])
        return differences


def add_recognition(connection: Connection, product_id: int, recognition: Recognition, context: ChangeContext) -> int:
    """Store a new recognition of a product in the writer's transaction and return its id; raises as ``add`` does."""
    day = recognition.decision_date
    same = recognitions.c.product_id == product_id, recognitions.c.decision_date == day
    if connection.scalar(select(recognitions.c.id).where(*same)) is not None:
        raise Conflict.from_code("recognition.exists", field="decision_date", value=day)
    stamped = {"added_at": context.now, "changed_at": context.now, "decided_until": recognition.last_day_by_decision}
    row = recognition_row(recognition) | stamped | {"product_id": product_id}
    made = insert(recognitions).values(row).returning(recognitions.c.id)
    recognition_id = int(connection.execute(made).scalar_one())
    new = FieldDifference("recognition", "", f"{recognition.stars} ★ {day.isoformat()}")
    record_differences(connection, context, [("recognition", recognition_id, [new])])
    return recognition_id
