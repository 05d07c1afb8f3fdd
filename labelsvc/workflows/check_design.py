"""Check a design as printing would meet it: its file, its QR's modules at a host, its quiet zone, and label law."""

from __future__ import annotations

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.host import Host
from labelsvc.rendering.design_items import ArcTextItem, Box, Fields, FittedTextItem, Item, Mark, QrSlot, Shape, Stars
from labelsvc.rendering.designs import Design
from labelsvc.rendering.label_law import design_faults
from labelsvc.rendering.qr import choose
from labelsvc.workflows.press_room import PressRoom


def check_design(name: str, source: bytes | None, room: PressRoom, host: Host) -> list[Problem]:
    """Return every fault; a file that cannot be read as a design raises DesignRefused with all of its own."""
    design = room.design(name, source)
    problems = design.values.problems() + quiet_zone_problems(design) + design_faults(design)
    try:
        design.check_module(choose(host.prefix).modules_with_quiet_zone)
    except LabelsvcError as error:
        problems += error.problems
    return problems


def quiet_zone_problems(design: Design) -> list[Problem]:
    """Return what enters the slot of the QR and is not covered by paper white painted over the whole slot later."""
    problems: list[Problem] = []
    for item in design.items:
        if isinstance(item, Shape) and item.paper and _covers(item, design.qr):
            problems.clear()
        elif not (isinstance(item, Shape) and item.paper) and _overlap(bounds_of(item), design.qr):
            facts = {"name": design.name, "line": item.line, "element": _element(item)}
            problems.append(Problem("design.quiet_zone", facts))
    return problems


def _element(item: Item) -> str:
    """Return what an item is called in the file."""
    match item:
        case Shape():
            return "rect, circle, path …"
        case Stars():
            return "ls:stars"
        case ArcTextItem():
            return "ls:arc"
        case Mark():
            return "ls:mark"
        case FittedTextItem():
            return "ls:text"
        case Fields():
            return "ls:fields"


def bounds_of(item: Item) -> Box:
    """Return the box that an item may paint in; an arc of text is on a ring and bounded where it is drawn."""
    match item:
        case Shape() | Stars():
            return item.bounds
        case ArcTextItem():
            return (0.0, 0.0, 0.0, 0.0)
        case Mark(rotate=turned, box=box) if turned:
            middle_x, middle_y = item.x_mm + box.width_mm / 2, item.y_mm + box.height_mm / 2
            return middle_x - box.height_mm / 2, middle_y - box.width_mm / 2, box.height_mm, box.width_mm
        case FittedTextItem(box=box) | Mark(box=box):
            return item.x_mm, item.y_mm, box.width_mm, box.height_mm
        case Fields():
            return item.x_mm, item.y_mm, item.width_mm, item.height_mm


def _overlap(box: Box, slot: QrSlot) -> bool:
    x, y, width, height = box
    apart = x >= slot.x_mm + slot.size_mm or slot.x_mm >= x + width
    return not (apart or y >= slot.y_mm + slot.size_mm or slot.y_mm >= y + height)


def _covers(shape: Shape, slot: QrSlot) -> bool:
    x, y, width, height = shape.bounds
    corners = [(slot.x_mm + i * slot.size_mm, slot.y_mm + j * slot.size_mm) for i in (0, 1) for j in (0, 1)]
    if shape.round_:
        radius = width / 2
        return all((cx - x - radius) ** 2 + (cy - y - radius) ** 2 <= radius**2 for cx, cy in corners)
    return all(x <= cx <= x + width and y <= cy <= y + height for cx, cy in corners)
