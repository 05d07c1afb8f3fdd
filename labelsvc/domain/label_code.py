"""The 20 characters on a stamp: the stamp's encrypted identity, so that it needs no row in a table.

    payload P, 48 bits   = line number (28 bits) ‖ serial (20 bits)
    tag T, 52 bits       = first 52 bits of BLAKE2b(P, key=K_tag)
    cipher C, 48 bits    = P xor the first 48 bits of BLAKE2b(T, key=K_mask)
    code, 100 bits       = T ‖ C, five bits a character, highest first

P is hashed as 6 bytes and T as 7 bytes, both big-endian integers; BLAKE2b gives its full 64 bytes. It is
SIV-like, after RFC 5297, with keyed BLAKE2b (RFC 7693) as the pseudo-random function; RFC 5297 itself has AES, a tag of
128 bits and other bytes. Printed codes are valid for ever: the vectors in tests/house/test_promises.py only grow.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from labelsvc.domain.errors import InvalidValue, KeyRefused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base 32: no I, L, O or U."""
LENGTH = 20
LINE_BITS, SERIAL_BITS = 28, 20
PAYLOAD_BITS = LINE_BITS + SERIAL_BITS
HIGHEST_LINE = (1 << LINE_BITS) - 1
HIGHEST_SERIAL = (1 << SERIAL_BITS) - 1
MASTER_BYTES = 32
CONSTRUCTION = "blake2b-siv-52"
"""The name of this construction in key files, so that another can follow it: a key seals and opens by one alone."""

_AS_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
"""The same values as the digits of Python's base 32."""
_LETTERS = frozenset(ALPHABET)
_AS_MEANT = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\u00a0")


@dataclass(frozen=True, slots=True)
class StampIdentity:
    """What a code identifies: a line (one product in one batch of an epoch) and a serial, 1…n or 0 for the line."""

    line: int
    serial: int

    def __post_init__(self) -> None:
        if not 0 <= self.line <= HIGHEST_LINE:
            raise InvalidValue.from_code("code.line", field="line", value=self.line, highest=HIGHEST_LINE)
        if not 0 <= self.serial <= HIGHEST_SERIAL:
            raise InvalidValue.from_code("code.serial", field="serial", value=self.serial, highest=HIGHEST_SERIAL)

    @property
    def payload(self) -> int:
        """The 48 bits that are sealed."""
        return self.line << SERIAL_BITS | self.serial


@dataclass(frozen=True)
class EpochKey:
    """One epoch's 32-byte master and the keys derived from it. Its repr never shows them.

    An epoch's name is derived from its master too, so that a wrong key shows at once.
    """

    master: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.master) != MASTER_BYTES:
            raise InvalidValue.from_code("keys.length", field="master", value=len(self.master), needed=MASTER_BYTES)

    @cached_property
    def name(self) -> str:
        """The epoch's name, eight characters of Crockford base 32."""
        digest = int.from_bytes(self._derive(b"labelsvc epoch", 5))
        return "".join(ALPHABET[digest >> shift & 31] for shift in range(35, -1, -5))

    @cached_property
    def tag_key(self) -> bytes:
        """K_tag."""
        return self._derive(b"labelsvc tag")

    @cached_property
    def mask_key(self) -> bytes:
        """K_mask."""
        return self._derive(b"labelsvc mask")

    @cached_property
    def signing_seed(self) -> bytes:
        """The seed of the Ed25519 key that signs verdicts while the epoch issues."""
        return self._derive(b"labelsvc sign")

    @cached_property
    def secrets_key(self) -> bytes:
        """The key that seals secrets of second factors in the database."""
        return self._derive(b"labelsvc secrets")

    def _derive(self, person: bytes, size: int = MASTER_BYTES) -> bytes:
        return blake2b(key=self.master, person=person, digest_size=size).digest()

    def seal(self, name: StampIdentity) -> str:
        """Return the code of a stamp, 20 characters without spaces."""
        payload = name.payload
        tag = self._tag(payload)
        bits = tag << PAYLOAD_BITS | payload ^ self._mask(tag)
        return "".join(ALPHABET[bits >> shift & 31] for shift in range(95, -1, -5))

    def open(self, code: str) -> StampIdentity | None:
        """Return what a normalised code identifies; None if this key did not seal it (a forgery passes with 2^-52)."""
        bits = int(code.translate(_AS_DIGITS), 32)
        tag, cipher = bits >> PAYLOAD_BITS, bits & (1 << PAYLOAD_BITS) - 1
        payload = cipher ^ self._mask(tag)
        if not hmac.compare_digest(self._tag(payload).to_bytes(7), tag.to_bytes(7)):
            return None
        return StampIdentity(payload >> SERIAL_BITS, payload & HIGHEST_SERIAL)

    def _tag(self, payload: int) -> int:
        digest = blake2b(payload.to_bytes(6), key=self.tag_key).digest()
        return int.from_bytes(digest[:7]) >> 4

    def _mask(self, tag: int) -> int:
        return int.from_bytes(blake2b(tag.to_bytes(7), key=self.mask_key).digest()[:6])


