"""Letters of SVG's text that are placed one by one: lists in ``x``, ``y``, ``dx`` and ``dy`` (SVG 2, 11.4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

SHIFTS = ("x", "y", "dx", "dy")
LetterPlace = tuple[float | None, float | None, float, float]
"""x and y where they are given, and the shift."""


def is_list(text: str) -> bool:
    """Return whether an attribute has more than one number."""
    return len(text.replace(",", " ").split()) > 1


def placed_letters(text: str, lists: Mapping[str, Sequence[float]]) -> Iterator[tuple[str, LetterPlace]]:
    """Yield letters with their places; what comes after the longest list follows its last letter."""
    longest = max(map(len, lists.values()))
    for at, letter in enumerate(text[:longest]):
        x, y = (lists[key][at] if at < len(lists[key]) else None for key in ("x", "y"))
        dx, dy = (lists[key][at] if at < len(lists[key]) else 0.0 for key in ("dx", "dy"))
        yield letter + (text[longest:] if at == longest - 1 else ""), (x, y, dx, dy)
