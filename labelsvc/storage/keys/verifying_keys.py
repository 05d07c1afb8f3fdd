"""The keys that a process verifies with: what it has read once it keeps, and it knows when one is missing.

A code that no key opens is somebody else's only where every key is at hand. So the keys are compared with the epochs
that the database names: at start, each minute, and at a code that fits none of them, at most ten times a second. As
long as one is missing, or nobody could compare, such a code cannot be checked, and is never said to be somebody else's.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic, sleep

from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.domain.label_code import EpochKey, OpenedCode, VerifyingKey, open_with
from labelsvc.storage.keys.key_command import KeySource

LOG = logging.getLogger("labelsvc.keys")
COMPARED_EVERY = 60.0
"""Seconds."""
TRUSTED_FOR = 2 * COMPARED_EVERY
"""Seconds for which a comparison holds while the database does not answer."""
LEAST_BETWEEN = 0.1
"""Seconds between two comparisons, so that forged codes cost no query each; nobody prints a stamp of a new epoch and
scans it sooner."""
LONGEST_WAIT = 0.5
"""Seconds that a code waits for a comparison; then it cannot be checked."""
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
        self, key_file: KeySource, needed: Callable[[], NeededEpochs], clock: Callable[[], float] = monotonic
    ) -> None:
        self._key_file, self._ask, self._clock = key_file, needed, clock
        self._keys: dict[str, EpochKey] = {}
        self._needed: frozenset[str] = frozenset()
        self._asked_at = self._compared_at = self._alarmed_at = float("-inf")
        self._comparing, self._taking = threading.Lock(), threading.Lock()
        self._database_answered = True
        self._signing: tuple[str, ...] = ()
        self._fault_of_file: Problem | None = None

    def all(self) -> tuple[EpochKey, ...]:
        """Return every key that was read so far, the newest first, what the file has now among them."""
        self._read()
        return tuple(self._keys.values())

    def signing(self) -> tuple[EpochKey, ...]:
        """Return the keys at hand that sign verdicts, the one that issues first, by the last comparison."""
        at_hand = (self._keys[name] for name in self._signing if name in self._keys)
        return tuple(key for key in at_hand if not isinstance(key, VerifyingKey))

    def remember(self, keys: Iterable[EpochKey]) -> None:
        """Take keys that the service's first process has read, should the file be bad by now."""
        with self._taking:
            self._keys = {key.name: key for key in keys} | self._keys

    def open(self, code: str) -> OpenedCode:
        """Return what a normalised code names. A genuine one touches neither file nor database."""
        tried = self._keys
        opened = open_with(tried.values(), code)
        if opened.stamp is not None:
            return opened
        self._read()
        certain = self._is_complete()
        if self._keys is not tried:  # whoever read them: this thread or another
            opened = open_with(self._keys.values(), code)
        return opened if opened.stamp is not None else OpenedCode(certain=certain)

    def compare(self) -> None:
        """Read the keys and compare them with the epochs that the database names; the log says what is wrong."""
        with self._comparing:
            self._compare()

    def _compare(self) -> None:
        began = self._clock()
        self._read()
        try:
            needed = self._ask()
        except Exception as error:  # noqa: BLE001  whatever it is, no genuine stamp may be red for it
            self._database_answered = False
            LOG.warning("the database did not say which keys are needed: %s", type(error).__name__)
        else:
            self._database_answered = True
            self._needed = (self._needed | needed.names) - needed.given_up
            if needed.names or needed.given_up:
                self._compared_at, self._signing = began, needed.signing
            if self._needed - self._keys.keys():  # a key service is asked again, and has the answer for a later look
                self._key_file.renew()
        self._asked_at = began
        self._alarm()

    def watch(self, note: Callable[[], None] = lambda: None) -> None:
        """Compare each minute, in a thread that goes with the process; ``note`` is called now and after each time."""
        note()

        def compare_each_minute() -> None:
            while True:
                sleep(COMPARED_EVERY)
                self.compare()
                note()

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
        """Return whether every key is at hand, by a comparison of this moment.

        By an earlier one while the database does not answer: codes do not queue for it then.
        """
        if self._is_due:
            if self._comparing.acquire(timeout=LONGEST_WAIT if self._database_answered else 0):
                try:
                    if self._is_due:  # still, after the comparison that was waited for
                        self._compare()
                finally:
                    self._comparing.release()
            elif self._database_answered:
                return False
        return self._is_compared and self._needed <= self._keys.keys()

    @property
    def _is_due(self) -> bool:
        return self._clock() - self._asked_at >= LEAST_BETWEEN

    def _read(self) -> bool:
        """Take what the file has besides what is known; return whether there was something."""
        try:
            keys = {key.name: key for key in self._key_file.read()}
        except KeyRefused as error:
            self._fault_of_file = error.problems[0]
            return False
        with self._taking:
            lost, new = self._keys.keys() - keys.keys(), keys.keys() - self._keys.keys()
            lacking = Problem("keys.alarm_file", {"lacks": ", ".join(sorted(lost))}) if lost else None
            self._fault_of_file = lacking or self._key_file.trouble
            if new:
                self._keys = keys | {name: self._keys[name] for name in self._keys if name not in keys}
        return bool(new)

    def _alarm(self) -> None:
        troubles = [*self.troubles, *filter(None, [self._fault_of_file])]
        if troubles and self._clock() - self._alarmed_at >= ALARM_EVERY:
            self._alarmed_at = self._clock()
            LOG.error("keys are not at hand: %s", "; ".join(map(str, troubles)))
