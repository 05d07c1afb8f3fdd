"""Filters of the product list."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.history import Standing

SORTS = ("name", "producer", "stars", "last_day")
HOLDING = (Standing.IN_FORCE, Standing.EXTENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """Search criteria; empty fields do not filter. ``words`` may lack diacritics, or be a GTIN.

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
