"""Scans that the database does not take just now: kept in memory, and written as soon as it does.

Another program may hold SQLite for seconds, a disk may be full, PostgreSQL may be away. Nobody with a phone waits for
that: the scan is answered, kept here with its moment, and counted later as if it had been counted then. What a process
keeps is lost only where it is killed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from time import monotonic, sleep

LOG = logging.getLogger("labelsvc.scans")
MOST_KEPT = 20_000
"""Scans that a process keeps; about 10 MB. More are answered and not counted, which the log says."""
AT_ONCE = 500
"""Scans that are written in one transaction."""
TRIED_EVERY = 0.25
"""Seconds."""
ENDING_SECONDS = 8.0
"""How long a process that ends waits for the database to take what it keeps."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of a stamp: when, and by what device ("" where that is unknown)."""

    epoch: str
    line: int
    serial: int
    at: datetime
    device: str = ""

    @property
    def stamp(self) -> tuple[str, int, int]:
        """What was scanned."""
        return self.epoch, self.line, self.serial


class KeptScans:
    """The scans that wait. ``write`` writes all that it is given, or returns False if the database took none."""

    def __init__(self, write: Callable[[Sequence[Scan]], bool], *, at_once: int = AT_ONCE) -> None:
        self._write, self._at_once = write, at_once
        self._waiting: dict[tuple[str, int, int], list[Scan]] = {}
        self._count = self._dropped = 0
        self._changes, self._writes = threading.Lock(), threading.Lock()
        self._writer: threading.Thread | None = None

    def __len__(self) -> int:
        return self._count

    def of_stamp(self, scan: Scan) -> list[Scan]:
        """Return the scans of the same stamp that wait, the first one first."""
        with self._changes:
            return list(self._waiting.get(scan.stamp, ()))

    def keep(self, scan: Scan) -> None:
        """Keep a scan, and see to it that it is written."""
        with self._changes:
            if self._count >= MOST_KEPT:
                self._dropped += 1
                return
            self._waiting.setdefault(scan.stamp, []).append(scan)
            self._count += 1
            if self._writer is None:
                LOG.warning("the database takes no scans for now; they are kept, and counted later")
                self._writer = threading.Thread(target=self._write_until_done, daemon=True, name="kept-scans")
                self._writer.start()

    def write_now(self) -> bool:
        """Write what waits; return False if the database still takes nothing."""
        with self._writes:
            while True:
                with self._changes:
                    some = list(islice(chain.from_iterable(self._waiting.values()), self._at_once))
                if not some:
                    return True
                if not self._write(some):
                    return False
                self._forget(some)

    def close(self) -> None:
        """Write what waits before the process ends."""
        until = monotonic() + ENDING_SECONDS
        while self._count and not self.write_now() and monotonic() < until:
            sleep(TRIED_EVERY)
        if self._count:
            LOG.error("%d scans could not be counted", self._count)

    def _forget(self, written: Sequence[Scan]) -> None:
        with self._changes:
            for scan in written:
                waiting = self._waiting[scan.stamp]
                del waiting[0]
                if not waiting:
                    del self._waiting[scan.stamp]
            self._count -= len(written)

    def _write_until_done(self) -> None:
        while True:
            sleep(TRIED_EVERY)
            try:
                self.write_now()
            except Exception:
                LOG.exception("kept scans could not be written")
            with self._changes:
                if not self._count:
                    self._writer = None
                    if self._dropped:
                        LOG.error("%d scans were answered and not counted: too many waited", self._dropped)
                    self._dropped = 0
                    return
