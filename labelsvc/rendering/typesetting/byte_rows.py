"""Many rows of bytes at once that differ in a few places: constants and table look-ups side by side.

A row is laid out once at full width; numpy then writes the looked-up entries of all rows, column by column. Padding is
a byte that occurs in no entry and is deleted at the end: rows come out as short as if they had been written one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TableIndices = NDArray[np.intp]
Choice = Callable[[TableIndices, TableIndices], TableIndices]


@dataclass(frozen=True)
class LookupTable:
    """Entries to choose from: ``choose`` gives (n,) or (n, k) indices for n rows' letters (n, m) and numbers (n,)."""

    entries: Sequence[bytes]
    choose: Choice
    k: int = 1

    def padded(self, pad: bytes) -> NDArray[np.uint8]:
        """Return the entries as (entries, bytes of the longest)."""
        length = max(map(len, self.entries))
        joined = b"".join([entry.ljust(length, pad) for entry in self.entries])
        return np.frombuffer(joined, np.uint8).reshape(-1, length)


RowCells = Sequence[bytes | LookupTable]


@dataclass(frozen=True)
class CellGroup:
    """Cells side by side; a ``numbered`` group is left out of the rows whose number is 0."""

    cells: RowCells
    numbered: bool = False


class ByteRows:
    """The layout of a row; it keeps no state between calls."""

    def __init__(self, groups: Sequence[CellGroup]) -> None:
        self._pad, self._end = _two_unused(b"".join(entry for group in groups for entry in _entries(group.cells)))
        template = bytearray()
        self._fills: list[tuple[slice, Choice, NDArray[np.uint8]]] = []
        self._numbered: list[slice] = []
        for group in groups:
            start = len(template)
            for cell in group.cells:
                template += cell if isinstance(cell, bytes) else self._lay_out(cell, len(template))
            if group.numbered:
                self._numbered.append(slice(start, len(template)))
        self._template = np.frombuffer(bytes(template) + self._end, np.uint8)

    def _lay_out(self, table: LookupTable, start: int) -> bytes:
        entries = table.padded(self._pad)
        width: int = table.k * entries.shape[1]
        self._fills.append((slice(start, start + width), table.choose, entries))
        return self._pad * width

    def write(self, letters: TableIndices, numbers: TableIndices) -> list[bytes]:
        """Return a row for each number and its letters."""
        rows = np.empty((len(numbers), len(self._template)), np.uint8)
        rows[:] = self._template
        for columns, choose, entries in self._fills:
            rows[:, columns] = entries[choose(letters, numbers)].reshape(len(numbers), columns.stop - columns.start)
        if self._numbered and not numbers.all():
            for columns in self._numbered:
                rows[numbers == 0, columns] = self._pad[0]
        return rows.tobytes().translate(None, self._pad).split(self._end)[:-1]


def _entries(cells: RowCells) -> Iterator[bytes]:
    for cell in cells:
        if isinstance(cell, bytes):
            yield cell
        else:
            yield from cell.entries


def _two_unused(text: bytes) -> tuple[bytes, bytes]:
    used = set(text)
    pad, end, *_ = (bytes((byte,)) for byte in range(255, -1, -1) if byte not in used)
    return pad, end
