"""Reads a picture or the file of a certificate that somebody uploaded, in a process that may die without harm.

1. refuse what is empty or too large
2. let a confined child read it: no memory of ours, no environment, no files, no network, bounded memory and time
3. take its answer apart, which is bounded too
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Timer
from typing import IO, Any, cast

from labelsvc.domain.errors import InvalidValue, ServiceBusy
from labelsvc.limited_process import start_child
from labelsvc.storage.profiles.file_rows import UploadedFile

LARGEST_UPLOAD = 20_000_000
"""Bytes: a telephone's largest JPEG. A PDF is kept as it is, so it has to be smaller."""
LARGEST_PDF = 5_000_000
MEMORY_BYTES, CPU_SECONDS, WALL_SECONDS = 1 << 30, 12, 30
MOST_ANSWER = 2_000_000
AT_ONCE, PATIENCE_SECONDS = 2, 10
_TURN = BoundedSemaphore(AT_ONCE)
_PROGRAM = (
    "from labelsvc.limited_process import forbid_files, limit_memory, limit_seconds; "
    f"limit_memory({MEMORY_BYTES}); limit_seconds({CPU_SECONDS}); forbid_files(); "
    "from labelsvc.rendering.profile_files.reader import main; main(*sys.argv[1:])"
)


def read_upload(content: bytes, cmyk_profile: Path, *, pdf_allowed: bool = False) -> UploadedFile:
    """Return a picture made anew, or a PDF as it came where that is allowed; InvalidValue says why it is not taken.

    ``cmyk_profile``: an ICC file. ServiceBusy where AT_ONCE others are being read for PATIENCE_SECONDS.
    """
    if not content:  # 1
        raise _refused("empty")
    is_pdf = content.startswith(b"%PDF")
    most = LARGEST_PDF if is_pdf and pdf_allowed else LARGEST_UPLOAD
    if len(content) > most:
        raise _refused("too_large", most=most // 1_000_000)
    if not _TURN.acquire(timeout=PATIENCE_SECONDS):
        raise ServiceBusy.from_code("profile.busy")
    try:
        answer = _answer_of_child(content, cmyk_profile, "yes" if pdf_allowed else "no")  # 2
    finally:
        _TURN.release()
    return _taken(answer, content)  # 3


def _answer_of_child(content: bytes, cmyk_profile: Path, pdf_allowed: str) -> bytes:
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        process = start_child(
            _PROGRAM,
            cmyk_profile.absolute(),  # the child works elsewhere
            pdf_allowed,
            readable=(cmyk_profile.absolute(),),
            stdin=cast(IO[bytes], file),
            stderr=subprocess.DEVNULL,
        )
        timer = Timer(WALL_SECONDS, process.kill)
        timer.start()
        try:
            with cast(IO[bytes], process.stdout) as answer:
                return answer.read(MOST_ANSWER)
        finally:
            timer.cancel()
            process.kill()
            process.wait()


def _taken(answer: bytes, content: bytes) -> UploadedFile:
    head, _, rest = answer.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(head)
    except ValueError as error:  # it was ended by a limit, or by the file
        raise _refused("too_costly") from error
    if code := told.get("refused"):
        raise _refused(str(code), **told["facts"])
    if told["kind"] == "pdf":
        return UploadedFile(content, "application/pdf")
    (width, height, size), (_, _, large) = told["page"], told["large"]
    if len(rest) != size + large:
        raise _refused("too_costly")
    return UploadedFile(rest[size:], "image/jpeg", rest[:size], width, height)


def _refused(code: str, **facts: object) -> InvalidValue:
    return InvalidValue.from_code(f"profile.file_{code}", field="file", **facts)
