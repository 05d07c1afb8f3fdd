"""Allowances of an order: products with quantities, and the remaining quotas of their recognitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from labelsvc.domain.history import StoredProduct
from labelsvc.domain.permission import Quota, current_recognition, suggested_quantity
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.trace.profile import NO_PROFILE, ProductProfile
from labelsvc.storage.products.quotas import GrantedException, Quotas
from labelsvc.storage.profiles.profiles import Profiles


@dataclass(frozen=True, slots=True)
class OrderItem:
    """A product to be printed, with its quantity if one was given.

    ``profile``: the one that holds, so that a plan says what its trace code would lack; None: it is not asked.
    """

    stored: StoredProduct
    quantity: int | None = None
    profile: ProductProfile | None = None


def with_profiles(items: Iterable[OrderItem], profiles: Profiles) -> list[OrderItem]:
    """Return the items with their products' profiles."""
    named = list(items)
    held = profiles.many({item.stored.id for item in named})
    return [replace(item, profile=held.get(item.stored.id, NO_PROFILE)) for item in named]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What recognitions may have, by their ids: quotas, and passes from the label law, each with who gave it and why.

    A recognition that is not stored yet has the rules' quota.
    """

    quotas: Mapping[int, Quota] = field(default_factory=dict)
    granted: Mapping[int, Sequence[GrantedException]] = field(default_factory=dict)

    @classmethod
    def for_items(cls, items: Iterable[OrderItem], quotas: Quotas, today: date) -> Allowance:
        """Ask for the recognitions that the items would be printed under."""
        ids = set()
        for item in items:
            if recognition := current_recognition(item.stored.history, today):
                ids.add(item.stored.id_of(recognition))
        granted: dict[int, list[GrantedException]] = {}
        for exception in quotas.exceptions_of(ids):
            granted.setdefault(exception.recognition_id, []).append(exception)
        return cls(quotas.for_recognitions(ids), granted)

    def quota(self, recognition_id: int, taken: int, today: date) -> Quota:
        """Return what is left of a quota after ``taken`` pieces of the same order."""
        known = self.quotas.get(recognition_id) or Quota(rules_on(today).stamps_per_recognition)
        return Quota(known.allowed, known.used + taken)

    def passes_law(self, recognition_id: int) -> bool:
        """Return whether an administrator gave a pass from the strict label law."""
        return any(exception.kind == "law" for exception in self.granted.get(recognition_id, ()))


def with_suggested(items: Iterable[OrderItem], allowance: Allowance, today: date) -> list[OrderItem]:
    """Return the items with quantities lowered to sensible ones; items with nothing left stay as requested."""
    taken: Counter[int] = Counter()
    lowered = []
    for item in items:
        recognition, quantity = current_recognition(item.stored.history, today), item.quantity or 1
        if recognition and recognition.holds_on(today):
            key = item.stored.id_of(recognition)
            quota = allowance.quota(key, taken[key], today)
            quantity = suggested_quantity(recognition, quantity, quota, today) or quantity
            taken[key] += quantity
        lowered.append(replace(item, quantity=quantity))
    return lowered
