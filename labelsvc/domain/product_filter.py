"""Filters of the product list."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.history import Standing
from labelsvc.domain.product import search_words

MOST_WORDS = 10
"""Of a search. Each costs the index a walk through all that begins so: a hundred single letters took 7 s of CPU."""
SORTS = ("name", "producer", "stars", "last_day")
HOLDING = (Standing.IN_FORCE, Standing.EXTENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Search criteria; empty fields do not filter. ``words`` may lack diacritics, or be a GTIN or a code.

    ``standings``: any of these today. ``ends_within``: days until the last day, for products in force today.
    ``lacks_trace``: whether any of the nine facts of a trace code is lacking today.
    """

    words: str = ""
    district: str = ""
    commune: str = ""
    group: str = ""
    stars: int = 0
    standings: tuple[Standing, ...] = ()
    ends_within: int | None = None
    producer_id: int | None = None
    demonstration: bool | None = None
    lacks_trace: bool | None = None

    @property
    def asked_words(self) -> tuple[str, ...]:
        """The folded words that are searched for, the longest first and at most MOST_WORDS.

        One that another begins with asks for nothing more, and is left out.
        """
        return self._all_words()[:MOST_WORDS]

    @property
    def words_left_out(self) -> tuple[str, ...]:
        """The folded words beyond MOST_WORDS, for which nothing is searched: whoever typed them is told."""
        return self._all_words()[MOST_WORDS:]

    def _all_words(self) -> tuple[str, ...]:
        words: list[str] = []
        for word in sorted(set(search_words(self.words)), key=lambda word: (-len(word), word)):
            if not any(longer.startswith(word) for longer in words):
                words.append(word)
        return tuple(words)
