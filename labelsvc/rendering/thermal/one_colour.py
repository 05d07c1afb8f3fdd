"""What a thermal printer cannot print: colours and tints, pictures, and letters of too few dots.

It prints black dots or none. Letters were looked at magnified: at 16 dots an em, which is 5.7 pt at 203 dpi and 3.9 pt
at 300 dpi, the marks of ấ, ẫ and ổ are told apart; below they run into one another (house rule).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from labelsvc.domain.errors import Problem
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QrVersion
from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.pdf.inks import Ink
from labelsvc.pdf.units import MM_PER_POINT
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, label_texts
from labelsvc.rendering.design.items import (
    ArcTextItem,
    DesignItem,
    FittedTextItem,
    LegalFields,
    PaintedShape,
    PlacedGraphic,
    PlainText,
    SpecimenMark,
    StarRow,
)
from labelsvc.rendering.design.painted_areas import element_of
from labelsvc.rendering.qr.choice import printed_module_mm

LEAST_EM_DOTS = 16.0
_ROUNDING = 0.01


def printer_problems(design: Design, version: QrVersion, printer: LabelPrinter) -> list[Problem]:
    """Return what a printer cannot print of a design, and a QR whose modules would be too small in whole dots."""
    return [*_coloured(design), *_low_slots(design, printer), *_small_modules(design, version, printer)]


def is_black_alone(design: Design) -> bool:
    """Return whether a design has neither colours nor pictures."""
    return not any(_coloured(design))


def symbol_on_dots(design: Design, version: QrVersion, printer: LabelPrinter) -> Problem:
    """Return what to say of a QR on a printer: its version, and the size of its modules in whole dots."""
    module = printed_module_mm(version, design.qr.size_mm, printer)
    facts = {"dpi": printer.dpi, "version": version.number, "level": version.level, "dots": printer.dots(module)}
    return Problem("printer.symbol", facts | {"module_mm": round(module, 3)})


def small_on_dots(filled: FilledLabel, printer: LabelPrinter) -> list[Problem]:
    """Return the texts of a filled label that the printer has too few dots for, each field once."""
    small = {text.field: text.size_pt for text in label_texts(filled) if _is_small(text.size_pt, printer)}
    return [_small(field, size, printer) for field, size in small.items()]


def _is_small(size_pt: float, printer: LabelPrinter) -> bool:
    return size_pt * MM_PER_POINT / printer.dot_mm < LEAST_EM_DOTS - _ROUNDING


def _small(field: str, size_pt: float, printer: LabelPrinter) -> Problem:
    least = LEAST_EM_DOTS * printer.dot_mm / MM_PER_POINT
    facts = {"field": field, "size": round(size_pt, 1), "least": ceil(least * 10) / 10, "dpi": printer.dpi}
    return Problem("printer.small_type", facts)


def _low_slots(design: Design, printer: LabelPrinter) -> Iterator[Problem]:
    for name, slot in (("ls:code", design.code), ("ls:serial", design.serial)):
        if slot is not None and _is_small(slot.size_pt, printer):
            yield _small(name, slot.size_pt, printer)


def _small_modules(design: Design, version: QrVersion, printer: LabelPrinter) -> Iterator[Problem]:
    """Yield a problem where the QR's modules, cut down to whole dots, are too small; it says what slot would do."""
    module = printed_module_mm(version, design.qr.size_mm, printer)
    if module < LEAST_MODULE_MM - 1e-9:
        dots = ceil(LEAST_MODULE_MM / printer.dot_mm - 1e-9)
        needed = dots * printer.dot_mm * version.modules_with_quiet_zone
        facts = {"name": design.name, "module": round(module, 3), "least": LEAST_MODULE_MM, "dpi": printer.dpi}
        yield Problem("printer.module", {**facts, "dots": dots, "size": ceil(needed * 10) / 10})


def _coloured(design: Design) -> Iterator[Problem]:
    """Yield what is neither black nor white, once for a colour in a line."""
    found: dict[tuple[int, str], Problem] = {}
    for item in design.items:
        if isinstance(item, PlacedGraphic):
            found[item.line, ""] = Problem("printer.picture", {"line": item.line, "element": element_of(item)})
        for ink in _inks(item):
            if not (ink.black or ink.paper):
                facts = {"line": item.line, "element": element_of(item), "colour": f"{ink.screen} ({ink.name})"}
                found[item.line, ink.name] = Problem("printer.colour", facts)
    for tag, ink in design.slot_inks.items():
        if not (ink.black or ink.paper):
            facts = {"line": design.lines[tag], "element": tag, "colour": f"{ink.screen} ({ink.name})"}
            found[design.lines[tag], ink.name] = Problem("printer.colour", facts)
    yield from found.values()


def _inks(item: DesignItem) -> Iterable[Ink]:
    match item:
        case PaintedShape():
            return list(item.inks)
        case PlainText() | FittedTextItem() | ArcTextItem() | StarRow() | SpecimenMark():
            return [item.ink]
        case LegalFields():
            return [item.ink, item.label_ink, *(row.own.ink for row in item.rows if row.own)]
        case _:
            return []
