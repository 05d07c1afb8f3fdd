"""The box around a path that is being built, and those around its subpaths."""

from __future__ import annotations

from typing import Any

FAR = float("inf")
MOST_PARTS = 20_000
Box = tuple[float, float, float, float]


class PathBox:
    """Takes path operators; :meth:`close` gives the boxes around all points, control points of curves included."""

    __slots__ = ("_bottom", "_left", "_parts", "_right", "_top")

    def __init__(self) -> None:
        self._parts: list[Box] = []
        self._clear()

    def _clear(self) -> None:
        self._left = self._bottom = FAR
        self._right = self._top = -FAR

    def add(self, operator: str, operands: Any) -> None:
        """Take ``m l c v y re h`` with its operands; what is no number is left out."""
        try:
            if operator == "re":
                x, y, width, height = map(float, operands)
                self._end()
                self._point(x, y)
                self._point(x + width, y + height)
                return
            if operator == "m":
                self._end()
            values = list(map(float, operands))
            for x, y in zip(values[::2], values[1::2], strict=True):
                self._point(x, y)
        except (TypeError, ValueError):
            return

    def _point(self, x: float, y: float) -> None:
        if x < self._left:
            self._left = x
        if x > self._right:
            self._right = x
        if y < self._bottom:
            self._bottom = y
        if y > self._top:
            self._top = y

    def _end(self) -> None:
        if self._left != FAR:
            self._parts.append((self._left, self._bottom, self._right, self._top))
            self._clear()

    def close(self) -> list[Box]:
        """Return the box around each subpath, and begin anew; more than MOST_PARTS are one."""
        self._end()
        parts, self._parts = self._parts, []
        return parts if len(parts) <= MOST_PARTS else [around(parts)]


def around(boxes: list[Box]) -> Box:
    """Return the box around some boxes (at least one)."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
