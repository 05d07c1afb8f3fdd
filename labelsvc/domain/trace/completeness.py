"""What a product's profile still lacks, of what its producer can add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labelsvc.domain.trace.proposal import ProductContent

ProfileSection = Literal["pictures", "story", "certificates", "events", "label"]
PROFILE_SECTIONS: tuple[ProfileSection, ...] = ("pictures", "story", "certificates", "events", "label")
"""The pages that a profile is completed on; ``label`` holds the texts of the label."""


@dataclass(frozen=True, slots=True)
class ProfileTask:
    """Something to tell; ``name`` names its sentences, ``section`` where it is told."""

    name: str
    section: ProfileSection
    done: bool


def profile_tasks(content: ProductContent) -> tuple[ProfileTask, ...]:
    """Return what a trace code must lead to and a producer can tell, each with whether it is told.

    Decree 37/2026/NĐ-CP, art. 23(5): picture, key events, standards, address, origin. Decision 26/2026/QĐ-TTg, annex
    II, criterion 5.1: the story; a minimum of four stars in 24 of 25 sets.
    """
    profile, texts = content.profile, content.texts
    return (
        ProfileTask("pictures", "pictures", bool(profile.pictures)),
        ProfileTask("story", "story", bool(profile.story)),
        ProfileTask("events", "events", bool(profile.events)),
        ProfileTask("certificates", "certificates", bool(profile.certificates)),
        ProfileTask("address", "label", bool(texts.get("address") or texts.get("commune"))),
        ProfileTask("origin", "label", bool(texts.get("origin"))),
    )
