"""A device counts once within the hour, and cannot be identified afterwards.

A mark is a keyed hash of a stamp and of what a device shows (its address and agent). Its key, the salt of the day, is
made by the first scan of a day in Vietnam, shared by all processes through the database, and destroyed with all marks
when the day is over: at the first scan after it, at every start of the service, and by the worker within a minute.
As the stamp is part of what is hashed, marks of one device on two stamps have nothing in common.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2b

from sqlalchemy import text

from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.db.driver_connection import DriverConnection, Transaction

COUNTED_AGAIN_AFTER = timedelta(hours=1)
"""After this time the same device on the same stamp counts as another scan."""
SALT_BYTES, MARK_BYTES = 32, 8
FIRST_DAY = datetime(1970, 1, 1, tzinfo=VIETNAM)


def day_number(now: datetime) -> int:
    """Return the day in Vietnam as a number of days since 1970."""
    return (now.astimezone(VIETNAM) - FIRST_DAY).days


def day_of(number: int) -> date:
    """Return the day of such a number."""
    return FIRST_DAY.date() + timedelta(days=number)


class DeviceMarks:
    """The salt of the day and the devices that were counted under it."""

    def __init__(self, reading: DriverConnection, writing: DriverConnection) -> None:
        self._reading, self._writing = reading, writing
        self._see, self._make, self._find, self._end_salts, self._end_marks = map(
            writing.prepare, (_SEE, _MAKE, _FIND, _END_SALTS, _END_MARKS)
        )
        self._salt: tuple[int, bytes] = (0, b"")

    def find_mark(self, device: str, stamp: tuple[str, int, int], now: datetime) -> int | None:
        """Return the mark of a device on a stamp; None where no device has one today, as the day has no salt yet."""
        day = day_number(now)
        if self._salt[0] != day:
            rows = self._reading.rows(self._find, {"day": day})
            if not rows:
                return None
            self._salt = day, bytes.fromhex(rows[0][0])
        return _mark(self._salt[1], device, stamp)

    def make_mark(self, device: str, stamp: tuple[str, int, int], now: datetime) -> dict[str, int]:
        """Return the mark of a device on a stamp, with what :meth:`times_counted` wants besides."""
        day, salt = self._salt
        if day != day_number(now):
            day, salt = self._salt = day_number(now), self._salt_of(day_number(now))
        at = int(now.timestamp())
        counted_before = at - int(COUNTED_AGAIN_AFTER.total_seconds())
        return {"mark": _mark(salt, device, stamp), "day": day, "at": at, "counted_before": counted_before}

    def times_counted(self, transaction: Transaction, marks: Sequence[dict[str, int]]) -> list[int]:
        """Remember that devices scanned; return how often each counts today, 0 if it was counted within the hour."""
        return [int(rows[0][0]) if rows else 0 for rows in transaction.each(self._see, marks)]

    def forget_before(self, now: datetime) -> None:
        """Destroy the salts and marks of days that are over."""
        self._forget_before(day_number(now))

    def _forget_before(self, day: int) -> None:
        self._writing.rows(self._end_salts, {"day": day})
        self._writing.rows(self._end_marks, {"day": day})

    def _salt_of(self, day: int) -> bytes:
        self._forget_before(day)
        self._writing.rows(self._make, {"day": day, "salt": secrets.token_hex(SALT_BYTES)})
        return bytes.fromhex(self._writing.rows(self._find, {"day": day})[0][0])


def _mark(salt: bytes, device: str, stamp: tuple[str, int, int]) -> int:
    epoch, line, serial = stamp
    text_of_both = f"{epoch}:{line}:{serial}\n{device}".encode()
    return int.from_bytes(blake2b(text_of_both, key=salt, digest_size=MARK_BYTES).digest(), signed=True)


_SEE = text("""\
INSERT INTO device_marks (mark, day, at, times) VALUES (:mark, :day, :at, 1)
ON CONFLICT (mark) DO UPDATE SET at = excluded.at, times = device_marks.times + 1
WHERE device_marks.at <= :counted_before OR device_marks.at > :at
RETURNING times""")

_MAKE = text("INSERT INTO day_salts (day, salt) VALUES (:day, :salt) ON CONFLICT (day) DO NOTHING")
_FIND = text("SELECT salt FROM day_salts WHERE day = :day")
_END_SALTS = text("DELETE FROM day_salts WHERE day < :day OR day > :day + 1")
_END_MARKS = text("DELETE FROM device_marks WHERE day < :day OR day > :day + 1")
"""Later days are of a clock that ran ahead; another machine may be in the next day already."""
