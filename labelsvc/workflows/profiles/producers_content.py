"""What a producer's forms show of a product: what stands, with what it changed of it in a draft or proposal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from labelsvc.domain.history import StoredProduct
from labelsvc.domain.trace.completeness import ProfileTask, profile_tasks
from labelsvc.domain.trace.proposal import PartDifference, ProductContent, approved_content, differences, with_texts
from labelsvc.storage.profiles.profiles import Profiles
from labelsvc.storage.profiles.proposals import Proposal, Proposals
from labelsvc.workflows.profiles.measure_product import measure_product


@dataclass(frozen=True, slots=True)
class ProducersContent:
    """``now``: what stands; ``shown``: what the producer made of it; ``proposal``: in which draft or proposal."""

    now: ProductContent
    shown: ProductContent
    proposal: Proposal | None

    @property
    def differences(self) -> tuple[PartDifference, ...]:
        """What would change if it were approved today."""
        return differences(self.now, self.now, self.shown)

    @property
    def unsent(self) -> bool:
        """Whether a draft holds changes that the office has not seen."""
        return self.proposal is not None and self.proposal.state == "draft" and bool(self.differences)


def tasks_of(stored: StoredProduct, content: ProductContent, today: date) -> tuple[ProfileTask, ...]:
    """Return what a product's producer can tell, and whether it is told, were the contents approved today."""
    shown = replace(stored, product=with_texts(stored.product, content.texts))
    return profile_tasks(measure_product(shown, content.profile, today))


def content_now(stored: StoredProduct, profiles: Profiles) -> ProductContent:
    """Return what stands of a product today."""
    return ProductContent.of_product(stored.product, profiles.get(stored.id))


def producers_content(stored: StoredProduct, profiles: Profiles, proposals: Proposals) -> ProducersContent:
    """Return what a producer's forms show."""
    now, proposal = content_now(stored, profiles), proposals.continued(stored.id)
    shown = approved_content(now, proposal.begun, proposal.content) if proposal else now
    return ProducersContent(now, shown, proposal)
