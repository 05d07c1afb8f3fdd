"""Give an uploaded design back what its editor dropped, from the former version: in a process with limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from labelsvc.domain.host import Host
from labelsvc.rendering.design.open_format.recalling import recalled
from labelsvc.workflows.designs.design_nursery import ask_apart


@dataclass(frozen=True, slots=True)
class RecallJob:
    """An uploaded source and the version before it, as the child takes them."""

    templates: Path
    fonts: Path
    source: bytes
    former: bytes

    def answer(self) -> bytes:
        """Recall what placeholders said, in the child."""
        return recalled(self.source, self.former)


def recall_apart(job: RecallJob, host: Host) -> bytes:
    """Return the source with what its placeholders said before; as it is where the child reached its limits."""
    return ask_apart(job, (job.templates, job.fonts, host)) or job.source
