"""Check a design as printing would meet it: its file, its QR's modules at a host, what stays clear, and label law."""

from __future__ import annotations

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.rendering.clearances import clearance_problems, clearance_warnings
from labelsvc.rendering.label_law import design_faults
from labelsvc.rendering.qr import choose
from labelsvc.workflows.press_room import PressRoom


def check_design(name: str, source: bytes | None, room: PressRoom, host: Host) -> list[Problem]:
    """Return every fault; a file that cannot be read as a design raises DesignRefused with all of its own."""
    design = room.design(name, source)
    problems = design.values.problems() + clearance_problems(design) + design_faults(design)
    try:
        design.check_module(choose(host.prefix).modules_with_quiet_zone)
    except LabelsvcError as error:
        problems += error.problems
    return problems


def design_warnings(name: str, source: bytes | None, room: PressRoom) -> list[Problem]:
    """Return what a press may spoil though it is no fault: a narrow safety margin, texts too near to one another."""
    return clearance_warnings(room.design(name, source))
