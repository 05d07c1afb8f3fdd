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


_BY_ID = {
    "name": ("text", "{{ product.name }}"),
    "brand": ("text", "{{ product.shown_brand }}"),
    "producer": ("text", "{{ product.producer }}"),
    "place": ("text", "{{ product.place }}"),
    "content": ("text", "{{ product.net_content }}"),
    **{kind: (kind, "") for kind in ("qr", "code", "serial", "stars", "mark", "official", "gtin")},
}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{2,4})_")
_COPY = re.compile(r"[-_ ]\d+_?$")


def plain_id(said: str) -> str:
    """Return an id as it was before an editor escaped it (Illustrator: ``_x3A_``) or numbered it (``_1_``, `` 2``)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said).strip()


def kind_by_id(said: str) -> tuple[str, str]:
    """Return the kind, and the value of a text, of a placeholder that its id alone tells: ``ls-qr``; empty for others.

    A layer that is called so in an editor that knows no other attributes needs no more.
    """
    plain = plain_id(said)
    for name in (plain, _COPY.sub("", plain)):
        if name.startswith(ID) and name.removeprefix(ID) in _BY_ID:
            return _BY_ID[name.removeprefix(ID)]
    return "", ""


def same_id(said: str, known: str) -> bool:
    """Return whether an id is another one, as an editor may have written it."""
    plain = plain_id(said)
    return known in (plain, plain.replace("_", "-")) or (plain != known and _COPY.sub("", plain) == known)
