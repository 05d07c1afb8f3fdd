"""Logs the steps of a batch: batch, part, step number as in the module's docstring, seconds, pieces."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

LOG = logging.getLogger("labelsvc.print")


@contextmanager
def logged_step(step: int, name: str, batch: str, part: int, pieces: int) -> Iterator[None]:
    """Log at INFO that a step of a part was done, and in how many seconds; a step that fails is not logged."""
    began = monotonic()
    yield
    seconds = round(monotonic() - began, 3)
    facts = {"batch": batch, "part": part, "step": step, "name": name, "seconds": seconds, "pieces": pieces}
    LOG.info(
        "batch %s part %d: step %d (%s) took %.3f s, %d pieces",
        batch,
        part,
        step,
        name,
        seconds,
        pieces,
        extra={"facts": facts},
    )
