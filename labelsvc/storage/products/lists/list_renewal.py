"""Writes the list of products behind the answers of a process that cannot show it yet.

A worker does so within a second. A list that nobody ever wrote, where no worker runs, would else never be there.
"""

from __future__ import annotations

import logging
import threading
from datetime import date
from functools import partial

from labelsvc.storage.background_threads import begin_thread
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.lists.kept_list import write_list

LOG = logging.getLogger("labelsvc.storage")


class ListRenewal:
    """One thread of a process, while it writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()

    def begin(self, today: date) -> None:
        """Begin to write the list of a day, unless it is being written; where another writer is at work, nothing."""
        if self._turn.acquire(blocking=False) and not begin_thread(partial(self._write, today), "list-renewal"):
            self._turn.release()

    def wait(self) -> None:
        """Wait until nothing is being written."""
        with self._turn:
            pass

    def _write(self, today: date) -> None:
        try:
            write_list(self._database, today, back=True)
        except Exception:  # whatever it is, the next look begins anew
            LOG.exception("the list of products could not be written")
        finally:
            self._turn.release()
