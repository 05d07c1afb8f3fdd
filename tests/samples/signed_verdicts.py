"""Verdicts in JSON whose signature is checked as anybody may check it."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from labelsvc.workflows.sign_verdict import canonical


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(signed: dict[str, Any], keys: dict[str, Any]) -> None:
    """Raise InvalidSignature where a signed verdict is not what was signed."""
    signature = signed["signature"]
    key = next(each for each in keys["keys"] if each["kid"] == signature["key"])
    content = canonical({name: value for name, value in signed.items() if name != "signature"})
    Ed25519PublicKey.from_public_bytes(decode(key["x"])).verify(decode(signature["value"]), content)
