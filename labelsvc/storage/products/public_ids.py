"""Draws public ids for new products."""

from __future__ import annotations

import secrets

from labelsvc.domain.trace.public_id import RANDOM_BYTES, public_id_of


def new_public_id() -> str:
    """Return a public id that no product has."""
    return public_id_of(secrets.token_bytes(RANDOM_BYTES))
