"""Heartbeats of a claim, from a thread beside the work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TypeVar

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.background_threads import begin_thread

ENDING_SECONDS = 1
AGAIN_SECONDS = 0.5
Answer = TypeVar("Answer")


def patiently(ask: Callable[[], Answer], seconds: float) -> Answer:
    """Return an answer of the database, which may be away for some seconds; then StorageRefused."""
    until = monotonic() + seconds
    while True:
        try:
            return ask()
        except StorageRefused:
            if monotonic() > until:
                raise
            sleep(AGAIN_SECONDS)


@contextmanager
def beating(beat: Callable[[], bool], every_seconds: float, lost: threading.Event | None = None) -> Iterator[None]:
    """Call ``beat`` again and again while the block runs; where it tells that the claim is lost, ``lost`` is set.

    A database that is away for a while loses no claim by itself. Without room for the thread the work goes on: it is
    done, unless others take it for lost meanwhile.
    """
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(every_seconds):
            try:
                if not beat():
                    if lost:
                        lost.set()
                    return
            except StorageRefused:
                continue

    thread = begin_thread(run, "heartbeat")
    try:
        yield
    finally:
        ended.set()
        if thread:
            thread.join(ENDING_SECONDS)
