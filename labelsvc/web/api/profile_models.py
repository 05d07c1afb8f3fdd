"""API models of product profiles and of what producers propose."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from labelsvc.domain.trace.profile import LONGEST_STORY, MOST_CERTIFICATES, MOST_EVENTS
from labelsvc.domain.trace.proposal import ProposalState
from labelsvc.web.api.models import Body, Day, Id, Page, Strict, Words

Story = Annotated[str, StringConstraints(max_length=LONGEST_STORY)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Needed = Annotated[Words, Field(min_length=1)]


class PictureItem(Strict):
    """A picture of the profile, by its SHA-256, with its size for pages in pixels."""

    sha256: str
    width_px: int
    height_px: int
    caption: str


class CertificateItem(Strict):
    """A standard or certificate; ``file`` is the SHA-256 of its file, empty without one."""

    kind: str
    number: str
    issuer: str
    until: date | None
    file: str


class KeyEventItem(Strict):
    """A key event: what, where and on which day."""

    what: str
    where: str
    on: date


class ProfileItem(Strict):
    """The approved profile; ``version`` counts its versions, 0 where none was approved."""

    version: int
    story: str
    story_en: str
    pictures: list[PictureItem]
    certificates: list[CertificateItem]
    events: list[KeyEventItem]


class NewCertificate(Body):
    """A standard or certificate; ``file`` names a file that was uploaded for the product on the desk."""

    kind: Needed
    number: Words = ""
    issuer: Words = ""
    until: Day | None = None
    file: Sha256 | None = None


class NewKeyEvent(Body):
    """A key event."""

    what: Needed
    where: Words = ""
    on: Day


class NewProposal(Body):
    """What a producer proposes; omitted parts stay as they are, lists take the place of what there is."""

    story: Story | None = None
    story_en: Story | None = None
    certificates: list[NewCertificate] | None = Field(None, max_length=MOST_CERTIFICATES)
    events: list[NewKeyEvent] | None = Field(None, max_length=MOST_EVENTS)
    note: Words = ""


class ProposalPath(Strict):
    """A proposal by its id."""

    proposal_id: Id


class ProposalItem(Strict):
    """A proposal and what it would change of what stands, by the names of parts and fields."""

    id: int
    url: str
    product_id: int
    product: str
    producer: str
    state: ProposalState
    changes: list[str]
    at: datetime
    who: str
    note: str
    answer: str


class ProposalPage(Page):
    """A page of the proposals that wait, the oldest first."""

    items: list[ProposalItem]


class ProposalDecision(Body):
    """The office approves, or answers in words what must change (``answer`` is needed then)."""

    state: Literal["approved", "answered"]
    answer: Words = ""
