"""The power goes: what the database says is done is on the disk, by the order of the system calls of a real worker.

A file is flushed before it gets its name, its folder after that, and only then does the same process write anything to
the database. The database flushes what it commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.offices.disturbed_batch import DisturbedBatch, until
from tests.offices.system_calls import SystemCall, failing, read_calls, written_down

pytestmark = pytest.mark.faults

CALLS = ("fsync", "fdatasync", "/^rename(at|at2)?$", "/^unlink(at)?$", "/^mkdir(at)?$", "pwrite64", "write")
PATHS = re.compile(r'"([^"]+)"')
OF_FILE = re.compile(r"^\d+<([^>]+)>")


def test_whatever_is_said_to_be_done_is_on_the_disk(batch: DisturbedBatch, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    with batch.worker(before=written_down(log, *CALLS)):
        batch.wait_for_end()

    calls = list(read_calls(log))
    named = [name for name in batch.undisturbed if any(call.arguments.endswith(f'/{name}"') for call in calls)]

    assert sorted(named) == sorted(batch.undisturbed)
    assert list(too_late(calls, batch.folder)) == []
    assert batch.differences() == []


def test_nothing_is_done_where_the_disk_does_not_take_it(batch: DisturbedBatch, tmp_path: Path) -> None:
    with batch.worker(1, failing(tmp_path / "calls", "fsync", batch.folder, "EIO")):
        until(lambda: batch.office.services.claims.waits.all(datetime.now(UTC)) and batch.all_idle())
        waiting = batch.summary()

    assert (waiting.state, waiting.parts_done) == ("running", 0)

    with batch.worker(1):
        batch.wait_for_end()

    assert batch.differences() == []


def too_late(calls: Sequence[SystemCall], folder: Path) -> Iterator[str]:
    """Yield what could be lost although the database says that it is done."""
    flushed: set[str] = set()
    unsaid: dict[int, list[str]] = {}
    """What each process named, or made, since it last flushed the folder that it is in."""
    committing: set[int] = set()
    """Processes that wrote to the database's log and did not flush it yet."""
    for call in calls:
        file, paths = (OF_FILE.findall(call.arguments) or [""])[0], PATHS.findall(call.arguments)
        names = unsaid.setdefault(call.process, [])
        if call.name in ("fsync", "fdatasync"):
            flushed.add(file)
            names[:] = [name for name in names if str(Path(name).parent) != file]
            if file.endswith("-wal"):
                committing.discard(call.process)
        elif call.name in ("write", "pwrite64"):
            flushed.discard(file)
            if file.endswith("labelsvc.db-wal"):
                committing.add(call.process)
                yield from (f"{name} was not flushed to its folder before the database was written" for name in names)
        elif call.name.startswith("rename") and is_within(paths[1], folder):
            if paths[0] not in flushed:
                yield f"{paths[1]} was not flushed before it got its name"
            names.append(paths[1])
        elif call.name.startswith("mkdir") and is_within(paths[0], folder):
            names.append(paths[0])
        elif call.name.startswith("unlink") and is_within(paths[0], folder):
            yield from (f"{paths[0]} was removed before {name} was flushed to its folder" for name in names)
    yield from (f"process {process} did not flush the database" for process in committing)


def is_within(path: str, folder: Path) -> bool:
    return Path(path).is_relative_to(folder)
