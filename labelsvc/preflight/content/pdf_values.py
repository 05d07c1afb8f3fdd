"""Typed values from PDF objects of any type; None if the type is not the expected one."""

from __future__ import annotations

from typing import Any

import pikepdf

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
MOST_ITEMS = 100_000


def number_of(value: Any) -> float | None:
    """Return a number."""
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def numbers_of(value: Any, count: int) -> tuple[float, ...] | None:
    """Return an array of exactly the given length of numbers."""
    if not isinstance(value, pikepdf.Array) or len(value) != count:
        return None
    found = [number_of(item) for item in value]
    return tuple(item for item in found if item is not None) if None not in found else None


def dictionary_of(value: Any) -> Any:
    """Return a dictionary or a stream's; an empty one for anything else."""
    return value if isinstance(value, pikepdf.Dictionary | pikepdf.Stream) else pikepdf.Dictionary()


def items_of(value: Any) -> list[Any]:
    """Return the items of an array, nothing for anything else."""
    return list(value)[:MOST_ITEMS] if isinstance(value, pikepdf.Array) else []


def name_of(value: Any) -> str:
    """Return a name with its slash (``/DeviceCMYK``); empty for anything else."""
    return str(value) if isinstance(value, pikepdf.Name) else ""


def text_of(value: Any) -> str | None:
    """Return a text string."""
    return str(value) if isinstance(value, pikepdf.String) else None


def object_number(value: Any) -> int:
    """Return the number of an indirect object, 0 for a direct one."""
    found = getattr(value, "objgen", (0, 0))[0]
    return int(found)


def times(matrix: Matrix, other: Matrix) -> Matrix:
    """Return the matrix that does ``matrix`` first, then ``other`` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = matrix
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return a point transformed by a matrix."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def matrix_of(operands: Any) -> Matrix:
    """Return six operands as a matrix; ValueError if they are not six numbers."""
    a, b, c, d, e, f = (float(value) for value in operands)
    return a, b, c, d, e, f
