"""Private files: what killed processes left of them goes with the next one."""

from __future__ import annotations

import os
import time
from pathlib import Path

from labelsvc.storage.files.private_file import LEFT_SECONDS, write_private


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    names = (".keys.json.0a1b2c3d", ".keys.json.4e5f6a7b", ".keys.json.bak", ".issued.json.0a1b2c3d")
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - 2 * LEFT_SECONDS,) * 2)
    os.utime(tmp_path / names[1])  # somebody writes it now

    write_private(tmp_path / "keys.json", "{}", replace=False)

    assert {path.name for path in tmp_path.iterdir()} == {"keys.json", *names[1:]}
