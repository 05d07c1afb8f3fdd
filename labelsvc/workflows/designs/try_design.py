"""Try a design that somebody uploaded: in a process of its own with limits, as its texts are programs (Jinja).

The child answers one line of JSON, then the picture. A design that takes too long or too much memory ends with its
process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from labelsvc.domain.errors import LabelsvcError, Problem, problem_json, read_problem
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeLooks
from labelsvc.workflows.designs.begin_design import AS_IT_IS, Beginning, begin_design, is_artwork
from labelsvc.workflows.designs.design_nursery import CPU_SECONDS, ask_apart
from labelsvc.workflows.designs.open_design import open_design
from labelsvc.workflows.designs.preview_label import LabelPreview
from labelsvc.workflows.print_assets import print_assets

LARGEST_SOURCE = 24_000_000
DPI, MOST_PIXELS = 300, 850
"""Of the picture: its longer side has no more pixels than a page shows."""


@dataclass(frozen=True, slots=True)
class DesignTrial:
    """What became of a design: its picture where it could be drawn, what is wrong, and what a press may spoil."""

    picture: bytes
    problems: tuple[Problem, ...]
    source: bytes = b""
    """The design that was tried; of artwork, the one that was begun from it."""
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialJob:
    """All that the child needs; the source of ``preview`` is SVG, or artwork to begin from as ``beginning`` says.

    ``looks``: the office's palette and fonts, which the child may read nowhere else.
    """

    templates: Path
    fonts: Path
    preview: LabelPreview
    looks: OfficeLooks = SHIPPED
    beginning: Beginning = AS_IT_IS

    @property
    def source(self) -> bytes:
        """What somebody uploaded."""
        return self.preview.source or b""

    def answer(self) -> bytes:
        """Try the design, in the child."""
        trial = draw_trial(self)
        found = [list(map(problem_json, trial.problems)), list(map(problem_json, trial.warnings))]
        head = json.dumps([*found, len(trial.source)]).encode()
        return head + b"\n" + trial.source + trial.picture


def try_design(job: TrialJob) -> DesignTrial:
    """Check and draw a design within the limits of ``design_nursery``."""
    if len(job.source) > LARGEST_SOURCE:
        return DesignTrial(b"", (Problem("looks.too_large", {"most": LARGEST_SOURCE // 1000}),))
    answer = ask_apart(job, (job.templates, job.fonts, job.preview.host))
    head, _, rest = answer.partition(b"\n")
    if not head:
        return DesignTrial(b"", (Problem("looks.too_costly", {"seconds": CPU_SECONDS}),))
    problems, warnings, size = json.loads(head)
    return DesignTrial(rest[size:], tuple(map(read_problem, problems)), rest[:size], tuple(map(read_problem, warnings)))


def draw_trial(job: TrialJob) -> DesignTrial:
    """Check and draw a design in this process, which must have limits."""
    from labelsvc.workflows.designs.check_design import check_design, design_warnings
    from labelsvc.workflows.designs.preview_label import finished_png

    assets = print_assets(job.templates, job.fonts).with_looks(job.looks)
    source, preview = job.source, job.preview
    try:
        if is_artwork(source):
            begun = begin_design(source, preview.name, job.beginning)
            source = open_design(replace(preview, source=begun), begun, assets)
        found = check_design(preview.name, source, assets, preview.host)
        warnings = design_warnings(preview.name, source, assets)
        shape = assets.design(preview.name, source).shape
        dpi = max(1, min(DPI, int(MOST_PIXELS / max(shape.width_mm, shape.height_mm) * 25.4)))
        picture = finished_png(replace(preview, source=source), assets, dpi)
    except LabelsvcError as error:
        return DesignTrial(b"", tuple(error.problems), b"" if is_artwork(source) else source)
    return DesignTrial(picture, tuple(found), source, tuple(warnings))
