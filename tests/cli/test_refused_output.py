"""``labelsvc print`` into an output that gets full or read-only: it says why, and goes on when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offices.command_line import CommandLine, Said, manifest, records
from tests.offices.output_disk import OutputDisk, output_disk
from tests.offices.prepared_databases import put_sqlite

MEGABYTE, ROOM = 1 << 20, 48 << 10


@pytest.fixture
def office(tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    put_sqlite(line.home / "labelsvc.db")
    line.records(*records(2, 30))
    return line


@pytest.fixture
def disk(office: CommandLine) -> Iterator[OutputDisk]:
    """A disk with room for a batch's folder, not for its labels."""
    office.output.mkdir()
    with output_disk(office.output, megabytes=1) as disk:
        (disk.seen(office.output) / "of-others").write_bytes(bytes(MEGABYTE - ROOM))
        yield disk


def test_a_command_stops_at_a_refusing_output_and_resumes(office: CommandLine, disk: OutputDisk) -> None:
    place = disk.seen(office.output)

    def run(*words: object) -> Said:
        return office.run("print", *words, output=str(place), language="en")

    full = run("san-pham.csv", "--proof", "none")  # PDFium would look for the file beside the mount
    left = [path.name for path in place.rglob("*labels*")]
    disk.set_read_only(read_only=True)
    read_only = run("--resume", "last")
    disk.set_read_only(read_only=False)
    disk.set_size(60)
    resumed = run("--resume", "last")

    assert (full.status, read_only.status, resumed.status) == (1, 1, 0)
    assert left == []
    assert "The disk is full" in full.err
    assert "labelsvc print --resume " in full.err
    assert "cannot be written (the disk is read-only)" in read_only.err
    assert (Path(resumed.last) / "labels-001.pdf").is_file()
    assert len(manifest(resumed.last)) == 60
