"""The epochs' master keys from a key service: a command prints them, as ``LABELSVC_KEYS`` or ``keys.json`` has them.

It is run at the start of each process, every ten minutes, and when a key is needed that is not known; without a shell,
for ten seconds at most. What it says on standard error is thrown away, as it may name secrets. Once a process has
keys, a command that fails takes none of them away. It is tried again beside what the process does, after five seconds,
ten, twenty, and so on up to a minute; only the first try is waited for.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.domain.label_code import EpochKey
from labelsvc.storage.background_threads import begin_thread
from labelsvc.storage.keys.key_file import LARGEST, KeyFile, parse_json, read_compact

LOG = logging.getLogger("labelsvc.keys")
VARIABLE = "LABELSVC_KEYS_COMMAND"
LONGEST_SECONDS = 10.0
RENEWED_SECONDS = 600.0
LEAST_SECONDS, MOST_SECONDS = 5.0, 60.0
"""Between two runs, however many keys are asked for that it does not give; twice as long after each failure."""
_READ_AT_ONCE = 1 << 16


class KeyCommand:
    """The keys that a command prints. Safe to use from many threads; ``clock`` gives seconds that never go back."""

    by_environment = True
    """Nobody can add a key from here."""
    by_command = True
    place = VARIABLE

    def __init__(self, words: Sequence[str], clock: Callable[[], float] = monotonic) -> None:
        self._words, self._clock = tuple(words), clock
        self._keys: tuple[EpochKey, ...] | None = None
        self._ran_at, self._failures = float("-inf"), 0
        self._refused: KeyRefused | None = None
        self._running = threading.Lock()

    @property
    def trouble(self) -> Problem | None:
        """What was wrong when the command was run last; None if nothing was."""
        return self._refused.problems[0] if self._refused else None

    @property
    def path(self) -> Path:
        """The command, for a person."""
        return Path(self._words[0])

    def read(self) -> tuple[EpochKey, ...]:
        """Return all keys, the newest first. The first time it waits for the command; later that runs beside.

        Raises KeyRefused while the command never gave any.
        """
        if self._refused is None and self._keys is None:
            self.renew(wait=True)
        elif self._refused or self._clock() - self._ran_at >= RENEWED_SECONDS:
            self.renew()
        if self._keys is None:
            raise self._refused or KeyRefused.from_code("keys.command_failed", path=VARIABLE, reason="–")
        return self._keys

    def renew(self, *, wait: bool = False) -> None:
        """Run the command again, unless that was done within seconds; ``wait``: until it has ended."""
        if wait:
            with self._running:
                self._run_if_due()
        elif self._is_due and self._running.acquire(blocking=False) and not begin_thread(self._renew, "renew-keys"):
            self._running.release()

    def add(self, key: EpochKey, *, newest: bool = True) -> None:
        """Refuse (KeyRefused keys.rotate_given) a key that the service does not give: nobody else would have it."""
        if key not in self.read():
            raise KeyRefused.from_code("keys.rotate_given", path=VARIABLE)

    def _renew(self) -> None:
        try:
            self._run_if_due()
        finally:
            self._running.release()

    def _run_if_due(self) -> None:
        if not self._is_due:
            return
        try:
            self._keys, self._refused, self._failures = _keys_in(_output_of(self._words)), None, 0
        except KeyRefused as error:
            self._refused, self._failures = error, self._failures + 1
            LOG.error("the command of the keys failed: %s", error)
        self._ran_at = self._clock()

    @property
    def _is_due(self) -> bool:
        wait = min(LEAST_SECONDS * float(1 << min(max(self._failures - 1, 0), 10)), MOST_SECONDS)
        return self._clock() - self._ran_at >= wait


KeySource = KeyFile | KeyCommand


def _keys_in(output: bytes) -> tuple[EpochKey, ...]:
    """Return the keys in what the command printed; none where it printed nothing."""
    text = output.decode("utf-8", "replace").strip()
    if text.startswith("{"):
        return parse_json(output, VARIABLE)
    return read_compact(text, VARIABLE) if text else ()


def _output_of(words: Sequence[str]) -> bytes:
    """Run a command and return what it printed. Raises KeyRefused: it failed, took too long, or printed too much."""
    try:
        process = subprocess.Popen(  # noqa: S603  the operator's own command, without a shell
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise _failed(error.strerror or type(error).__name__) from error
    with process:
        try:
            output = _read(process, monotonic() + LONGEST_SECONDS)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise _failed(f"status {process.returncode}")
    return output


def _read(process: subprocess.Popen[bytes], until: float) -> bytes:
    """Read what a command prints, and wait for its end."""
    output = bytearray()
    assert process.stdout is not None  # noqa: S101  a pipe was asked for
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while ready.select(max(0.0, until - monotonic())):
            if not (chunk := os.read(process.stdout.fileno(), _READ_AT_ONCE)):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, until - monotonic()))
                    return bytes(output)
                break
            output += chunk
            if len(output) > LARGEST:
                raise _failed(f"> {LARGEST} bytes")
    raise _failed(f"> {LONGEST_SECONDS:.0f} s")


def _failed(reason: str) -> KeyRefused:
    return KeyRefused.from_code("keys.command_failed", path=VARIABLE, reason=reason)
