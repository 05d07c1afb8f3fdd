"""Whether a producer's own version of a design may be kept, sent and approved today."""

from __future__ import annotations

from labelsvc.domain.errors import Problem
from labelsvc.web.desk import context as desk
from labelsvc.web.studio.design_trials import try_source
from labelsvc.workflows.designs.looks import DesignCopy
from labelsvc.workflows.designs.try_design import DesignTrial
from labelsvc.workflows.studio.check_copy import CopyJob, check_copy


def locked_problems(copy: DesignCopy, source: bytes) -> list[Problem]:
    """Return what a source changes of the design that it is a copy of, and may not."""
    services = desk.services()
    origin = services.design_copies.content(copy.origin_sha256)
    return check_copy(CopyJob(services.assets, copy.name, origin, source), services.settings.host)


def judged(copy: DesignCopy, trial: DesignTrial) -> list[Problem]:
    """Return what is wrong with a source that was tried: as a design, else as a copy."""
    return list(trial.problems) or locked_problems(copy, trial.source)


def judged_today(copy: DesignCopy) -> list[Problem]:
    """Return what is wrong with the kept source by the rules of today."""
    return judged(copy, try_source(desk.services().design_copies.content(copy.source_sha256), copy.name))
