"""What can be repaired in a design file, as the editor's page offers it: changes to choose from, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labelsvc.domain.errors import DesignRefused
from labelsvc.web.desk import context as desk
from labelsvc.web.studio.design_trials import try_source
from labelsvc.web.studio.pictures import data_uri
from labelsvc.workflows.designs.edit_design import unfold_source
from labelsvc.workflows.designs.repair_design import Repaired, RepairJob, repair_apart
from labelsvc.workflows.designs.try_design import DesignTrial

_LARGEST_SHOWN = 3_000_000


@dataclass(frozen=True, slots=True)
class RepairOffer:
    """Changes by their keys, in words; the file as the browser draws it, and the repaired one as it would print.

    A repaired file that is refused for something else is drawn by the browser too: ``printed`` is False then.
    """

    changes: tuple[tuple[str, str], ...]
    before: str
    after: str
    printed: bool


def repair_offer(trial: DesignTrial, name: str) -> RepairOffer | None:
    """Return what can be repaired in a refused SVG; None for a PDF, and where nothing can."""
    of_file = any(problem.code.startswith(("design.", "svg.")) for problem in trial.problems)
    if not of_file or not trial.source or trial.source.startswith(b"%PDF"):
        return None
    repaired = _repaired(trial.source, name, None)
    if not repaired.repairs:
        return None
    changes = tuple((key, desk.explain(change)) for key, change in repaired.repairs)
    after = try_source(repaired.source, name)
    printed = bool(after.picture)
    shown = data_uri(after.picture, "image/png") if printed else _svg(repaired.source)
    return RepairOffer(changes, _svg(trial.source), shown, printed)


def repaired_source(source: bytes, name: str, chosen: Sequence[str]) -> bytes:
    """Return an edited source with its kept files in it, and with the chosen changes."""
    try:
        return _repaired(unfold_source(source, desk.services().design_shelf), name, tuple(chosen)).source
    except DesignRefused:  # said by the trial that follows
        return source


def _repaired(source: bytes, name: str, chosen: tuple[str, ...] | None) -> Repaired:
    services = desk.services()
    job = RepairJob(services.templates, services.fonts, name, source, chosen, services.assets.looks)
    return repair_apart(job, services.settings.host)


def _svg(source: bytes) -> str:
    """Return an SVG for an ``img``, in which browsers run no script and load nothing; nothing of a very large one."""
    return data_uri(source, "image/svg+xml") if len(source) < _LARGEST_SHOWN else ""
