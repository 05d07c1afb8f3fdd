"""Outputs that refuse files: since when, why, and when they are tried again.

All batches of such an output wait together. After a pause, which grows up to MOST_PAUSE, one claim is given as a trial;
where its files are taken all go on. Each machine notes for itself, as a disk may be mounted read-only on one alone.
A batch whose own folder alone refuses files waits alone; its name is the place then.
Clocks may differ, or jump: a pause that would last longer than any does is over.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, delete, insert, select, type_coerce, update

from labelsvc.domain.errors import Problem
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.output_path import kept_folder
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.waiting import output_waits

FIRST_PAUSE, MOST_PAUSE = timedelta(seconds=2), timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=10)
"""An output that nobody tried for so long is no longer told of: no worker runs, or nothing is to be printed."""
KEPT_FOLDER = type_coerce(batches.c.folder, Text)
_WORDS = {
    "output.full": "waiting.full",
    "output.quota_used_up": "waiting.quota_used_up",
    "output.read_only": "waiting.read_only",
    "output.file_too_large": "waiting.file_too_large",
    "output.no_answer": "waiting.no_answer",
    "output.store_full": "waiting.store_full",
    "output.store_down": "waiting.store_down",
}
"""Sentences that speak of waiting; any other problem is told as it is."""


@dataclass(frozen=True, slots=True)
class OutputWait:
    """An output that refuses files, ``place`` as in :func:`place_of`, or the name of a batch whose folder does.

    ``machine``: which one it refuses them from, empty where all is one machine. ``tries`` were made since the first.
    """

    machine: str
    place: str
    since: datetime
    retry_at: datetime
    tries: int
    problem: Problem

    @property
    def is_of_batch(self) -> bool:
        """Whether one batch alone waits, for its own folder."""
        return bool(self.place) and not _is_absolute(self.place)

    def pauses(self, now: datetime) -> bool:
        """Return whether it is not to be tried yet."""
        return timedelta() < self.retry_at - now <= MOST_PAUSE

    def is_forgotten(self, now: datetime) -> bool:
        """Return whether nobody has tried it for long."""
        return now - self.retry_at > FORGOTTEN_AFTER

    def told(self, ordered_at: datetime) -> Problem:
        """Return what people read of a batch that was ordered then: since when it waits for the output, and why."""
        code, facts = self.problem.code, self.problem.facts
        why = Problem(_WORDS[code], facts) if code in _WORDS else Problem("waiting.other", {"why": self.problem})
        said = {"since": max(self.since, ordered_at).astimezone(VIETNAM), "why": why}
        if self.machine:
            return Problem("waiting.since_on", {"machine": self.machine, **said})
        return Problem("waiting.since", said)


class OutputWaits:
    """The outputs that batches wait for; ``machine``: whose claims these are, by the name of this one if not given."""

    def __init__(self, database: Database, machine: str | None = None) -> None:
        self._database = database
        is_of_one = database.dialect == "sqlite"
        self._machine = ("" if is_of_one else platform.node()) if machine is None else machine

    def all(self, now: datetime) -> list[OutputWait]:
        """Return the outputs that refuse files, of all machines, the one that does for longest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(output_waits).order_by(output_waits.c.since))
            return [wait for wait in map(_wait_of, rows) if not wait.is_forgotten(now)]

    def refused(self, place: str, problem: Problem, now: datetime) -> None:
        """Note that an output refused files, and let its batches wait; who is late in a pause prolongs nothing."""
        with self._database.writing() as connection:
            wait = self._find(connection, place)
            said = {"code": problem.code, "facts": _as_json(problem)}
            if wait is None or wait.is_forgotten(now):
                self._begin(connection, place, now, said)
                return
            later = {} if wait.pauses(now) else _tried(wait, now)
            connection.execute(update(output_waits).where(*self._own(place)).values(**said, **later))

    def works(self, *places: str) -> None:
        """Note that an output, or a batch's folder, took files: all that wait for it go on."""
        with self._database.reading() as connection:
            refused = self._refuse(connection, *places)
        if not refused:
            return
        with self._database.writing() as connection:
            connection.execute(delete(output_waits).where(*self._own(*places)))

    def refuses(self, connection: Connection, batch: str, folder: str) -> bool:
        """Return whether a batch's folder, or the output that it is in, refused files when it was last tried."""
        return self._refuse(connection, place_of(folder), batch)

    def give_trial(self, connection: Connection, batch: str, folder: str, now: datetime) -> None:
        """Let nobody else try a batch's folder, and the output that it is in, before the next pause is over."""
        for place in (place_of(folder), batch):
            wait = self._find(connection, place)
            if wait and not wait.is_forgotten(now):
                connection.execute(update(output_waits).where(*self._own(place)).values(**_tried(wait, now)))

    def not_paused(self, connection: Connection, now: datetime) -> list[ColumnElement[bool]]:
        """Return the conditions of the batches whose output may be tried."""
        rows = connection.execute(select(output_waits).where(self._is_own))
        return [~_is_in(wait.place) for wait in map(_wait_of, rows) if wait.pauses(now)]

    def _find(self, connection: Connection, place: str) -> OutputWait | None:
        row = connection.execute(select(output_waits).where(*self._own(place))).first()
        return _wait_of(row) if row else None

    def _refuse(self, connection: Connection, *places: str) -> bool:
        return connection.execute(select(output_waits.c.place).where(*self._own(*places))).first() is not None

    def _begin(self, connection: Connection, place: str, now: datetime, said: dict[str, Any]) -> None:
        """Note a wait that begins; what is forgotten goes: machines may have another name at each start."""
        own, forgotten = and_(*self._own(place)), output_waits.c.retry_at < now - FORGOTTEN_AFTER
        connection.execute(delete(output_waits).where(own | forgotten))
        wait = {"machine": self._machine, "place": place, "since": now, "retry_at": now + FIRST_PAUSE, "tries": 0}
        connection.execute(insert(output_waits).values(**wait, **said))

    def _own(self, *places: str) -> tuple[ColumnElement[bool], ...]:
        return self._is_own, output_waits.c.place.in_(places)

    def is_own(self, wait: OutputWait) -> bool:
        """Return whether it is this machine that an output refuses files from."""
        return wait.machine == self._machine

    @property
    def _is_own(self) -> ColumnElement[bool]:
        return output_waits.c.machine == self._machine


