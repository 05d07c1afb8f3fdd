"""The head of an age file, version 1 (https://c2sp.org/age): whom it is for, and the key that its contents are under.

    age-encryption.org/v1
    -> X25519 SHARE            a stanza for each recipient, or one ``scrypt SALT WORK`` for a passphrase
    WRAPPED FILE KEY
    --- MAC

Written with ``cryptography``: pyrage, the binding of age's other implementation, encrypts with a passphrase only what
is held in memory as a whole. Tests compare with pyrage and with the ``age`` program, both ways.
"""

from __future__ import annotations

import hmac
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from labelsvc.domain.errors import BackupRefused, InvalidValue
from labelsvc.storage.backups.bech32 import read_bech32

INTRODUCTION = "age-encryption.org/v1"
WORK, MOST_WORK = 18, 22
"""Powers of two: what a passphrase costs to try, 256 MB and most of a second, and what is taken from a file."""
FILE_KEY_BYTES, SALT_BYTES, KEY_BYTES = 16, 16, 32
_COLUMNS = 64
_LONGEST_LINE, _MOST_LINES = 1_024, 1_000
_NO_NONCE = bytes(12)
"""A key that wraps is used once."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """A file key as somebody can unwrap it: the words of its first line, and the wrapped key."""

    words: tuple[str, ...]
    body: bytes

    def text(self) -> str:
        """Return it as it stands in the head."""
        body = _base64(self.body)
        lines = [body[at : at + _COLUMNS] for at in range(0, len(body) + 1, _COLUMNS)]
        return "\n".join((f"-> {' '.join(self.words)}", *lines)) + "\n"


@dataclass(frozen=True, slots=True)
class Lock:
    """Whom a file is closed for: those who know a passphrase, or who have the secret key of one of the recipients.

    ``work``: what a passphrase costs to try, as a power of two.
    """

    passphrase: str = field(default="", repr=False)
    recipients: tuple[bytes, ...] = ()
    work: int = WORK

    def head(self, file_key: bytes) -> bytes:
        """Return the head of a file that the passphrase, or any of the recipients, opens."""
        if self.passphrase:
            stanzas = [_wrap_with_passphrase(self.passphrase, file_key, self.work)]
        else:
            stanzas = [_wrap_for(recipient, file_key) for recipient in self.recipients]
        text = "".join((f"{INTRODUCTION}\n", *(stanza.text() for stanza in stanzas), "---"))
        return f"{text} {_base64(_mac(file_key, text))}\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class Unlock:
    """What opens a file: a passphrase, or secret keys."""

    passphrase: str = field(default="", repr=False)
    identities: tuple[bytes, ...] = field(default=(), repr=False)

    def read_head(self, stream: IO[bytes]) -> bytes:
        """Read the head of a file and return its file key.

        Raises BackupRefused: it is no such file, is damaged, or is not opened by this.
        """
        stanzas, text, mac = _read_stanzas(stream)
        file_key = self._unwrapped(stanzas)
        if not hmac.compare_digest(_mac(file_key, text), mac):
            raise BackupRefused.from_code("backup.damaged")
        return file_key

    def _unwrapped(self, stanzas: Sequence[Stanza]) -> bytes:
        by_passphrase = stanzas[0].words[0] == "scrypt" and len(stanzas) == 1
        if by_passphrase and not self.passphrase:
            raise BackupRefused.from_code("backup.needs_passphrase")
        if not by_passphrase and not self.identities:
            raise BackupRefused.from_code("backup.needs_identity")
        if by_passphrase:
            found = _unwrap_with_passphrase(self.passphrase, stanzas[0])
        else:
            known = [stanza for stanza in stanzas if stanza.words[0] == "X25519"]
            tried = (_unwrap(secret, stanza) for stanza in known for secret in self.identities)
            found = next(filter(None, tried), None)
        if found is None:
            raise BackupRefused.from_code("backup.wrong_passphrase" if by_passphrase else "backup.wrong_identity")
        return found


def is_for_passphrase(stream: IO[bytes]) -> bool:
    """Return whether a file is opened by a passphrase; BackupRefused if it is no age file."""
    stanzas, _, _ = _read_stanzas(stream)
    return stanzas[0].words[0] == "scrypt"


def read_recipient(text: str) -> bytes:
    """Return the public key of an ``age1…``; InvalidValue if it is none."""
    return _key_of(text, "age", "backup.no_recipient")


def read_identities(text: str) -> tuple[bytes, ...]:
    """Return the secret keys of a file as ``age-keygen`` writes it; InvalidValue if there are none."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise InvalidValue.from_code("backup.no_identity", field="identity")
    return tuple(_key_of(line, "age-secret-key-", "backup.no_identity") for line in lines)


