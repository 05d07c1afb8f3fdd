"""What somebody looks for in the list of products."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.history import Standing

SORTS = ("name", "producer", "stars", "last_day")
HOLDING = (Standing.IN_FORCE, Standing.EXTENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """What is looked for; empty fields ask for nothing. ``words`` may lack diacritics.

    ``standings``: any of these today. ``ends_within``: days until the last day, for products whose stars hold today.
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
