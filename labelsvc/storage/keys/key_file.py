"""The epochs' master keys, in a file that only its owner may read, or from the environment.

The file is JSON: ``{"format": "labelsvc keys 1", "keys": [{"epoch": NAME, "master": 64 hex digits, "construction":
"blake2b-siv-52"}, …]}``, the newest first. Files of before name no construction, and mean this one. The compact form,
which ``LABELSVC_KEYS`` takes and ``labelsvc keys export`` gives, is one line: ``NAME:64 hex digits,NAME:64 hex
digits``. An epoch's name is derived from its master, so an error shows at once.
"""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from collections.abc import Iterable
from pathlib import Path

from labelsvc.domain.errors import KeyRefused, Problem
from labelsvc.domain.label_code import CONSTRUCTION, MASTER_BYTES, EpochKey, VerifyingKey
from labelsvc.storage.files.file_lock import file_lock
from labelsvc.storage.files.private_file import FOLDER_MODE, MODE, write_private

FORMAT = "labelsvc keys 1"
ENVIRONMENT = "LABELSVC_KEYS"
LARGEST = 1 << 20
"""Bytes; more are no keys."""

_VERIFYING = re.compile(rf"v([0-9a-fA-F]{{{4 * MASTER_BYTES}}})([0-9a-fA-F]{{16}})")
_NAME = re.compile("[0-9A-Za-z]{8}")
_MASTER = re.compile(rf"[0-9a-fA-F]{{{2 * MASTER_BYTES}}}")


_Stamp = tuple[int, int, int, int]
"""Another one after every change of the file, of who may read it too."""


