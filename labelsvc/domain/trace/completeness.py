"""What a product's profile still lacks, of what its producer can add: the meter's facts, by their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from labelsvc.domain.trace.trace_facts import CRITERIA, FactState, TraceFact, TraceFactName, TraceFacts

ProfileSection = Literal["pictures", "story", "certificates", "events", "label"]
PROFILE_SECTIONS: tuple[ProfileSection, ...] = ("pictures", "story", "certificates", "events", "label")
"""The pages that a profile is completed on; ``label`` holds the texts of the label."""

TOLD_IN: Mapping[TraceFactName, ProfileSection] = {
    TraceFactName.PICTURE: "pictures",
    TraceFactName.STORY: "story",
    TraceFactName.EVENTS: "events",
    TraceFactName.STANDARDS: "certificates",
    TraceFactName.ADDRESS: "label",
    TraceFactName.ORIGIN: "label",
    TraceFactName.USE_BY: "label",
    TraceFactName.IDENTITY: "label",
}
"""What a producer tells, and where; its name and its product's are the office's."""


@dataclass(frozen=True, slots=True)
class ProfileTask:
    """A fact to tell. ``criterion``: the programme asks for it, not the decree; ``minimum``: from four stars on."""

    fact: TraceFact
    section: ProfileSection
    criterion: bool
    minimum: bool

    @property
    def done(self) -> bool:
        """Whether it is told."""
        return not self.fact.lacking


def profile_tasks(measured: TraceFacts) -> tuple[ProfileTask, ...]:
    """Return what a producer can tell of what the meter asks for; nothing of services."""
    asked = {fact.name: fact for fact in (*measured.facts, *measured.criteria)}
    return tuple(
        ProfileTask(asked[name], section, name in CRITERIA, measured.is_minimum)
        for name, section in TOLD_IN.items()
        if name in asked and asked[name].state is not FactState.NOT_APPLICABLE
    )