def place_of(folder: str, output: str = "") -> str:
    """Return which output a batch's folder is in: empty for ``output``, or where the folder is kept relative to it."""
    kept = kept_folder(folder, output)
    return kept.rpartition("/")[0] if _is_absolute(kept) else ""


def wait_for(batch: str, folder: str, output: str, waits: Sequence[OutputWait]) -> OutputWait | None:
    """Return what a batch with a folder waits for, if anything."""
    places = place_of(folder, output), batch
    return next((wait for wait in waits if wait.place in places), None)


def _is_in(place: str) -> ColumnElement[bool]:
    """Return the condition of the batches of an output, by their folders as they are kept, or of a batch alone."""
    if _is_absolute(place):
        return KEPT_FOLDER.startswith(f"{place}/", autoescape=True)
    if place:
        return batches.c.name == place
    return ~KEPT_FOLDER.startswith("/") & ~KEPT_FOLDER.contains("://")


def _is_absolute(kept: str) -> bool:
    return kept.startswith("/") or "://" in kept


def _tried(wait: OutputWait, now: datetime) -> dict[str, Any]:
    tries = wait.tries + 1
    return {"tries": tries, "retry_at": now + min(MOST_PAUSE, FIRST_PAUSE * 2 ** min(tries, 10))}


def _wait_of(row: Any) -> OutputWait:
    problem = Problem(row.code, row.facts)
    return OutputWait(row.machine, row.place, row.since, row.retry_at, row.tries, problem)


def _as_json(problem: Problem) -> dict[str, Any]:
    plain = (str, int, float)
    return {name: fact if isinstance(fact, plain) else str(fact) for name, fact in problem.facts.items()}
