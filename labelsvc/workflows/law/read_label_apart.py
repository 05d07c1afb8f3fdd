"""Reads a designer's label in a program of its own, so that a stranger's PDF is never near a key.

The command that was asked has the office's settings in its memory and its environment; forked children would inherit
them, and what they answer is unpickled. The program begins without, is confined to the file, and makes its pool itself;
the command reads JSON alone: ``{"refused": problem}`` or the reading.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any, cast

from labelsvc.domain.errors import FileUnreadable, problem_json, read_problem
from labelsvc.domain.law.label_reading import Colour, LabelReading, ReadLetter, ReadQr
from labelsvc.limited_process import end_session, start_child
from labelsvc.preflight.inspection import read_start
from labelsvc.preflight.label_reader import read_label
from labelsvc.workflows.preflight_file import confined_pool

_PROGRAM = "from labelsvc.workflows.law.read_label_apart import main; main(sys.argv[1])"
_SEMAPHORES = "/dev/shm"  # noqa: S108  where a pool of processes makes them
MOST_ANSWER = 32 << 20
"""Bytes: as many letters as a label may have take a quarter of it."""


def read_label_apart(path: Path) -> LabelReading:
    """Return what a label's file says; FileUnreadable for what is no label or cannot be opened."""
    path = path.absolute()
    read_start(path)
    with start_child(_PROGRAM, path, readable=(path,), writable=(_SEMAPHORES,)) as child:
        try:
            answer = cast(IO[bytes], child.stdout).read(MOST_ANSWER)
        finally:
            end_session(child)
    try:
        said = json.loads(answer)
    except ValueError as error:  # it was ended by a limit, or by the file
        raise FileUnreadable.from_code("preflight.too_heavy", path=path) from error
    if "refused" in said:
        raise FileUnreadable(read_problem(said["refused"]))
    return _reading(said)


def main(path: str) -> None:
    """Read a file and say what it says: the program's side."""
    try:
        with confined_pool(Path(path), 1) as pool:
            answer = _reading_json(pool.submit(read_label, Path(path)).result())
    except FileUnreadable as error:
        answer = {"refused": problem_json(error.problems[0])}
    print(json.dumps(answer), flush=True)


def _reading_json(reading: LabelReading) -> dict[str, Any]:
    return {
        "lines": [
            [[each.letter, each.height_mm, each.size_pt, each.ink, each.ground] for each in line]
            for line in reading.lines
        ],
        "symbols": [[each.text, each.module_mm, each.side_mm] for each in reading.symbols],
        "face_cm2": reading.face_cm2,
        "outlined": reading.outlined,
        "pictured": reading.pictured,
    }


def _reading(said: dict[str, Any]) -> LabelReading:
    lines = tuple(
        tuple(ReadLetter(letter, high, size, _colour(ink), _colour(ground)) for letter, high, size, ink, ground in line)
        for line in said["lines"]
    )
    symbols = tuple(ReadQr(text, module, side) for text, module, side in said["symbols"])
    return LabelReading(lines, symbols, said["face_cm2"], said["outlined"], said["pictured"])


def _colour(said: list[int] | None) -> Colour | None:
    return None if said is None else (said[0], said[1], said[2])
