"""What pages show of a product besides what stands on its label: its profile, and what else its producer makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from labelsvc.domain.history import Standing, certified_in_force, is_certified, standing_on
from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.domain.trace.profile import NO_PROFILE, ProductProfile

OTHERS_KEPT = 32_768
"""Products whose stars of the day are remembered: those of a producer stand on the pages of all of them."""


@dataclass(frozen=True, slots=True)
class OtherProduct:
    """Another product of the same producer."""

    public_id: str
    name: str
    history: tuple[Recognition, ...]

    def __hash__(self) -> int:
        """Hash what tells products apart."""
        return hash(self.public_id)


@lru_cache(OTHERS_KEPT)
def _stars_on(other: OtherProduct, day: date) -> int:
    rating = certified_in_force(other.history, day)
    return rating.stars if rating else 0


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """``public_id``: of the product's page, empty if it has none; ``others``: of its producer, by name."""

    public_id: str = ""
    profile: ProductProfile = NO_PROFILE
    others: tuple[OtherProduct, ...] = ()

    def __hash__(self) -> int:
        """Hash what tells products apart: a scan asks for it, and a story takes longer than all the rest."""
        return hash(self.public_id)

    def others_in_force(self, day: date) -> tuple[tuple[OtherProduct, int], ...]:
        """Return the others whose stars hold on a day, with their stars."""
        rated = ((other, _stars_on(other, day)) for other in self.others)
        return tuple((other, stars) for other, stars in rated if stars)


NO_DETAILS = ProductDetails()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicProduct:
    """A product as its own page shows it. ``demonstration``: it is demonstration data."""

    product: Product
    history: tuple[Recognition, ...]
    details: ProductDetails
    demonstration: bool = False

    def __hash__(self) -> int:
        """Hash what tells products apart."""
        return hash(self.details)

    def published_on(self, day: date) -> bool:
        """Return whether it was certified once: from then on it is public for ever, ended or not."""
        return any(recognition.first_day <= day for recognition in self.certified_by(day))

    def certified_by(self, day: date) -> tuple[Recognition, ...]:
        """Return the recognitions whose stars are certified by the rules of a day."""
        return tuple(recognition for recognition in self.history if is_certified(recognition, day))

    def standing_on(self, day: date) -> Standing:
        """Return what the product is on a day."""
        return standing_on(self.history, day)

    def rating_on(self, day: date) -> Recognition | None:
        """Return the recognition that holds on a day, None where its stars are too few to be certified."""
        return certified_in_force(self.history, day)
