"""Some pieces of a batch at the places where they stood: a part whose other positions stay empty."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

from labelsvc.domain.imposed_positions import PickedImposition
from labelsvc.domain.imposition import Imposition
from labelsvc.rendering.sheets.part_job import PartJob


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedJob(PartJob):
    """A part whose pieces stand where ``picked`` says."""

    picked: PickedImposition

    @classmethod
    def of(cls, job: PartJob, picked: PickedImposition) -> Self:
        """Return the same part with its pieces at the picked places."""
        return cls(**{field.name: getattr(job, field.name) for field in fields(PartJob)}, picked=picked)

    @property
    def imposition(self) -> Imposition:
        """Which piece of the part stands where."""
        return self.picked
