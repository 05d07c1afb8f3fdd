"""Exports are made in a process of their own, one an account at a time, and sent from a file.

A web process has one such process; requests of other accounts wait for it, few and not long. An account has its turn
on all machines while its export is made, and on this one until it is sent, so that neither its exports nor its slow
downloads fill the desk.
"""

from __future__ import annotations

import atexit
import os
import select
import subprocess
import sys
from contextlib import ExitStack, suppress
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import IO

from flask import Response, send_file

from labelsvc.domain.errors import ServiceBusy
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.downloads import MADE_TYPES, PRIVATE, when_sent
from labelsvc.web.desk.export_process import ExportAnswer, ExportJob, read_message, write_message
from labelsvc.web.metrics import EXPORT_SECONDS, EXPORTS

MOST_WAITING = 8
"""Requests of a web process that its process of exports has before it, the one that is made included."""
PATIENCE_SECONDS = 20.0
"""How long others wait for their turn."""
LONGEST_SECONDS = 180.0
"""How long an export may take; 2,000 symbols or 100 pictures take some ten seconds."""
_CHILD = "from labelsvc.web.desk.export_process import answer_jobs; answer_jobs()"


def send_export(batch: str, form: str, first: int, account_id: int, offset: PrinterOffset | None = None) -> Response:
    """Make a form of a batch's labels and send it. ServiceBusy if that cannot be now.

    ``offset``: of the printer that sheets are printed on.
    """
    services = desk.services()
    with ExitStack() as held:
        held.enter_context(services.export_turns.turn(account_id, desk.now()))
        target = held.enter_context(services.export_files.turn(account_id))
        name = _counted(ExportJob(services.settings, batch, form, first, target, offset))
        response = _answer(held.enter_context(target.open("rb")), name)
        when_sent(response, held.pop_all().close)  # the account has its next turn then
    return response


def _counted(job: ExportJob) -> str:
    """Make an export and count it; raises what making it raises."""
    begun, result = monotonic(), "refused"
    try:
        name = _EXPORTER.make(job)
        result = "made"
    except ServiceBusy:
        result = "busy"
        raise
    finally:
        EXPORTS[result].inc()
        EXPORT_SECONDS.inc(monotonic() - begun)
    return name


def _answer(file: IO[bytes], name: str) -> Response:
    media_type = MADE_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    response = send_file(file, mimetype=media_type, as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = PRIVATE
    response.content_length = os.fstat(file.fileno()).st_size
    return response


def _asked(process: subprocess.Popen[bytes], job: ExportJob) -> object:
    """Return what the process says to a job, None if it takes too long or ends."""
    if not process.stdin or not process.stdout:
        return None
    write_message(process.stdin, job)
    answers = select.poll()  # select() knows no descriptor above 1,023
    answers.register(process.stdout, select.POLLIN)
    return read_message(process.stdout) if answers.poll(LONGEST_SECONDS * 1000) else None


class _Exporter:
    """The process of exports of this web process."""

    def __init__(self) -> None:
        self._places, self._turn = BoundedSemaphore(MOST_WAITING), Lock()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def make(self, job: ExportJob) -> str:
        """Make an export and return its name; raises what making it raises, or ServiceBusy."""
        if not self._places.acquire(blocking=False):
            raise ServiceBusy.from_code("export.many")
        try:
            answer = self._answer_in_turn(job)
        finally:
            self._places.release()
        if answer.refusal:
            raise answer.refusal(*answer.problems)
        return answer.name

    def _answer_in_turn(self, job: ExportJob) -> ExportAnswer:
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise ServiceBusy.from_code("export.many")
        try:
            return self._answer(job)
        finally:
            self._turn.release()

    def _answer(self, job: ExportJob) -> ExportAnswer:
        """Return the process's answer; ServiceBusy if it took too long, or too much memory, and was ended."""
        process = self._started()
        answer: object = None
        try:
            with suppress(OSError):
                answer = _asked(process, job)
        finally:
            if not isinstance(answer, ExportAnswer):  # what it says later is no answer to the next job
                self.close()
        if not isinstance(answer, ExportAnswer):
            raise ServiceBusy.from_code("export.ended")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            desk.services().export_files.clear()
            command = (sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {_CHILD}")
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  our own
        return self._process

    def close(self) -> None:
        """End the process, where there is one, with its pipes."""
        if self._process:
            self._process.kill()
            with suppress(OSError), self._process:  # what was not written yet is for nobody
                self._process = None


_EXPORTER = _Exporter()
