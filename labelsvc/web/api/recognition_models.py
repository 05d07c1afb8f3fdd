"""API models of recognitions, and of the office's decisions on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from labelsvc.web.api.models import WHOLE, Body, Day, Id, StandingName, Strict, Words

Stars = Annotated[
    int, Field(ge=1, le=5, description="One and two are recorded, never certified and never printed."), WHOLE
]
GroundName = Literal[
    "false_dossier", "criteria_not_met", "breach_of_law", "misuse_of_mark", "producer_stopped", "other"
]
Score = Annotated[float, Field(ge=0, le=100)]


class RecognitionPath(Strict):
    """One of a product's recognitions."""

    product_id: Id
    recognition_id: Id


class ExtensionItem(Strict):
    """The stars are extended until then.

    ``rule``: the decision whose transitional clause extends them; empty where the office decided so itself.
    """

    until: date
    reason: str
    by_office: bool
    rule: str


class RenewalItem(Strict):
    """When files for renewal are received, both days included, by today's rules of the programme."""

    opens: date
    closes: date
    stage: Literal["to_come", "open", "closed"]
    source: str


class SuspensionItem(Strict):
    """The stars are suspended, both days included; ``until`` null is open-ended."""

    since: date
    until: date | None
    decision_number: str
    reason: str


class WithdrawalItem(Strict):
    """The stars are withdrawn (thu hồi) from then on."""

    since: date
    ground: GroundName
    decision_number: str
    reason: str


class RecognitionItem(Strict):
    """A recognition; ``standing`` is today's, ``last_day`` includes an extension."""

    id: int
    url: str
    stars: int
    decision_number: str
    decision_date: date
    issuer: str
    score: float | None
    potential_five: bool
    first_day: date
    last_day: date
    standing: StandingName
    superseded: bool
    quota_allowed: int
    quota_used: int
    extension: ExtensionItem | None
    suspension: SuspensionItem | None
    withdrawal: WithdrawalItem | None
    renewal: RenewalItem | None
    issuer_doubt: Annotated[str, Field(description="Why this issuer may not have given these stars that day.")]


class NewRecognition(Body):
    """A renewal, or the first recognition."""

    stars: Stars
    decision_date: Day
    decision_number: Words = ""
    issuer: Words = ""
    score: Score | None = None
    potential_five: bool = False
    valid_from: Day | None = None
    valid_until: Day | None = None
    reason: Words = ""


class RecognitionChange(Body):
    """Corrections; omitted fields stay as they are, null clears a score or a day."""

    stars: Stars | None = None
    decision_date: Day | None = None
    decision_number: Words | None = None
    issuer: Words | None = None
    score: Score | None = None
    potential_five: bool | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None
    reason: Words = ""


class NewExtension(Body):
    """The new last day of the stars, and why.

    Without ``by_office`` only as far as a transitional clause of the programme allows; with it the office decides so
    itself, which every page says.
    """

    until: Day
    by_office: bool = False
    reason: Annotated[Words, Field(min_length=1)]


class NewSuspension(Body):
    """From when (default: today) to when the stars are suspended, and why."""

    since: Day | None = None
    until: Day | None = None
    decision_number: Words = ""
    reason: Annotated[Words, Field(min_length=1)]


class NewWithdrawal(Body):
    """From when (default: today) the stars are withdrawn, on which ground, by which decision, and why."""

    since: Day | None = None
    ground: GroundName = "other"
    decision_number: Annotated[Words, Field(min_length=1)]
    reason: Annotated[Words, Field(min_length=1)]
