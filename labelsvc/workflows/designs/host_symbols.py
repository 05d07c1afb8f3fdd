"""What comes of a host: the version, level and module size of its QR codes in each design."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.qr_version import LEAST_MODULE_MM, QrVersion
from labelsvc.domain.thermal.label_printer import DOTS_PER_MM, LabelPrinter
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.qr.choice import encoder_for, readability
from labelsvc.rendering.thermal.one_colour import printer_problems, symbol_on_dots
from labelsvc.workflows.print_assets import PrintAssets

SHORT = Host.parse("TEM.OCOPHN.VN")
"""A host of 13 letters: the longest that version 3 holds at level Q."""
CLEARLY_WORSE = 0.95


@dataclass(frozen=True, slots=True)
class HostSymbol:
    """A host's QR code in a design, ``module_mm`` to a hundredth; ``prints`` False if the modules are too small."""

    design: str
    version: QrVersion
    module_mm: float
    prints: bool

    @property
    def fact(self) -> Problem:
        """What to say of it."""
        size = {"version": self.version.number, "level": self.version.level, "module_mm": self.module_mm}
        return Problem("qr.in_design" if self.prints else "qr.not_in_design", {"least_mm": LEAST_MODULE_MM} | size)


def host_symbol(host: Host, design: Design) -> HostSymbol:
    """Return a host's QR code in a design as new batches print it; InvalidValue if no version holds its URL."""
    version, slot_mm = encoder_for(host, design.qr.size_mm).version, design.qr.size_mm
    module_mm = version.module_mm(slot_mm)
    return HostSymbol(design.name, version, round(module_mm, 2), module_mm >= LEAST_MODULE_MM - 1e-9)


def host_facts(name: str, source: bytes, assets: PrintAssets, host: Host) -> list[Problem]:
    """Return what to say of a host's QR code in a design, on a page."""
    try:
        return [host_symbol(host, assets.design(name, source)).fact]
    except InvalidValue as error:
        return list(error.problems)


def printer_facts(host: Host, design: Design) -> list[Problem]:
    """Return what to say of a host's QR code in a design on thermal printers, by resolution; nothing of designs in
    colour, which they do not print.
    """
    found = []
    for printer in (LabelPrinter(dpi, 0.0) for dpi in DOTS_PER_MM):
        version = encoder_for(host, design.qr.size_mm, printer=printer).version
        problems = printer_problems(design, version, printer)
        if {problem.code for problem in problems} <= {"printer.module"}:
            found += problems or [symbol_on_dots(design, version, printer)]
    return found


def host_symbols(host: Host, assets: PrintAssets) -> list[HostSymbol]:
    """Return a host's QR codes in the designs that come with the product; InvalidValue as above."""
    return [host_symbol(host, assets.design(name)) for name in assets.design_names]


def host_warnings(host: Host, slot_mm: float) -> list[Problem]:
    """Return what to warn of before a host stands on thousands of labels with a QR slot of this size.

    No phone can open it, or a shorter one would be read clearly better.
    """
    unreachable = [] if host.public or host.specimen else [Problem("host.unreachable", {"host": host.name})]
    version, best = encoder_for(host, slot_mm).version, encoder_for(SHORT, slot_mm).version
    if readability(version, slot_mm) >= CLEARLY_WORSE * readability(best, slot_mm):
        return unreachable
    facts = {"host": host.name, "length": len(host.name), "longest": len(SHORT.name)}
    now = {"level": version.level, "module_mm": round(version.module_mm(slot_mm), 2)}
    shorter = {"best_level": best.level, "best_module_mm": round(best.module_mm(slot_mm), 2)}
    return [*unreachable, Problem("host.reads_worse", facts | now | shorter)]
