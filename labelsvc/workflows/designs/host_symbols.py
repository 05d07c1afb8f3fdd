"""What comes of a host: the version, level and module size of its QR codes in each design."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.errors import InvalidValue, Problem
from labelsvc.domain.host import Host
from labelsvc.domain.qr_version import LEAST_MODULE_MM, Version
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.workflows.print_assets import PrintAssets


@dataclass(frozen=True, slots=True)
class HostSymbol:
    """A host's QR code in a design, ``module_mm`` to a hundredth; ``prints`` False where the modules are too small."""

    design: str
    version: Version
    module_mm: float
    prints: bool

    @property
    def fact(self) -> Problem:
        """What to say of it."""
        size = {"version": self.version.number, "level": self.version.level, "module_mm": self.module_mm}
        return Problem("qr.in_design" if self.prints else "qr.not_in_design", {"least_mm": LEAST_MODULE_MM} | size)


def host_symbol(host: Host, design: Design) -> HostSymbol:
    """Return a host's QR code in a design as new batches print it; InvalidValue where no version holds its URL."""
    version, slot_mm = encoder_for(host, design.qr.size_mm).version, design.qr.size_mm
    module_mm = version.module_mm(slot_mm)
    return HostSymbol(design.name, version, round(module_mm, 2), module_mm >= LEAST_MODULE_MM - 1e-9)


def host_facts(name: str, source: bytes, assets: PrintAssets, host: Host) -> list[Problem]:
    """Return what to say of a host's QR code in a design, on a page."""
    try:
        return [host_symbol(host, assets.design(name, source)).fact]
    except InvalidValue as error:
        return list(error.problems)


def host_symbols(host: Host, assets: PrintAssets) -> list[HostSymbol]:
    """Return a host's QR codes in the designs that come with the product; InvalidValue as above."""
    return [host_symbol(host, assets.design(name)) for name in assets.design_names]
