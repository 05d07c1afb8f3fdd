"""The language of a page: chosen by a link, else by the browser, else Vietnamese."""

from __future__ import annotations

from functools import lru_cache

from labelsvc.wording import LANGUAGES

NAMES = (("vi", "Tiếng Việt"), ("en", "English"))
"""The languages under their own names, as the header offers them."""


def choose_language(chosen: str | None, accept_language: str) -> str:
    """Return the language of a page; ``chosen`` is the link's ``lang``, anything unknown in it is passed over."""
    return chosen if chosen in LANGUAGES else preferred_language(accept_language)


@lru_cache(maxsize=256)
def preferred_language(accept_language: str) -> str:
    """Return the language preferred by an Accept-Language header (RFC 9110 §12.5.4), else Vietnamese."""
    best, liking = LANGUAGES[0], 0.0
    for item in accept_language.split(","):
        tag, _, weight = item.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and (quality := _quality(weight)) > liking:
            best, liking = language, quality
    return best


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    try:
        return min(1.0, float(value)) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
