"""Heartbeats of a claim, from a thread beside the work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from labelsvc.domain.errors import StorageRefused

ENDING_SECONDS = 1


@contextmanager
def beating(beat: Callable[[], bool], every_seconds: float) -> Iterator[threading.Event]:
    """Call ``beat`` again and again while the block runs; gives the event of the claim's loss, which ``beat`` tells.

    A database that is away for a while loses no claim by itself.
    """
    ended, lost = threading.Event(), threading.Event()

    def run() -> None:
        while not ended.wait(every_seconds):
            try:
                if not beat():
                    lost.set()
                    return
            except StorageRefused:
                continue

    thread = threading.Thread(target=run, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield lost
    finally:
        ended.set()
        thread.join(ENDING_SECONDS)
