"""Whether the database answers: while it is away, one thread tries to reach it, and no request waits for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from labelsvc.storage.background_threads import begin_thread

LOG = logging.getLogger("labelsvc.storage")

RETRIED_EVERY = 0.5
"""Seconds."""


class DatabaseWatch:
    """``probe`` raises while the database is away."""

    def __init__(self, probe: Callable[[], None]) -> None:
        self._probe = probe
        self._turn = threading.Lock()
        self._away: Exception | None = None
        self._is_over = threading.Event()

    def refuse(self, kind: type[Exception]) -> None:
        """Raise ``kind`` while the database is away, with its last error as the cause."""
        if self._away is not None:
            raise kind from self._away

    def begin(self, error: Exception) -> None:
        """Take the database for away from now on, until it is reached again; not where nobody can try to reach it."""
        with self._turn:
            if self._away is None:
                is_over = threading.Event()
                if begin_thread(partial(self._try, is_over), "database-watch"):
                    self._away, self._is_over = error.with_traceback(None), is_over

    def end(self) -> None:
        """Try no more."""
        with self._turn:
            self._is_over.set()
            self._away = None

    def _try(self, is_over: threading.Event) -> None:
        while not is_over.wait(RETRIED_EVERY):
            try:
                self._probe()
            except Exception as error:  # noqa: BLE001  whatever it is, the database does not answer
                LOG.debug("the database is still away: %r", error)
                continue
            with self._turn:
                if not is_over.is_set():
                    self._away = None
            return
