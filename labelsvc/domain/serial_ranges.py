"""Selections of pieces: sheets as ``3,7-9``, serials as ``17:5-20,31``; parsed, checked and formatted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labelsvc.domain.errors import InvalidValue

LONGEST_NUMBER = 9
"""Digits; no batch has so many sheets or serials."""
_ITEM = re.compile(rf"([0-9]{{1,{LONGEST_NUMBER}}})(?:[-–]([0-9]{{1,{LONGEST_NUMBER}}}))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class SerialRange:
    """Consecutive serials of a line, by its number in the manifest; an uncounted piece has serial 0."""

    line: int
    first: int
    last: int

    @property
    def count(self) -> int:
        """The number of serials."""
        return self.last - self.first + 1

    def meets(self, other: SerialRange) -> bool:
        """Return whether both ranges share a piece."""
        return self.line == other.line and self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.line}:{format_numbers((range(self.first, self.last + 1),))}"


def parse_numbers(typed: str) -> tuple[range, ...]:
    """Read numbers from 1 as ``3,7-9``; return them ascending, neighbours and repeats joined.

    Raises InvalidValue pieces.numbers for anything else.
    """
    found = []
    for item in typed.split(","):
        match = _ITEM.fullmatch(item.strip())
        first = int(match[1]) if match else 0
        last = int(match[2] or first) if match else 0
        if not 1 <= first <= last:
            raise InvalidValue.from_code("pieces.numbers", value=item.strip(), typed=typed)
        found.append(range(first, last + 1))
    return _joined(found)


def parse_serial_ranges(typed: Iterable[str]) -> tuple[SerialRange, ...]:
    """Read ``LINE:SERIALS`` texts, each perhaps several between spaces; return them ascending and joined.

    Raises InvalidValue pieces.serials, pieces.numbers.
    """
    by_line: dict[int, list[range]] = {}
    for word in " ".join(typed).split():
        line, colon, serials = word.partition(":")
        match = _ITEM.fullmatch(line)
        if not (colon and match and match[2] is None) or ":" in serials:
            raise InvalidValue.from_code("pieces.serials", value=word)
        by_line.setdefault(int(line), []).extend(parse_numbers(serials))
    return tuple(
        SerialRange(line, some.start, some.stop - 1) for line in sorted(by_line) for some in _joined(by_line[line])
    )


def format_numbers(numbers: Sequence[range]) -> str:
    """Write numbers as they are typed: ``3,7-9``."""
    return ",".join(f"{some[0]}-{some[-1]}" if len(some) > 1 else str(some[0]) for some in numbers)


def serial_ranges_of(stamps: Iterable[tuple[int, int]]) -> tuple[SerialRange, ...]:
    """Return stamps, each a line and a serial, as pieces, ascending and joined."""
    by_line: dict[int, set[int]] = {}
    for line, serial in stamps:
        by_line.setdefault(line, set()).add(serial)
    return tuple(
        SerialRange(line, some.start, some.stop - 1)
        for line in sorted(by_line)
        for some in _joined([range(serial, serial + 1) for serial in by_line[line]])
    )


def in_both(some: Iterable[SerialRange], others: Sequence[SerialRange]) -> tuple[SerialRange, ...]:
    """Return the pieces that are in both."""
    return tuple(
        SerialRange(mine.line, max(mine.first, other.first), min(mine.last, other.last))
        for mine in some
        for other in others
        if mine.meets(other)
    )


def _joined(numbers: Iterable[range]) -> tuple[range, ...]:
    joined: list[range] = []
    for some in sorted(numbers, key=lambda each: each.start):
        if joined and some.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, some.stop))
        else:
            joined.append(some)
    return tuple(joined)
