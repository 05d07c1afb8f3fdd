"""The keys that a process verifies with: what it has read once it keeps, and it knows when one is missing.

A code that no key opens is somebody else's only where every key is at hand. So the keys are compared with the epochs
that the database names: at start, each minute, and at a code that fits none of them, at most once a second. As long as
one is missing, or nobody could compare, such a code cannot be checked, and is never said to be somebody else's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic, sleep

from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.domain.label_code import EpochKey, OpenedCode, open_with
from labelsvc.storage.keys.key_file import KeyFile

LOG = logging.getLogger("labelsvc.keys")
COMPARED_EVERY = 60.0
"""Seconds."""
TRUSTED_FOR = 2 * COMPARED_EVERY
"""Seconds for which a comparison holds while the database does not answer."""
LEAST_BETWEEN = 1.0
"""Seconds between two comparisons, so that forged codes cost no query each."""
ALARM_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class NeededEpochs:
    """The epochs whose keys must be at hand, and those that were given up; none at all in a database that is new."""

    names: frozenset[str]
    given_up: frozenset[str] = frozenset()
    signing: tuple[str, ...] = ()


class VerifyingKeys:
    """The keys of one process. ``needed`` asks the database; whatever it raises leaves the comparison undone.

    Safe to use from many threads. ``clock`` gives seconds that never go back.
    """

    def __init__(
        self, key_file: KeyFile, needed: Callable[[], NeededEpochs], clock: Callable[[], float] = monotonic
    ) -> None:
        self._key_file, self._ask, self._clock = key_file, needed, clock
        self._keys: dict[str, EpochKey] = {}
        self._needed: frozenset[str] = frozenset()
        self._asked_at = self._compared_at = self._alarmed_at = float("-inf")
        self._comparing, self._taking = threading.Lock(), threading.Lock()
        self._signing: tuple[str, ...] = ()
        self._fault_of_file: Problem | None = None

    def all(self) -> tuple[EpochKey, ...]:
        """Return every key that was read so far, the newest first, what the file has now among them."""
        self._read()
        return tuple(self._keys.values())

    def signing(self) -> tuple[EpochKey, ...]:
        """Return the keys at hand that sign verdicts, the one that issues first, by the last comparison."""
        return tuple(self._keys[name] for name in self._signing if name in self._keys)

    def remember(self, keys: Iterable[EpochKey]) -> None:
        """Take keys that the service's first process has read, should the file be bad by now."""
        with self._taking:
            self._keys = {key.name: key for key in keys} | self._keys

    def open(self, code: str) -> OpenedCode:
        """Return what a normalised code names. A genuine one touches neither file nor database."""
        opened = open_with(self._keys.values(), code)
        if opened.stamp is None and self._read():
            opened = open_with(self._keys.values(), code)
        return opened if opened.stamp is not None else OpenedCode(certain=self._is_complete())

    def compare(self) -> None:
        """Read the keys and compare them with the epochs that the database names; the log says what is wrong."""
        began = self._asked_at = self._clock()
        self._read()
        try:
            needed = self._ask()
        except Exception as error:  # noqa: BLE001  whatever it is, no genuine stamp may be red for it
            LOG.warning("the database did not say which keys are needed: %s", type(error).__name__)
        else:
            self._needed = (self._needed | needed.names) - needed.given_up
            if needed.names or needed.given_up:
                self._compared_at, self._signing = began, needed.signing
        self._alarm()

    def watch(self) -> None:
        """Compare each minute, in a thread that goes with the process."""

        def compare_each_minute() -> None:
            while True:
                sleep(COMPARED_EVERY)
                self.compare()

        threading.Thread(target=compare_each_minute, daemon=True, name="compare-keys").start()

    @property
    def troubles(self) -> tuple[Problem, ...]:
        """What keeps codes from being checked now, or will after the next start, by the last comparison."""
        found = []
        if missing := sorted(self._needed - self._keys.keys()):
            found.append(Problem("keys.alarm_missing", {"epoch": ", ".join(missing)}))
        elif self._asked_at > self._compared_at and not self._is_compared:
            found.append(Problem("keys.alarm_not_compared"))
        if self._fault_of_file:
            found.append(Problem("keys.alarm_file"))
        return tuple(found)

    @property
    def _is_compared(self) -> bool:
        return self._clock() - self._compared_at <= TRUSTED_FOR

    def _is_complete(self) -> bool:
        """Return whether every key is at hand, by a comparison of this very second, or else by the last one."""
        if self._clock() - self._asked_at >= LEAST_BETWEEN and self._comparing.acquire(blocking=False):
            try:
                self.compare()
            finally:
                self._comparing.release()
        return self._is_compared and self._needed <= self._keys.keys()

    def _read(self) -> bool:
        """Take what the file has besides what is known; return whether there was something."""
        try:
            keys = {key.name: key for key in self._key_file.read()}
        except KeyRefused as error:
            self._fault_of_file = error.problems[0]
            return False
        with self._taking:
            lost, new = self._keys.keys() - keys.keys(), keys.keys() - self._keys.keys()
            self._fault_of_file = Problem("keys.alarm_file", {"lacks": ", ".join(sorted(lost))}) if lost else None
            if new:
                self._keys = keys | {name: self._keys[name] for name in self._keys if name not in keys}
        return bool(new)

    def _alarm(self) -> None:
        troubles = [*self.troubles, *filter(None, [self._fault_of_file])]
        if troubles and self._clock() - self._alarmed_at >= ALARM_EVERY:
            self._alarmed_at = self._clock()
            LOG.error("keys are not at hand: %s", "; ".join(map(str, troubles)))
