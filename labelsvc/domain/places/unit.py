"""Communes and wards: those of today, and the former ones that they came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Share(Enum):
    """How much of a former unit went to a unit of today."""

    WHOLE = "whole"
    PEOPLE = "people"
    """Everybody who lives there, and a part of the land."""
    PART = "part"
    """A part of the land with the people on it."""
    LAND = "land"
    """Land that nobody lives on."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune or ward of today: ``name`` is whole, «Phường Tây Hồ»; ``code`` is the statistics office's."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A commune, ward or town until the units changed, with what became of it.

    ``district`` is whole, «Huyện Gia Lâm». ``disputed``: why its sources disagree, empty where they do not; whoever has
    a record from there is asked.
    """

    name: str
    district: str
    parts: tuple[tuple[Unit, Share], ...]
    disputed: str = ""

    @property
    def choices(self) -> tuple[Unit, ...]:
        """Where an address may be now: first the units that people went to."""
        peopled = [unit for unit, share in self.parts if share is not Share.LAND]
        return (*peopled, *(unit for unit, share in self.parts if share is Share.LAND))

    @property
    def successor(self) -> Unit | None:
        """The one unit that everybody who lived there belongs to; None if it was divided or its sources disagree."""
        peopled = [unit for unit, share in self.parts if share is not Share.LAND]
        return peopled[0] if len(peopled) == 1 and not self.disputed else None
