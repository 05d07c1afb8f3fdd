"""The process that reads designs: it practises with our own, and forks children that do jobs (``design_nursery``)."""

from __future__ import annotations

import gc
import os
import pickle
import select
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Thread

from labelsvc.domain.errors import LabelsvcError
from labelsvc.domain.host import Host
from labelsvc.limited_process import limit_seconds
from labelsvc.limited_process.nursery import answer_files
from labelsvc.workflows.designs.design_nursery import BEGUN, CPU_SECONDS, LENGTH, MEMORY_BYTES, DesignJob
from labelsvc.workflows.designs.preview_label import LabelPreview
from labelsvc.workflows.designs.try_design import TrialJob
from labelsvc.workflows.print_assets import print_assets
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.look_job import LookJob

PRACTISED = ("tem-25x35", "tem-tron-32", "nhan-60x90")
"""A stamp, a round one, and a label with the fields of law: more of them load and teach hardly more."""
MOST_JOBS, IDLE_SECONDS = 100, 60.0
"""Of a child: then it ends, with all that it remembers."""
_ANY_TIME = datetime(2026, 1, 1)


def answer_jobs(templates: str, fonts: str, host: str) -> None:
    """Answer jobs until nobody can ask any more: the process's side."""
    practice = practise(Path(templates), Path(fonts), Host.parse(host))
    answer_files(_answer, most_bytes=MEMORY_BYTES, most_seconds=CPU_SECONDS, practice=practice)
    os._exit(0)  # what practice has left open needs no closing


def practise(templates: Path, fonts: Path, host: Host) -> Iterator[None]:
    """Draw our own designs, so that every child inherits what that loads and works out: modules, faces, code tables.

    Only ours: what somebody uploaded is never looked at in this process.
    """
    assets = print_assets(templates, fonts)
    for name in PRACTISED:
        with suppress(LabelsvcError):
            source = assets.design_source(name)
            shown = LabelPreview(name=name, stored=None, mark="", host=host, now=_ANY_TIME, source=source)
            TrialJob(templates, fonts, shown).answer()
            LookJob(assets, LookQuestion(name=name, source=source, host=host, now=_ANY_TIME)).answer()
        gc.freeze()  # collecting in a child would copy what it inherits
        yield


def _answer(said: bytes) -> None:
    """Do one job after the other, each within its limits; leave when nobody waits for an answer any more."""
    Thread(target=_leave_unread, daemon=True).start()
    with open(0, "rb", closefd=False) as asked, open(1, "wb", closefd=False) as answered:
        for _ in range(MOST_JOBS):
            if not select.select([0], [], [], IDLE_SECONDS)[0] or len(head := asked.read(LENGTH.size)) < LENGTH.size:
                return
            job: DesignJob = pickle.loads(asked.read(LENGTH.unpack(head)[0]))  # noqa: S301  from our own parent
            limit_seconds(CPU_SECONDS)
            os.write(1, BEGUN)
            answer = job.answer()
            answered.write(LENGTH.pack(len(answer)) + answer)
            answered.flush()


def _leave_unread() -> None:
    """End this process once the other end of its standard output is closed."""
    poll = select.poll()
    poll.register(1, 0)
    poll.poll()
    os._exit(1)
