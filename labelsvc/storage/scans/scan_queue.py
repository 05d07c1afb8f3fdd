"""Scans that were answered and are not written yet: a process's own, in batches, and what they add to a stamp's counts.

A scan is answered first and counted within a second: a thread writes what waits, a batch in one transaction. The last
second is lost where a process is killed or the power fails. Where the database takes nothing (another program holds
SQLite, a disk is full, PostgreSQL is away) scans are kept with their moments, and counted as if it had been then.

Each batch has a number, which the database remembers with the counts that it changed. So whoever reads a stamp's counts
reads up to which batch they are, and adds what waits since: no scan is shown twice or not at all while it is written.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic, sleep

from labelsvc.storage.background_threads import begin_thread
from labelsvc.storage.scans.device_marks import COUNTED_AGAIN_AFTER, day_number

LOG = logging.getLogger("labelsvc.scans")
MOST_KEPT = 20_000
"""Scans that a process keeps; about 10 MB. More are answered and not counted, which the log says."""
AT_ONCE = 2_000
"""Scans that are written in one transaction: a tenth of a second of SQLite."""
WRITTEN_EVERY = 0.5
"""Seconds that a scan waits for others to be written with it."""
ENDING_SECONDS = 8.0
"""How long a process that ends waits for the database to take what it keeps."""

Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan of a stamp: when, and by what device ("" where that is unknown)."""

    epoch: str
    line: int
    serial: int
    at: datetime
    device: str = ""

    @property
    def stamp(self) -> Stamp:
        """What was scanned."""
        return self.epoch, self.line, self.serial


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """What the database says of a stamp: its counts (0 where it was never scanned) up to a batch of this process.

    Moments are Unix seconds, days are numbers. ``device_at``: when the device that scans now was counted last, today.
    """

    count: int = 0
    first_at: int = 0
    day: int = 0
    devices: int = 0
    most_devices: int = 0
    most_day: int = 0
    batch: int = 0
    device_at: int | None = None


@dataclass(slots=True)
class StampTally:
    """What a batch adds to a stamp's counts: by day its new devices, by day and device when that was counted last."""

    first_at: int
    count: int = 0
    new_devices: dict[int, int] = field(default_factory=dict)
    counted_at: dict[tuple[int, str], int] = field(default_factory=dict)

    def count_scan(self, scan: Scan, *, is_new: bool) -> None:
        """Count a scan; ``is_new``: its device is, on that day."""
        at, day = int(scan.at.timestamp()), day_number(scan.at)
        self.count += 1
        self.first_at = min(self.first_at, at)
        self.new_devices[day] = self.new_devices.get(day, 0) + is_new
        if scan.device:
            self.counted_at[day, scan.device] = at


@dataclass(slots=True)
class ScanBatch:
    """Scans that are written together, in the order in which they came."""

    number: int
    scans: list[Scan] = field(default_factory=list)
    tallies: dict[Stamp, StampTally] = field(default_factory=dict)


class CountsOutdated(Exception):
    """Meanwhile a batch was written that the counts do not include: they must be read again."""