def derived_key(file_key: bytes, salt: bytes | None, purpose: str) -> bytes:
    """Return the key of a purpose (HKDF with SHA-256, RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt, purpose.encode("ascii")).derive(file_key)


def _key_of(text: str, prefix: str, code: str) -> bytes:
    try:
        found, key = read_bech32(text.strip())
    except ValueError as error:
        raise InvalidValue.from_code(code, field=prefix) from error
    if found != prefix or len(key) != KEY_BYTES:
        raise InvalidValue.from_code(code, field=prefix)
    return key


def _wrap_for(recipient: bytes, file_key: bytes) -> Stanza:
    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(recipient))
    key = derived_key(shared, share + recipient, f"{INTRODUCTION}/X25519")
    return Stanza(("X25519", _base64(share)), ChaCha20Poly1305(key).encrypt(_NO_NONCE, file_key, None))


def _unwrap(secret: bytes, stanza: Stanza) -> bytes | None:
    own = X25519PrivateKey.from_private_bytes(secret)
    share = _from_base64(stanza.words[1]) if len(stanza.words) == 2 else b""
    if len(share) != KEY_BYTES:
        raise BackupRefused.from_code("backup.damaged")
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:  # a share of low order
        raise BackupRefused.from_code("backup.damaged") from error
    return _opened(
        derived_key(shared, share + own.public_key().public_bytes_raw(), f"{INTRODUCTION}/X25519"), stanza.body
    )


def _wrap_with_passphrase(passphrase: str, file_key: bytes, work: int) -> Stanza:
    salt = os.urandom(SALT_BYTES)
    key = _stretched(passphrase, salt, work)
    return Stanza(("scrypt", _base64(salt), str(work)), ChaCha20Poly1305(key).encrypt(_NO_NONCE, file_key, None))


def _unwrap_with_passphrase(passphrase: str, stanza: Stanza) -> bytes | None:
    try:
        _, text, work = stanza.words
        power = int(work)
    except ValueError as error:
        raise BackupRefused.from_code("backup.damaged") from error
    salt = _from_base64(text)
    if not 1 <= power <= MOST_WORK or work != str(power) or len(salt) != SALT_BYTES:
        raise BackupRefused.from_code("backup.damaged")
    return _opened(_stretched(passphrase, salt, power), stanza.body)


def _stretched(passphrase: str, salt: bytes, work: int) -> bytes:
    salted = f"{INTRODUCTION}/scrypt".encode("ascii") + salt
    return Scrypt(salt=salted, length=KEY_BYTES, n=1 << work, r=8, p=1).derive(passphrase.encode())


def _opened(key: bytes, body: bytes) -> bytes | None:
    try:
        file_key = ChaCha20Poly1305(key).decrypt(_NO_NONCE, body, None)
    except InvalidTag:
        return None
    return file_key if len(file_key) == FILE_KEY_BYTES else None


def _read_stanzas(stream: IO[bytes]) -> tuple[list[Stanza], str, bytes]:
    """Return the stanzas, the text that the MAC is of, and the MAC."""
    if stream.readline(_LONGEST_LINE) != f"{INTRODUCTION}\n".encode("ascii"):
        raise BackupRefused.from_code("backup.not_a_backup")
    stanzas, text = list[Stanza](), f"{INTRODUCTION}\n"
    body, words = "", tuple[str, ...]()
    for _ in range(_MOST_LINES):
        line = stream.readline(_LONGEST_LINE).decode("ascii", "replace")
        if line.startswith("--- ") and line.endswith("\n") and stanzas and not words:
            return stanzas, f"{text}---", _from_base64(line[4:-1])
        if not line.isascii() or not line.endswith("\n") or (not words and not line.startswith("-> ")):
            break
        text += line
        if not words:
            words, body = tuple(line[3:-1].split(" ")), ""
            if not all(words):
                break
            continue
        if len(line) - 1 > _COLUMNS:
            break
        body += line[:-1]
        if len(line) - 1 < _COLUMNS:
            stanzas.append(Stanza(words, _from_base64(body)))
            words = ()
    raise BackupRefused.from_code("backup.damaged")


def _mac(file_key: bytes, text: str) -> bytes:
    return hmac.digest(derived_key(file_key, None, "header"), text.encode("ascii"), sha256)


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii").rstrip("=")


def _from_base64(text: str) -> bytes:
    """Return the bytes of a text without padding; only the one text that they are written as is taken."""
    try:
        data = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise BackupRefused.from_code("backup.damaged") from error
    if _base64(data) != text:
        raise BackupRefused.from_code("backup.damaged")
    return data
