"""Uploads that wait, opened by several processes at once."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from labelsvc.storage.db.database import Database
from labelsvc.storage.files.uploads import Uploads
from tests.offices.stored_office import NOW

AT_ONCE = 4
LARGE = b"a row\n" * 200_000

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_sqlite
def test_an_upload_opened_by_several_at_once_is_whole_for_each(database: Database, tmp_path: Path) -> None:
    uploads, start = Uploads(tmp_path / "uploads", database), Barrier(AT_ONCE)

    def opened(name: str) -> list[int]:
        start.wait()
        return [path.stat().st_size for _, path in uploads.find(name, 1)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(5):
            name = uploads.keep([("a.csv", io.BytesIO(LARGE)), ("b.csv", io.BytesIO(LARGE))], 1, NOW)
            found = list(pool.map(opened, [name] * AT_ONCE))
            assert found == [[len(LARGE), len(LARGE)]] * AT_ONCE


@only_sqlite
def test_old_uploads_that_others_clear_as_well_stop_nobody(database: Database, tmp_path: Path) -> None:
    folder, start = tmp_path / "uploads", Barrier(AT_ONCE)
    old = (NOW - timedelta(days=2)).timestamp()
    for number in range(200):
        (folder / f"old-{number}").mkdir(parents=True)
        os.utime(folder / f"old-{number}", (old, old))

    def kept(_: int) -> str:
        start.wait()
        return Uploads(folder, database).keep([("a.csv", io.BytesIO(b"x"))], 1, NOW)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        names = list(pool.map(kept, range(AT_ONCE)))

    assert len(set(names)) == AT_ONCE
    assert not list(folder.glob("old-*"))