class ScanQueue:
    """The batches that wait. ``write`` writes one, or returns False if the database took none of it."""

    def __init__(self, write: Callable[[ScanBatch], bool]) -> None:
        self._write = write
        self._filling, self._full = ScanBatch(1), deque[ScanBatch]()
        self._count = self._dropped = 0
        self._changes, self._writes = threading.Condition(), threading.Lock()
        self._ends = False
        self._is_writing = False
        self.written = 0
        """The number of the last batch that was written."""
        self.is_held = False
        """Whether the database took nothing when it was tried last."""
        self.tell: Callable[[int], object] = lambda waiting: None
        """Is told now and then how many wait, and when none does any more."""

    def __len__(self) -> int:
        return self._count

    def add(self, scan: Scan, stored: StoredCounts, *, is_counted: bool = True) -> StoredCounts:
        """Let a scan wait, if it counts; return the stamp's counts with all that waits, this one included.

        With ``is_counted`` False it only looks. Raises CountsOutdated where ``stored`` must be read again.
        """
        with self._changes:
            if stored.batch < self.written:
                raise CountsOutdated
            tallies = self._tallies(scan.stamp, stored.batch)
            counted_at = _counted_at(scan, stored, tallies)
            if is_counted and _counts_again(counted_at, int(scan.at.timestamp())):
                self._keep(scan, is_new=bool(scan.device) and counted_at is None)
                tallies = self._tallies(scan.stamp, stored.batch)
        return _with(stored, tallies)

    def keep(self, scan: Scan) -> None:
        """Let a scan wait while nothing can be read."""
        self.add_at_last(scan, StoredCounts())

    def add_at_last(self, scan: Scan, stored: StoredCounts, *, is_counted: bool = True) -> StoredCounts:
        """Do as :meth:`add` where nothing is read again: all that was written is taken to be in ``stored``."""
        with self._changes:  # held, so that no batch counts as written meanwhile
            return self.add(scan, replace(stored, batch=self.written), is_counted=is_counted)

    def write_now(self) -> bool:
        """Write what waits; return False if the database takes nothing."""
        with self._writes:
            while batch := self._next():
                if not self._write(batch):
                    return False
                with self._changes:
                    self._full.popleft()
                    self.written = batch.number
                    self._count -= len(batch.scans)
            return True

    def close(self) -> None:
        """Write what waits before the process ends."""
        with self._changes:
            self._ends = True
            self._changes.notify_all()
        until = monotonic() + ENDING_SECONDS
        while self._count and not self.write_now() and monotonic() < until:
            sleep(WRITTEN_EVERY)
        if self._count:
            LOG.error("%d scans could not be counted", self._count)
        self._ends = False

    def _tallies(self, stamp: Stamp, after: int) -> list[StampTally]:
        batches = (*self._full, self._filling)
        return [each.tallies[stamp] for each in batches if each.number > after and stamp in each.tallies]

    def _keep(self, scan: Scan, *, is_new: bool) -> None:
        if self._count >= MOST_KEPT:
            self._dropped += 1
            return
        self._filling.scans.append(scan)
        at = int(scan.at.timestamp())
        self._filling.tallies.setdefault(scan.stamp, StampTally(at)).count_scan(scan, is_new=is_new)
        self._count += 1
        if len(self._filling.scans) >= AT_ONCE:
            self._close_batch()
        if not self._is_writing:  # the thread waits for this turn's end
            self._is_writing = begin_thread(self._write_until_done, "scans") is not None

    def _close_batch(self) -> None:
        self._full.append(self._filling)
        self._filling = ScanBatch(self._filling.number + 1)
        self._changes.notify_all()

    def _next(self) -> ScanBatch | None:
        with self._changes:
            if not self._full and self._filling.scans:
                self._close_batch()
            return self._full[0] if self._full else None

    def _write_until_done(self) -> None:
        while True:
            with self._changes:
                self._changes.wait_for(lambda: self._ends or (self._full and not self.is_held), WRITTEN_EVERY)
            self._note(is_held=not self._written_all())
            self.tell(self._count)
            with self._changes:
                if self._ends or not self._count:
                    self._is_writing = False
                    return

    def _written_all(self) -> bool:
        try:
            return self.write_now()
        except Exception:  # whatever it is, the scans are kept, and a thread that ended would write none
            LOG.exception("scans could not be written")
            return False

    def _note(self, *, is_held: bool) -> None:
        if is_held and not self.is_held:
            LOG.warning("the database takes no scans for now; they are kept, and counted later")
        self.is_held = is_held
        with self._changes:
            dropped, self._dropped = (0, self._dropped) if is_held else (self._dropped, 0)
        if dropped:
            LOG.error("%d scans were answered and not counted: too many waited", dropped)


def _counted_at(scan: Scan, stored: StoredCounts, tallies: Sequence[StampTally]) -> int | None:
    """Return when the device of a scan was counted last on its day, None if it was not, or is not known."""
    if not scan.device:
        return None
    key = day_number(scan.at), scan.device
    known = (stored.device_at, *(tally.counted_at.get(key) for tally in tallies))
    return max((at for at in known if at is not None), default=None)


def _counts_again(counted_at: int | None, now: int) -> bool:
    """Return whether a scan counts, as the database decides it (``device_marks``); also after a clock ran ahead."""
    return counted_at is None or not now - int(COUNTED_AGAIN_AFTER.total_seconds()) < counted_at <= now


def _with(stored: StoredCounts, tallies: Sequence[StampTally]) -> StoredCounts:
    """Return a stamp's counts with what waits to be added to them."""
    count, first_at = stored.count, [stored.first_at] if stored.count else []
    most, most_day = stored.most_devices, stored.most_day
    devices = {stored.day: stored.devices}
    for tally in tallies:
        count += tally.count
        first_at.append(tally.first_at)
        for day, new in tally.new_devices.items():
            devices[day] = devices.get(day, 0) + new
            if devices[day] > most:
                most, most_day = devices[day], day
    return replace(stored, count=count, first_at=min(first_at, default=0), most_devices=most, most_day=most_day)