@dataclass(frozen=True)
class VerifyingKey(EpochKey):
    """What opens an epoch's codes, without its master: it signs no verdict and opens no second factor's secret.

    ``parts``: K_tag and K_mask, one after the other. As codes are symmetric, who has them can compute codes too; this
    program does not. An epoch's name cannot be derived from them, so it is ``given``.
    """

    master: bytes = field(default=b"", repr=False)
    parts: bytes = field(default=b"", repr=False)
    given: str = ""

    def __post_init__(self) -> None:
        if len(self.parts) != 2 * MASTER_BYTES:
            raise InvalidValue.from_code("keys.length", field="parts", value=len(self.parts), needed=2 * MASTER_BYTES)

    @classmethod
    def without_master(cls, key: EpochKey) -> VerifyingKey:
        """Return what opens the codes of a key."""
        return cls(parts=key.tag_key + key.mask_key, given=key.name)

    @property
    def name(self) -> str:
        """The epoch's name."""
        return self.given

    @property
    def tag_key(self) -> bytes:
        """K_tag."""
        return self.parts[:MASTER_BYTES]

    @property
    def mask_key(self) -> bytes:
        """K_mask."""
        return self.parts[MASTER_BYTES:]

    @property
    def check(self) -> bytes:
        """Eight bytes by which a copying error shows."""
        return blake2b(self.given.encode() + self.parts, person=b"labelsvc verify", digest_size=8).digest()

    def _derive(self, person: bytes, size: int = MASTER_BYTES) -> bytes:
        raise KeyRefused.from_code("keys.only_verifies", epoch=self.given)

    def seal(self, name: StampIdentity) -> str:
        """Refuse (KeyRefused keys.only_verifies)."""
        raise KeyRefused.from_code("keys.only_verifies", epoch=self.given)


@dataclass(frozen=True, slots=True)
class OpenedCode:
    """The result of opening a code: its epoch and stamp, or neither.

    ``certain``: no key of the office seals this code. That cannot be known while a key is missing.
    """

    epoch: str = ""
    stamp: StampIdentity | None = None
    certain: bool = True


def open_with(keys: Iterable[EpochKey], code: str) -> OpenedCode:
    """Open a normalised code with the first key that does; these are all keys there are."""
    for key in keys:
        if stamp := key.open(code):
            return OpenedCode(key.name, stamp)
    return OpenedCode()


def parse_code(typed: str) -> str | None:
    """Return the 20 characters of a code typed by hand (spaces, dashes, lower case, O, I, L), or None if invalid."""
    code = typed.upper().translate(_AS_MEANT)
    return code if len(code) == LENGTH and _LETTERS.issuperset(code) else None


def in_fives(code: str) -> str:
    """Return a code as it is printed: four groups of five."""
    return " ".join(code[i : i + 5] for i in range(0, LENGTH, 5))
