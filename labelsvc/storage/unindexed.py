"""A column that no index is taken for."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

T = TypeVar("T")


def unindexed(compared: ColumnElement[T]) -> ColumnElement[T]:
    """Return a column with the sign by which SQLite takes no index for it: what is walked is the index of the order.

    PostgreSQL knows the sign of numbers alone, and takes no index for those.

    SQLite without statistics thinks that any condition leaves few rows, and sorts a hundred thousand.
    """
    return UnaryExpression(compared, operator=custom_op("+"), type_=compared.type)
