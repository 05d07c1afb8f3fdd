"""The gallery: which designs it shows for a use, a size and a product group, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self, TypeVar

from labelsvc.domain.product import ProductGroup
from labelsvc.rendering.design.design import Design, DesignHeading
from labelsvc.rendering.design.elements import USES

__all__ = ["SIZES", "USES", "GalleryFilter", "in_order"]

SIZES = {"small": (0.0, 60.0), "medium": (60.0, 120.0), "large": (120.0, 10_000.0)}
"""Longest sides in mm: above the first, up to the second."""
Described = TypeVar("Described", Design, DesignHeading)


@dataclass(frozen=True, slots=True)
class GalleryFilter:
    """What designs are shown: empty for all."""

    use: str = ""
    size: str = ""
    group: str = ""

    @classmethod
    def from_query(cls, said: Mapping[str, str]) -> Self:
        """Read the values of a query; what is not known is all."""
        known = {"use": USES, "size": tuple(SIZES), "group": tuple(group.name for group in ProductGroup)}
        return cls(**{key: said[key] for key, values in known.items() if said.get(key, "") in values})

    def shows(self, design: Design | DesignHeading) -> bool:
        """Return whether a design is among them."""
        above, most = SIZES.get(self.size, (0.0, 10_000.0))
        longest = max(design.shape.width_mm, design.shape.height_mm)
        suits = not self.group or ProductGroup[self.group] in design.groups
        return suits and above < longest <= most and self.use in ("", design.use)


def in_order(designs: Iterable[Described]) -> list[Described]:
    """Return designs by use, then by area; those that do not say their use come last."""

    def key(design: Design | DesignHeading) -> tuple[int, float]:
        use = USES.index(design.use) if design.use else len(USES)
        return use, design.shape.width_mm * design.shape.height_mm

    return sorted(designs, key=key)
