"""A product as files of the register have it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class PublishedProduct(NamedTuple):
    """A product in force; a tuple, as a file has 200,000 of them. ``group``: the name of its ProductGroup."""

    name: str
    brand: str
    producer: str
    commune: str
    district: str
    group: str | None
    public_id: str | None
    stars: int
    last_day: date | None
