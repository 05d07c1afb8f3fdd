"""CSV files are read by a confined process: what it refuses is told, its end harms nobody, it inherits nothing."""

from __future__ import annotations

import os
import signal
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from labelsvc.domain.errors import RecordsUnreadable
from labelsvc.records import csv_reader
from labelsvc.records.records_file import RecordsFile, read_records

DAY = date(2026, 11, 24)
TABLE = "Tên sản phẩm;Chủ thể;Hạng sao;Ngày quyết định\n" + "Chè;HTX Ba Vì;4;30/12/2025\n" * 3


def read(content: bytes) -> RecordsFile:
    return read_records(BytesIO(content), "hồ sơ.csv", DAY)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (TABLE.encode("cp1258", "replace"), "records.encoding"),
        (TABLE.encode() + b'Tr\xc3\xa0;"HTX', "records.csv_quotes"),
        (TABLE.encode() + b";" * 20_000, "records.too_many_columns"),
        (TABLE.encode() + b"a\0b", "records.not_text"),
    ],
)
def test_what_the_reader_refuses_is_told_with_the_files_name(content: bytes, code: str) -> None:
    with pytest.raises(RecordsUnreadable) as refused:
        read(content)

    assert refused.value.problems[0].code == code
    assert refused.value.problems[0].facts["file"] == "hồ sơ.csv"


def test_rows_are_read_after_the_reader_was_killed() -> None:
    before = len(read(TABLE.encode()).rows)
    process = csv_reader._NURSERY._process
    assert process
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    assert before == len(read(TABLE.encode()).rows) == 3


def test_csv_is_read_apart_without_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    csv_reader._NURSERY.close()
    monkeypatch.setenv("LABELSVC_KEYS", "AB:" + "5c" * 32)
    monkeypatch.setattr("csv.reader", None)

    rows = read(TABLE.encode()).rows
    environment = Path(f"/proc/{csv_reader._NURSERY._process.pid}/environ").read_bytes()

    assert len(rows) == 3
    assert b"LABELSVC" not in environment
