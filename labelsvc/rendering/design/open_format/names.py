"""The ids of placeholders: editors that drop ``data-`` attributes keep them."""

from __future__ import annotations

import re
from collections.abc import Container

from labelsvc.domain.product import without_diacritics

ID = "ls-"
_MEANT = (
    ("product.name", "name"),
    ("product.shown_brand", "brand"),
    ("product.producer", "producer"),
    ("product.place", "place"),
    ("product.net_content", "content"),
    ("recognition.last_day", "validity"),
    ("recognition.stars", "rank"),
    ("host", "host"),
)
_NO_LETTERS = re.compile("[^a-z0-9]+")


def placeholder_id(kind: str, said: str, taken: Container[str]) -> str:
    """Return an id for a placeholder that no other element has: ``ls-name``; ``said``: its template, or its label."""
    if kind in ("text", "arc"):
        name = next((name for word, name in _MEANT if "{" in said and word in said), "text")
    elif kind == "field":
        name = f"field-{_NO_LETTERS.sub('-', without_diacritics(said).lower()).strip('-') or 'row'}"
    else:
        name = kind
    possible = (f"{ID}{name}{f'-{number}' if number > 1 else ''}" for number in range(1, 100_000))
    return next(each for each in possible if each not in taken)
