"""Readers of columns: what they keep of cells that were read before."""

from __future__ import annotations

from datetime import date

import pytest

from labelsvc.domain.errors import InvalidValue
from labelsvc.records.column_readers import MOST_KNOWN, NOTHING_SAID, ColumnReader
from labelsvc.records.columns import COLUMN
from labelsvc.records.text import CellValue

TODAY = date(2026, 11, 24)


def _values(field: str, *cells: CellValue) -> list[object]:
    reader = ColumnReader(COLUMN[field], TODAY)
    return [reader.known[cell] if cell in reader.known else reader.value(cell) for cell in cells]


def test_repeated_text_has_the_value_it_had_before() -> None:
    assert _values("commune", "Bát  Tràng", "N/A", "-", "Bát  Tràng", "N/A", "-") == 2 * [
        "Bát Tràng",
        NOTHING_SAID,
        "",
    ]


def test_number_yes_and_text_that_look_alike_stay_apart() -> None:
    assert _values("quantity", "1", 1) == [1, 1]
    with pytest.raises(InvalidValue):
        _values("quantity", "1", 1, True)
    assert _values("registered_mark", "1", True, "0", False) == [True, True, False, False]


def test_refused_text_is_refused_again() -> None:
    reader = ColumnReader(COLUMN["stars"], TODAY)
    for _ in range(2):
        with pytest.raises(InvalidValue):
            reader.value("9 sao")
    assert not reader.known


def test_column_of_different_texts_keeps_a_bounded_number() -> None:
    reader = ColumnReader(COLUMN["address"], TODAY)
    assert [reader.value(f"Thôn {number}") for number in range(MOST_KNOWN + 5)][-1] == f"Thôn {MOST_KNOWN + 4}"
    assert len(reader.known) == MOST_KNOWN
