"""Sign verdicts that programs ask for, so that they can be kept as evidence of what the office said, and when.

The signature is Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of all members but ``signature`` itself. Its key
is derived from the epoch that issues, so it changes with it; the public keys of all epochs of the office, but for those
that leaked, are published as a JWK set (RFC 7517, RFC 8037), named by their thumbprints (RFC 7638).
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from labelsvc.domain.label_code import EpochKey

ALGORITHM = "Ed25519"
SIGNATURE = "signature"
_KEYS_KEPT = 64


@dataclass(frozen=True, slots=True)
class VerdictSigner:
    """``keys()`` gives the keys to sign with, the one that issues first; none where they are not known yet."""

    keys: Callable[[], Sequence[EpochKey]]

    def sign(self, facts: Mapping[str, object], now: datetime) -> dict[str, object]:
        """Return facts with ``signed_at`` and ``signature``, which is None if no key of the office is at hand."""
        signed = {**facts, "signed_at": now.astimezone(UTC).isoformat(timespec="seconds")}
        keys = self.keys()
        if not keys:
            return {**signed, SIGNATURE: None}
        key, name = _signing_key(keys[0])
        value = _base64url(key.sign(canonical(signed)))
        return {**signed, SIGNATURE: {"algorithm": ALGORITHM, "key": name, "value": value}}

    def public_keys(self) -> dict[str, object]:
        """Return the JWK set of all keys, the newest first."""
        return {"keys": [_public(key) for key in self.keys()]}


def canonical(facts: Mapping[str, object]) -> bytes:
    """Return facts as RFC 8785 writes them; they have texts, whole numbers, true, false and null alone."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@lru_cache(_KEYS_KEPT)
def _signing_key(epoch: EpochKey) -> tuple[Ed25519PrivateKey, str]:
    return Ed25519PrivateKey.from_private_bytes(epoch.signing_seed), str(_public(epoch)["kid"])


@lru_cache(_KEYS_KEPT)
def _public(epoch: EpochKey) -> dict[str, str]:
    public = Ed25519PrivateKey.from_private_bytes(epoch.signing_seed).public_key()
    named = {"crv": ALGORITHM, "kty": "OKP", "x": _base64url(public.public_bytes_raw())}
    return {**named, "kid": _base64url(sha256(canonical(named)).digest()), "alg": ALGORITHM, "use": "sig"}


def _base64url(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
