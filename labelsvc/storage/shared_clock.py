"""The clock that all machines of an office share: PostgreSQL's. With SQLite there is one machine, and its own clock.

A print machine whose clock is a year ahead neither refuses products as expired nor clears files away as old. A web
machine asks for it once a minute and counts on by what nobody sets, so that neither a scan nor a page asks for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from labelsvc.domain.errors import StorageRefused
from labelsvc.storage.db.database import Database

LOG = logging.getLogger("labelsvc.storage")
COMPARED_EVERY, TRIED_AGAIN_AFTER = 60.0, 1.0
"""Seconds; the latter until the database answered for the first time."""
LONGEST_ANSWER = 1.0
"""Seconds: an answer that took longer says too little, where there was a better one before."""


class SharedClock:
    """The shared clock as one process knows it; its own until the database answered. Safe to use from many threads."""

    def __init__(self, database: Callable[[], Database], steady: Callable[[], float] | None = None) -> None:
        self._database = database
        self._steady = steady or _seconds_since_boot
        self._compared: tuple[datetime, float] | None = None
        """A moment of the shared clock, and of the steady one."""

    def now(self) -> datetime:
        """Return the present moment, in UTC; asks nobody."""
        if self._compared is None:
            return datetime.now(UTC)
        moment, steady = self._compared
        return moment + timedelta(seconds=self._steady() - steady)

    def compare(self) -> bool:
        """Ask the database; return whether it answered. With SQLite there is nobody to ask."""
        before = self._steady()
        try:
            if (database := self._database()).dialect == "sqlite":
                return True
            moment = shared_now(database)
        except StorageRefused as error:
            LOG.warning("the database did not say what time it is: %s", error)
            return False
        took = self._steady() - before
        if self._compared is None or took < LONGEST_ANSWER:
            self._compared = moment, before + took / 2
        return True

    def watch(self) -> None:
        """Compare now and each minute, in a thread that goes with the process."""
        if not self.compare() or self._compared:
            threading.Thread(target=self._compare_each_minute, daemon=True, name="shared-clock").start()

    def _compare_each_minute(self) -> None:
        while True:
            time.sleep(COMPARED_EVERY if self._compared else TRIED_AGAIN_AFTER)
            try:
                self.compare()
            except Exception:  # whatever it is, later minutes are compared
                LOG.exception("the clocks could not be compared")


def _seconds_since_boot() -> float:
    """Return seconds that nobody sets, a laptop's sleep among them where the system counts it (Linux)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def shared_now(database: Database) -> datetime:
    """Return the present moment, in UTC. StorageRefused where the database does not answer."""
    if database.dialect == "sqlite":
        return datetime.now(UTC)
    with database.reading() as connection:
        return shared_moment(connection, datetime.now(UTC))


def shared_moment(connection: Connection, own: datetime) -> datetime:
    """Return the present moment within a transaction, in UTC; ``own``: what this machine's clock says, for SQLite."""
    if connection.dialect.name == "sqlite":
        return own
    now: datetime = connection.scalars(select(func.clock_timestamp())).one()
    return now.astimezone(UTC)
