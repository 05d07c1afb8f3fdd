"""Check a design as printing would meet it: its file, its QR's modules at a host, what stays clear, and label law.

``design check``, the editor and every order ask here, so that what one refuses no other prints.
"""

from __future__ import annotations

from functools import lru_cache

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.rendering.design.clearances import clearance_problems, clearance_warnings
from labelsvc.rendering.design.label_law import design_faults
from labelsvc.rendering.qr.choice import encoder_for, readability
from labelsvc.workflows.print_assets import DESIGNS_KEPT, PrintAssets

SHORT = "TEM.OCOPHN.VN"
"""A host of 13 letters: the longest that version 3 holds at level Q."""
CLEARLY_WORSE = 0.95


def check_design(name: str, source: bytes | None, assets: PrintAssets, host: Host) -> list[Problem]:
    """Return every fault; a file that cannot be read as a design raises DesignRefused with all of its own."""
    return list(_checked(name, source if source is not None else assets.design_source(name), assets, host))


@lru_cache(DESIGNS_KEPT)  # an order is looked at more than once, and the desk shows a design again and again
def _checked(name: str, source: bytes, assets: PrintAssets, host: Host) -> tuple[Problem, ...]:
    design = assets.design(name, source)
    problems = design.values.problems() + clearance_problems(design) + design_faults(design)
    try:
        design.check_module(encoder_for(host, design.qr.size_mm).version)
    except LabelsvcError as error:
        problems += error.problems
    return tuple(problems)


def symbol_warnings(host: Host, slot_mm: float) -> list[Problem]:
    """Return a warning where a shorter host would be read clearly better in a design's QR slot."""
    version, best = encoder_for(host, slot_mm).version, encoder_for(Host.parse(SHORT), slot_mm).version
    if readability(version, slot_mm) >= CLEARLY_WORSE * readability(best, slot_mm):
        return []
    facts = {"host": host.name, "length": len(host.name), "longest": len(SHORT)}
    now = {"level": version.level, "module_mm": round(version.module_mm(slot_mm), 2)}
    shorter = {"best_level": best.level, "best_module_mm": round(best.module_mm(slot_mm), 2)}
    return [Problem("host.reads_worse", facts | now | shorter)]


def design_warnings(name: str, source: bytes | None, assets: PrintAssets) -> list[Problem]:
    """Return what a press may spoil though it is no fault: a narrow safety margin, texts too near to one another."""
    return list(_warned(name, source if source is not None else assets.design_source(name), assets))


@lru_cache(DESIGNS_KEPT)
def _warned(name: str, source: bytes, assets: PrintAssets) -> tuple[Problem, ...]:
    return tuple(clearance_warnings(assets.design(name, source)))
