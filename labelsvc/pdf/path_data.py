"""SVG path data (SVG 2, 9.3 and 9.5), read strictly into a path with explicit segments.

svgelements' own reader reflects control points of other curve types, and keeps arcs without radius or length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_FLAG = re.compile("[01]")
_LEAST_RADIUS = 1e-12
"""A smaller radius is none: its square may be zero."""
_BETWEEN = re.compile(r"[\s,]*")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
"""Numbers per repetition of a command."""
_FLAGS = {("A", 3), ("A", 4)}
"""Numbers that are one digit, 0 or 1, and may stand close to the next one."""
_LONGEST = 2_000_000
_FARTHEST = 1e9
"""Far beyond any page, and near enough that sums of numbers stay finite."""
Command = tuple[str, list[float]]


def read_path(data: str) -> Any:
    """Return a path of svgelements in absolute coordinates; ValueError if the data does not follow the grammar."""
    drawing = _Drawing()
    for letter, numbers in _commands(data):
        drawing.add(letter, numbers)
    return drawing.path


def _commands(data: str) -> Iterator[Command]:
    """Yield commands with their numbers; repetitions get their letter, and implicit lines after a move become lines."""
    if len(data) > _LONGEST:
        raise ValueError(len(data))
    at = _after(_BETWEEN, data, 0)
    letter = ""
    while at < len(data):
        if data[at].upper() in _COUNTS:
            letter, at = data[at], _after(_BETWEEN, data, at + 1)
        elif letter in "zZ":  # also where there is none yet
            raise ValueError(data[at:])
        else:
            letter = {"M": "L", "m": "l"}.get(letter, letter)
        numbers, at = _numbers(letter.upper(), data, at)
        yield letter, numbers


def _numbers(letter: str, data: str, at: int) -> tuple[list[float], int]:
    numbers = []
    for i in range(_COUNTS[letter]):
        found = (_FLAG if (letter, i) in _FLAGS else _NUMBER).match(data, at)
        if found is None:
            raise ValueError(data[at:])
        numbers.append(float(found[0]))
        if not abs(numbers[-1]) <= _FARTHEST:
            raise ValueError(found[0])
        at = _after(_BETWEEN, data, found.end())
    return numbers, at


def _after(pattern: re.Pattern[str], data: str, at: int) -> int:
    found = pattern.match(data, at)
    return found.end() if found else at


class _Drawing:
    """A path built by commands; keeps the current point, the start of the contour and the last control point."""

    def __init__(self) -> None:
        from svgelements import Path, Point

        self.path: Any = Path()
        self._here: Any = Point(0, 0)
        self._first: Any = None
        self._control: Any = None
        self._before = ""

    def add(self, letter: str, numbers: list[float]) -> None:
        """Draw a command; ValueError for any that stands before the first move."""
        kind = letter.upper()
        if kind != "M":
            self._begin_contour()
        points = self._points(kind, numbers, relative=letter.islower())
        control = None
        match kind:
            case "M":
                self.path.move(points[-1])
                self._first = points[-1]
            case "Z":
                self.path.closed()
            case "A":
                self._arc(numbers, points[-1])
            case "C" | "S":
                first, second = points[:2] if kind == "C" else (self._reflected("CS"), points[0])
                self.path.cubic(first, second, points[-1])
                control = second
            case "Q" | "T":
                control = points[0] if kind == "Q" else self._reflected("QT")
                self.path.quad(control, points[-1])
            case _:
                self.path.line(points[-1])
        self._here, self._control, self._before = points[-1], control, kind

    def _begin_contour(self) -> None:
        """Move to where a closed contour began, if nothing else was said (9.3.4)."""
        if self._first is None:
            raise ValueError
        if self._before == "Z":
            self.path.move(self._first)

    def _points(self, kind: str, numbers: list[float], *, relative: bool) -> list[Any]:
        """Return a command's points on the label, its end last."""
        from svgelements import Point

        x, y = (self._here.x, self._here.y) if relative else (0.0, 0.0)
        match kind:
            case "Z":
                return [self._first]
            case "H":
                return [Point(numbers[0] + x, self._here.y)]
            case "V":
                return [Point(self._here.x, numbers[0] + y)]
            case "A":
                return [Point(numbers[5] + x, numbers[6] + y)]
        return [Point(numbers[i] + x, numbers[i + 1] + y) for i in range(0, len(numbers), 2)]

    def _reflected(self, kinds: str) -> Any:
        """Return the last curve's control across from here if it was of the same kind, else here (9.3.6, 9.3.7)."""
        return self._control.reflected_across(self._here) if self._before and self._before in kinds else self._here

    def _arc(self, numbers: list[float], end: Any) -> None:
        """Draw an arc: nothing where it ends where it begins, a line where a radius is zero (9.5.1)."""
        radius_x, radius_y, turned, large, sweep = numbers[:5]
        if end.x == self._here.x and end.y == self._here.y:
            return
        if min(abs(radius_x), abs(radius_y)) < _LEAST_RADIUS:
            self.path.line(end)
        else:
            self.path.arc(abs(radius_x), abs(radius_y), turned, bool(large), bool(sweep), end)
