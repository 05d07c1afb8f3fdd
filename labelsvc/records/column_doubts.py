"""Evidence from whole columns: month-first days, or old-font letters that a single cell does not reveal.

"05/03/2025" alone is the 5th of March; below "12/31/2024" nobody knows. "Gèm" alone may be a name; in a column with
"Gèm ViÖt" elsewhere it is "Gốm".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from labelsvc.domain.errors import InvalidValue
from labelsvc.records.days import day_first, month_first
from labelsvc.records.letters.garbled_text import EncodingFault, convert, is_foreign_to, may_be_misspelt
from labelsvc.records.rows import RecordRow
from labelsvc.records.text import CellValue, GarbledText, shown, written


class ColumnDoubts:
    """Collects evidence from a sheet's refused cells, then judges the accepted ones again."""

    def __init__(self) -> None:
        self._encodings: dict[str, Counter[str]] = {}
        self._month_first: Counter[str] = Counter()

    def note(self, field: str, cell: CellValue, error: InvalidValue) -> None:
        """Record a refused cell as evidence of how its column is written."""
        if isinstance(error, GarbledText):
            if error.proposed:
                self._encodings.setdefault(field, Counter())[error.encoding] += 1
        elif field.endswith(("date", "from", "until")) and day_first(cell) is None and month_first(cell) is not None:
            self._month_first[field] += 1

    def doubtful(self, rows: Iterable[RecordRow]) -> Iterator[tuple[RecordRow, dict[str, InvalidValue]]]:
        """Yield the accepted rows that are doubtful, with the reason of each field."""
        rows = list(rows) if self._encodings or self._month_first else ()
        encodings = {field: counts.most_common(1)[0][0] for field, counts in self._encodings.items()}
        pure = {field for field, encoding in encodings.items() if not _speaks_unicode(rows, field, encoding)}
        swapped = {field for field in self._month_first if self._mostly_month_first(field, rows)}
        for row in rows:
            doubts = {field: doubt for field in swapped if (doubt := _day_doubt(row.cell(field)))}
            for field, encoding in encodings.items():
                if doubt := _letter_doubt(row.cell(field), encoding, field in pure):
                    doubts[field] = doubt
            if doubts:
                yield row, doubts

    def _mostly_month_first(self, field: str, rows: Iterable[RecordRow]) -> bool:
        proofs = sum(isinstance(cell := row.cell(field), str) and _is_day_first_only(cell) for row in rows)
        return self._month_first[field] >= proofs


def _is_day_first_only(cell: str) -> bool:
    return day_first(cell) is not None and month_first(cell) is None


def _day_doubt(cell: CellValue) -> InvalidValue | None:
    first, other = day_first(cell), month_first(cell)
    if first is None or other is None or first == other:
        return None
    return InvalidValue.from_code("records.day_either", value=shown(cell), day_first=first, month_first=other)


def _letter_doubt(cell: CellValue, encoding: str, pure: bool) -> InvalidValue | None:
    """Return the problem if a cell reads differently in the encoding of its column.

    In a column of one encoding it does; elsewhere only if it is not valid Vietnamese.
    """
    text = written(cell)
    if text.isascii() or not (pure or may_be_misspelt(text)):
        return None
    converted = convert(text, encoding)
    return GarbledText(text, EncodingFault(encoding, converted)) if converted != text else None


def _speaks_unicode(rows: Iterable[RecordRow], field: str, encoding: str) -> bool:
    return any(is_foreign_to(written(row.cell(field)), encoding) for row in rows)
