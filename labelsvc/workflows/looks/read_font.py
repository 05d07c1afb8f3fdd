"""Read a font that somebody uploaded, in a confined process that may die without harm."""

from __future__ import annotations

import json
from dataclasses import asdict
from tempfile import TemporaryFile
from threading import BoundedSemaphore

from labelsvc.domain.errors import InvalidValue, problem_json, read_problem
from labelsvc.limited_process.nursery import Nursery, answer_files
from labelsvc.rendering.typesetting.uploaded_font import UploadedFont, read_uploaded_font

LARGEST_FONT, MOST_ANSWER = 8_000_000, 12_000_000
MEMORY_BYTES, CPU_SECONDS = 1 << 30, 12
_TURN = BoundedSemaphore(1)
"""Fonts at once: each takes a second or two of a processor."""
_NURSERY = Nursery("from labelsvc.workflows.looks.read_font import answer_fonts; answer_fonts()")


def read_font(content: bytes) -> UploadedFont:
    """Return a font with what it is printed with; InvalidValue says why it is not taken."""
    if len(content) > LARGEST_FONT:
        raise InvalidValue.from_code("font.file_large", size=len(content), most=LARGEST_FONT // 1_000_000)
    with _TURN, TemporaryFile() as file:
        file.write(content)
        file.flush()
        with _NURSERY.ask(file, b"font") as answer:
            head, _, font = answer.read(MOST_ANSWER).partition(b"\n")
    if not head:  # it was ended by a limit
        raise InvalidValue.from_code("font.too_costly")
    told = json.loads(head)
    if "refused" in told:
        raise InvalidValue(*map(read_problem, told["refused"]))
    if len(font) != told.pop("size"):
        raise InvalidValue.from_code("font.too_costly")
    return UploadedFont(**told, content=font)


def answer_fonts() -> None:
    """Read the fonts that somebody hands over: the nursery's side."""
    answer_files(answer_font, most_bytes=MEMORY_BYTES, most_seconds=CPU_SECONDS)


def answer_font(_: bytes) -> None:
    """Write what the font of standard input is."""
    with open(0, "rb", closefd=False) as file:
        content = file.read()
    font = b""
    try:
        read = read_uploaded_font(content)
        font, facts = read.content, asdict(read)
        answer = {name: value for name, value in facts.items() if name != "content"} | {"size": len(font)}
    except InvalidValue as error:
        answer = {"refused": list(map(problem_json, error.problems))}
    with open(1, "wb", closefd=False) as out:
        out.write(json.dumps(answer).encode() + b"\n" + font)
