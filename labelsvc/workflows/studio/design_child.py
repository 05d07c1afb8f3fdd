"""The process that reads designs: it practises with our own, and forks a child for each job (``design_nursery``)."""

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
from labelsvc.limited_process.nursery import answer_files
from labelsvc.workflows.designs.design_nursery import BEGUN, CPU_SECONDS, LENGTH, MEMORY_BYTES, DesignJob
from labelsvc.workflows.designs.preview_label import LabelPreview
from labelsvc.workflows.designs.try_design import TrialJob
from labelsvc.workflows.print_assets import print_assets
from labelsvc.workflows.studio.label_drawing import LookQuestion
from labelsvc.workflows.studio.look_job import LookJob

PRACTISED = 6
"""Designs: more of them load and teach nothing more."""
_ANY_TIME = datetime(2026, 1, 1)


def answer_jobs(templates: str, fonts: str, host: str) -> None:
    """Answer jobs until nobody can ask any more: the process's side."""
    practice = practise(Path(templates), Path(fonts), Host.parse(host))
    answer_files(_answer, most_bytes=MEMORY_BYTES, most_seconds=CPU_SECONDS, practice=practice)


def practise(templates: Path, fonts: Path, host: Host) -> Iterator[None]:
    """Draw our own designs, so that every child inherits what that loads and works out: modules, faces, code tables.

    Only ours: what somebody uploaded is never looked at in this process.
    """
    assets = print_assets(templates, fonts)
    for name in assets.design_names[:PRACTISED]:
        with suppress(LabelsvcError):
            source = assets.design_source(name)
            shown = LabelPreview(name=name, stored=None, mark="", host=host, now=_ANY_TIME, source=source)
            TrialJob(templates, fonts, shown).answer()
            LookJob(assets, LookQuestion(name=name, source=source, host=host, now=_ANY_TIME)).answer()
        gc.freeze()  # collecting in a child would copy what it inherits
        yield


def _answer(said: bytes) -> None:
    """Do the job of standard input, and leave when nobody waits for its answer any more."""
    os.write(1, BEGUN)
    Thread(target=_leave_unread, daemon=True).start()
    with open(0, "rb", closefd=False) as file:
        job: DesignJob = pickle.load(file)  # noqa: S301  from our own parent
    answer = job.answer()
    with open(1, "wb", closefd=False) as stream:
        stream.write(LENGTH.pack(len(answer)) + answer)


def _leave_unread() -> None:
    """End this process once the other end of its standard output is closed."""
    poll = select.poll()
    poll.register(1, 0)
    poll.poll()
    os._exit(1)
