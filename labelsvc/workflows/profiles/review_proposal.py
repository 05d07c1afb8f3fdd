"""Reviews what a producer proposes: old beside new, then approved as a whole.

1. what stands now, part by part beside what is proposed, with what somebody else changed since the proposal began
2. the texts of its label and its profile, in one transaction, if both are still as they were seen and the proposal
   still waits; names are not among those texts, so nothing that was printed is renamed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product import Product
from labelsvc.domain.trace.profile import NO_PROFILE, PROFILE_PARTS, ProductProfile
from labelsvc.domain.trace.proposal import (
    PartDifference,
    ProductContent,
    approved_content,
    differences,
    proposed_parts,
    with_texts,
)
from labelsvc.storage.products.products import Products
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.storage.profiles.proposals import Proposal, Proposals
from labelsvc.workflows.profiles.producers_content import content_now


@dataclass(frozen=True, slots=True)
class ProposalReview:
    """A proposal beside what stands; ``number``: the version of the profile that holds."""

    proposal: Proposal
    stored: StoredProduct
    number: int
    now: ProductContent

    @property
    def differences(self) -> tuple[PartDifference, ...]:
        """What it would change."""
        return differences(self.now, self.proposal.begun, self.proposal.content)

    @property
    def content(self) -> ProductContent:
        """What the product would be."""
        return approved_content(self.now, self.proposal.begun, self.proposal.content)

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of the label that it changes."""
        parts = proposed_parts(self.proposal.begun, self.proposal.content)
        return {name: text for name, text in parts.items() if name not in PROFILE_PARTS}


@dataclass(frozen=True, slots=True)
class ProposalReviews:
    """Looks at proposals and approves them."""

    products: Products
    profiles: Profiles
    proposals: Proposals

    def get(self, proposal_id: int) -> ProposalReview:
        """Return a proposal beside what stands; NotFound."""
        proposal = self.proposals.get(proposal_id)
        stored = self.products.get(proposal.product_id)
        number = self.profiles.number(stored.id)  # before the profile: a later one is noticed by its number
        return ProposalReview(proposal, stored, number, content_now(stored, self.profiles))

    def waiting(self, page: int, per_page: int) -> tuple[list[ProposalReview], int]:
        """Return a page of the proposals that wait, each beside what stands, and how many wait in all."""
        proposals, total = self.proposals.waiting(page, per_page)
        ids = {each.product_id for each in proposals}
        stored, held = self.products.many(ids), self.profiles.numbered(ids)
        return [_beside(each, stored[each.product_id], held) for each in proposals if each.product_id in stored], total

    def approve(self, review: ProposalReview, context: ChangeContext) -> int:
        """Let a product become what was reviewed; return the number of the version that holds.

        Raises ChangedMeanwhile if anything of it is no longer as it was reviewed, InvalidValue for what a product
        cannot be, Conflict where it would be another one's twin, NotFound if it is gone.
        """
        if review.proposal.state != "proposed":
            raise ChangedMeanwhile.from_code("profile.decided", who=review.proposal.decided_by)
        stood, seen = review.stored.product, replace(context, as_seen=bool(review.texts))

        def changed(current: Product) -> Product:
            return with_texts(seen.seen(stood, current), review.texts)

        return self.proposals.approve(review.proposal.id, review.number, context, changed)  # 2


def _beside(
    proposal: Proposal, stored: StoredProduct, held: Mapping[int, tuple[int, ProductProfile]]
) -> ProposalReview:
    number, profile = held.get(stored.id, (0, NO_PROFILE))
    return ProposalReview(proposal, stored, number, ProductContent.of_product(stored.product, profile))
