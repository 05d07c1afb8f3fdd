"""What a producer proposes for its product: a profile and texts of the label, beside what they were when it began.

A proposal changes those parts only that its producer changed. What the office changed meanwhile in other parts stays;
where both changed one part, whoever decides sees all three (:class:`PartDifference`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from labelsvc.domain.product import PRODUCT_TEXTS, Product
from labelsvc.domain.trace.profile import NO_PROFILE, PROFILE_PARTS, ProductProfile

ProposalState = Literal["draft", "proposed", "approved", "answered", "withdrawn"]
PROPOSAL_STATES: tuple[ProposalState, ...] = ("draft", "proposed", "approved", "answered", "withdrawn")
PROPOSAL_STEPS: Mapping[ProposalState, tuple[ProposalState, ...]] = {
    "draft": ("proposed",),
    "proposed": ("approved", "answered", "withdrawn", "draft"),
}
"""What a proposal may become. ``answered``: the office said in words what must change; ``withdrawn``: another one took
its place; a proposal that its producer takes back is a draft again."""

OFFICE_TEXTS = frozenset(("name", "producer", "ocop_code", "product_set"))
"""Texts that the office keeps alone: what a product is known by, and what its recognition names."""
PROPOSED_TEXTS = tuple(name for name in PRODUCT_TEXTS if name not in OFFICE_TEXTS)


@dataclass(frozen=True, slots=True)
class ProductContent:
    """A product's profile with the texts of its label by field; a field that is not named stays as it is."""

    profile: ProductProfile = NO_PROFILE
    texts: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def of_product(cls, product: Product, profile: ProductProfile) -> Self:
        """Return what is stored of a product."""
        return cls(profile, {name: getattr(product, name) for name in PROPOSED_TEXTS})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read contents of any age; fields that there are no more are passed over."""
        texts = {name: text for name, text in kept.get("texts", {}).items() if name in PROPOSED_TEXTS}
        return cls(ProductProfile.from_json(kept.get("profile", {})), texts)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"profile": self.profile.to_json(), "texts": dict(self.texts)}

    @property
    def parts(self) -> dict[str, object]:
        """The parts of the profile and the texts, by name."""
        return {name: getattr(self.profile, name) for name in PROFILE_PARTS} | dict(self.texts)

    def with_parts(self, parts: Mapping[str, Any]) -> Self:
        """Return the contents with other parts; InvalidValue."""
        of_profile = {name: part for name, part in parts.items() if name in PROFILE_PARTS}
        texts = {name: part for name, part in parts.items() if name not in PROFILE_PARTS}
        return replace(self, profile=replace(self.profile, **of_profile), texts={**self.texts, **texts})


@dataclass(frozen=True, slots=True)
class PartDifference:
    """A part that a proposal changes: what stands now, and what is proposed.

    ``begun``: what the proposal began from, where that is no longer what stands (``meanwhile``).
    """

    part: str
    now: Any
    proposed: Any
    begun: Any

    @property
    def meanwhile(self) -> bool:
        """Whether somebody else changed this part since."""
        return bool(self.begun != self.now)


def with_texts(product: Product, texts: Mapping[str, str]) -> Product:
    """Return a product with other texts of its label; InvalidValue."""
    facts: dict[str, Any] = dict(texts)
    return replace(product, **facts)


def proposed_parts(begun: ProductContent, proposed: ProductContent) -> dict[str, Any]:
    """Return the parts that a proposal changes, as proposed."""
    before = begun.parts
    return {name: part for name, part in proposed.parts.items() if part != before.get(name, "")}


def differences(now: ProductContent, begun: ProductContent, proposed: ProductContent) -> tuple[PartDifference, ...]:
    """Return what a proposal would change of what stands now."""
    stands, before = now.parts, begun.parts
    return tuple(
        PartDifference(name, stands.get(name, ""), part, before.get(name, ""))
        for name, part in proposed_parts(begun, proposed).items()
        if part != stands.get(name, "")
    )


def approved_content(now: ProductContent, begun: ProductContent, proposed: ProductContent) -> ProductContent:
    """Return what a product becomes where a proposal is approved; InvalidValue."""
    return now.with_parts(proposed_parts(begun, proposed))