class KeyFile:
    """The keys that this host knows. A file is made once, grows, and never loses a key.

    ``given`` is the compact form from the environment; where it is not empty, it counts alone and no file is read.
    """

    by_command = False
    trouble: Problem | None = None
    """What a key service was asked for in vain; a file says what is wrong with it when it is read."""

    def __init__(self, path: Path, given: str = "") -> None:
        self.path = path
        self._given = read_compact(given, ENVIRONMENT) if given.strip() else ()
        self._seen: _Stamp | None = None
        self._keys: tuple[EpochKey, ...] = ()
        self._fault: KeyRefused | None = None
        self._reading = threading.Lock()

    @property
    def by_environment(self) -> bool:
        """Return whether the environment gives the keys, so that nobody can add any from here for good."""
        return bool(self._given)

    @property
    def place(self) -> str:
        """Where the keys are, for a person."""
        return ENVIRONMENT if self.by_environment else str(self.path)

    def read(self) -> tuple[EpochKey, ...]:
        """Return all keys, the newest first, and none where there is no file yet.

        Cheap: the file is read again only when it changed. Raises KeyRefused if it can't be trusted.
        """
        if self._given:
            return self._given
        seen = self._stamp()
        if seen is None:
            return ()
        with self._reading:
            if seen != self._seen:
                self._read_anew(seen)
            if self._fault:
                raise self._fault
            return self._keys

    def add(self, key: EpochKey, *, newest: bool = True) -> None:
        """Add a key, before all others or after them, and bring it to the disk; one that is there stays as it is.

        What the environment gives is added to in this process only: show it, or it is lost.
        """
        if self._given:
            self._given = _with(self._given, key, newest)
            return
        try:
            self.path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            with file_lock(self.path.with_suffix(".lock")):
                known = self.read()
                if key not in known:
                    write_private(self.path, keys_as_json(_with(known, key, newest)), replace=bool(known))
        except OSError as error:
            raise KeyRefused.from_code("keys.not_written", path=str(self.path), reason=_reason(error)) from error

    def renew(self, *, wait: bool = False) -> None:
        """Do nothing: a file that changed is read again by itself."""

    def _read_anew(self, seen: _Stamp) -> None:
        """Read the file; what its contents are refused for is remembered as the keys are, and holds until it changes.

        Raises KeyRefused if it can't be opened, which may be otherwise a moment later.
        """
        content = self._content()
        try:
            self._keys, self._fault = parse_json(content, str(self.path)), None
        except KeyRefused as error:
            self._fault = error
        self._seen = seen

    def _stamp(self) -> _Stamp | None:
        try:
            facts = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyRefused.from_code("keys.unreadable", path=str(self.path), reason=_reason(error)) from error
        return facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_size

    def _content(self) -> bytes:
        """Return what the file holds; a pipe or a device in its place is neither waited for nor read."""
        try:
            with open(os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                if not stat.S_ISREG(mode):
                    raise KeyRefused.from_code("keys.unreadable", path=str(self.path), reason=stat.filemode(mode))
                if stat.S_IMODE(mode) & ~MODE:
                    mode_shown = f"{stat.S_IMODE(mode):04o}"
                    raise KeyRefused.from_code("keys.readable_by_others", path=str(self.path), mode=mode_shown)
                return stream.read(LARGEST + 1)
        except OSError as error:
            raise KeyRefused.from_code("keys.unreadable", path=str(self.path), reason=_reason(error)) from error


def parse_json(content: bytes, place: str) -> tuple[EpochKey, ...]:
    """Return the keys in the contents of a key file; KeyRefused if they are none. ``place`` is where they stand."""
    try:
        if len(content) > LARGEST:
            raise ValueError(len(content))
        facts = json.loads(content.decode())
        if facts["format"] != FORMAT:
            raise ValueError(facts["format"])
        entries = [
            (str(entry["epoch"]), str(entry["master"]), str(entry.get("construction", CONSTRUCTION)))
            for entry in facts["keys"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise KeyRefused.from_code("keys.unreadable", path=place, reason=_reason(error)) from error
    return tuple(_key(*entry, place) for entry in entries)


def read_compact(text: str, place: str) -> tuple[EpochKey, ...]:
    """Return the keys of a text in compact form (commas, spaces or lines between them); ``place`` is where it stands.

    Raises KeyRefused keys.not_exported or keys.wrong.
    """
    keys = []
    for entry in re.split(r"[\s,]+", text.strip(" \t\r\n,")):
        name, separator, master = entry.partition(":")
        if not separator:
            raise KeyRefused.from_code("keys.not_exported", path=place)
        keys.append(_key(name, master, CONSTRUCTION, place))
    return tuple(dict.fromkeys(keys))


def write_compact(keys: Iterable[EpochKey]) -> str:
    """Return keys in the compact form."""
    return ",".join(f"{key.name}:{_text_of(key)}" for key in keys)


def _key(text: str, master: str, construction: str, place: str) -> EpochKey:
    name = text if _NAME.fullmatch(text) else "…"  # a secret that was put where a name belongs is not told
    if construction != CONSTRUCTION:
        raise KeyRefused.from_code("keys.unknown_construction", epoch=name, path=place, construction=construction)
    if match := _VERIFYING.fullmatch(master):
        only_verifies = VerifyingKey(parts=bytes.fromhex(match[1]), given=name.upper())
        if only_verifies.check.hex() != match[2].lower():
            raise KeyRefused.from_code("keys.wrong", epoch=name, path=place)
        return only_verifies
    if not _MASTER.fullmatch(master):
        raise KeyRefused.from_code("keys.wrong", epoch=name, path=place)
    key = EpochKey(bytes.fromhex(master))
    if key.name != name.upper():
        raise KeyRefused.from_code("keys.wrong", epoch=name, path=place)
    return key


def _text_of(key: EpochKey) -> str:
    """Return a master in hexadecimal; of a key that only verifies ``v``, its two keys and its check."""
    if isinstance(key, VerifyingKey):
        return f"v{key.parts.hex()}{key.check.hex()}"
    return key.master.hex()


def _with(keys: tuple[EpochKey, ...], key: EpochKey, newest: bool) -> tuple[EpochKey, ...]:
    if key in keys:
        return keys
    return (key, *keys) if newest else (*keys, key)


def keys_as_json(keys: Iterable[EpochKey]) -> str:
    """Return keys as a key file has them."""
    entries = [{"epoch": key.name, "master": _text_of(key), "construction": CONSTRUCTION} for key in keys]
    return json.dumps({"format": FORMAT, "keys": entries}, indent=1) + "\n"


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
