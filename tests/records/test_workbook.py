"""The process that reads workbooks: given up for its silence, never for the time that we take."""

from __future__ import annotations

import time
from io import BytesIO
from tempfile import TemporaryFile

import pytest

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.records import workbook
from labelsvc.records.records_file import read_records
from tests.samples.records_files import HEADINGS, TEA, TODAY, xlsx_of

LONG_SECONDS, SHORT_SECONDS = 60.0, 0.1


def test_a_reader_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(workbook, "PATIENCE_SECONDS", SHORT_SECONDS)
    monkeypatch.setattr(workbook, "LOOK_SECONDS", 0.02)

    with pytest.raises(RecordsUnreadable) as refused:
        read_records(BytesIO(xlsx_of(("Sheet1", [HEADINGS, TEA]))), "a.xlsx", TODAY)

    assert [problem.code for problem in refused.value.problems] == ["records.too_slow"]


def test_rows_that_keep_us_busy_end_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "PATIENCE_SECONDS", LONG_SECONDS)
    monkeypatch.setattr(workbook, "LOOK_SECONDS", 0.02)
    with TemporaryFile() as file:
        file.write(xlsx_of(("Sheet1", [HEADINGS, *[TEA] * 1_500])))
        with workbook.workbook_sheets(file, "a.xlsx") as sheets:
            rows = next(sheets).rows
            number, _ = next(rows)
            monkeypatch.setattr(workbook, "PATIENCE_SECONDS", SHORT_SECONDS)
            time.sleep(3 * SHORT_SECONDS)
            monkeypatch.setattr(workbook, "PATIENCE_SECONDS", LONG_SECONDS)

            assert (number, sum(1 for _ in rows)) == (1, 1_500)
