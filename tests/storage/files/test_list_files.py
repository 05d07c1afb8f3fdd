"""Lists as files: made once for a state of the records, large ones at most every few minutes, and by one at a time."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from labelsvc.domain.errors import ServiceBusy
from labelsvc.storage.files import list_files
from labelsvc.storage.files.list_files import STANDS_SECONDS, ListFiles

LARGE = 1_000


def sent(files: ListFiles, version: int, text: str, *, edition: str = "today", name: str = "json") -> str:
    """Return what is sent of a list that would now be made of a text."""
    file = files.open(files.wanted(name, edition, version), lambda: [text], keep=True)
    with file.stream as stream:
        return stream.read().decode()


def age(folder: Path, seconds: float) -> None:
    """Let the lists of a folder have been made earlier."""
    for path in folder.glob("*.*"):
        made = path.stat().st_mtime - seconds
        os.utime(path, (made, made))


def test_a_small_list_is_made_anew_when_the_records_change(tmp_path: Path) -> None:
    files = ListFiles(tmp_path, large=LARGE)

    assert [sent(files, version, str(version)) for version in (1, 1, 2)] == ["1", "1", "2"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_large_list_is_made_anew_after_some_minutes_only(tmp_path: Path) -> None:
    files = ListFiles(tmp_path, large=LARGE)
    lists = [str(version) * LARGE for version in range(3)]

    first, soon = sent(files, 0, lists[0]), sent(files, 1, lists[1])
    age(tmp_path, STANDS_SECONDS)
    later = sent(files, 2, lists[2])

    assert [first, soon, later] == [lists[0], lists[0], lists[2]]


def test_a_large_list_of_the_future_is_made_anew(tmp_path: Path) -> None:
    files = ListFiles(tmp_path, large=LARGE)

    sent(files, 1, "1" * LARGE)
    age(tmp_path, -STANDS_SECONDS)

    assert sent(files, 2, "2") == "2"


def test_no_list_of_another_day_or_name_is_sent(tmp_path: Path) -> None:
    files = ListFiles(tmp_path, large=LARGE)

    sent(files, 1, "1" * LARGE)

    assert sent(files, 1, "a new day", edition="tomorrow") == "a new day"
    assert sent(files, 1, "csv", name="csv-vi", edition="tomorrow") == "csv"
    assert sent(files, 1, "", edition="tomorrow") == "a new day"


def test_the_former_list_is_sent_while_the_next_one_is_made(tmp_path: Path) -> None:
    files, meanwhile = ListFiles(tmp_path, large=LARGE), ListFiles(tmp_path, large=LARGE)
    sent(files, 1, "former")
    got = []

    def parts() -> Iterator[str]:
        got.append(sent(meanwhile, 3, "never made"))
        yield "next"

    file = files.open(files.wanted("json", "today", 2), parts, keep=True)
    file.stream.close()

    assert got == ["former"]
    assert sent(files, 2, "never made") == "next"


@pytest.mark.parametrize("keep", [True, False])
def test_who_waits_too_long_for_a_list_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: bool) -> None:
    monkeypatch.setattr(list_files, "PATIENCE_SECONDS", 0.0)
    files, refused = ListFiles(tmp_path), []

    def parts() -> Iterator[str]:
        with pytest.raises(ServiceBusy) as error:
            files.open(files.wanted("json", "today", 1), lambda: [""], keep=keep)
        refused.append(error.value.problems[0].code)
        yield ""

    files.open(files.wanted("csv-vi", "today", 1), parts, keep=keep).stream.close()

    assert refused == ["register.busy"]


def test_filtered_lists_do_not_wait_for_kept_ones(tmp_path: Path) -> None:
    files, got = ListFiles(tmp_path), []

    def parts() -> Iterator[str]:
        with files.open(files.wanted("json", "filtered", 1), lambda: ["a part"], keep=False).stream as stream:
            got.append(stream.read())
        yield "all"

    files.open(files.wanted("json", "today", 1), parts, keep=True).stream.close()

    assert got == [b"a part"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_long_list_takes_little_memory(tmp_path: Path) -> None:
    files, line = ListFiles(tmp_path), "một dòng của danh sách\n" * 40

    tracemalloc.start()
    file = files.open(files.wanted("csv-vi", "today", 1), lambda: repeat(line, 20_000), keep=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    file.stream.close()

    assert file_size(tmp_path) > 15 << 20
    assert peak < 2 << 20


def file_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
