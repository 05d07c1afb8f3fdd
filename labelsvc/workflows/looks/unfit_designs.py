"""Which designs that print today would be refused with another palette or other fonts."""

from __future__ import annotations

from labelsvc.domain.errors import DesignRefused, PrintRefused
from labelsvc.domain.host import Host
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.designs.looks import DesignCatalogue
from labelsvc.workflows.print_assets import PrintAssets


def unfit_designs(designs: DesignCatalogue, now: PrintAssets, later: PrintAssets, host: Host) -> list[str]:
    """Return the designs that are good with ``now`` and would have faults with ``later``."""
    sources = [(name, designs.source(name)) for name in designs.names]
    return [
        name
        for name, source in sources
        if _is_faulty(name, source, later, host) and not _is_faulty(name, source, now, host)
    ]


def unreadable_designs(designs: DesignCatalogue, now: PrintAssets, later: PrintAssets) -> list[str]:
    """Return the designs that use what ``later`` lacks of ``now``: a colour, a face."""
    sources = [(name, designs.source(name)) for name in designs.names]
    return [name for name, source in sources if not _reads(name, source, later) and _reads(name, source, now)]


def _is_faulty(name: str, source: bytes, assets: PrintAssets, host: Host) -> bool:
    try:
        return bool(check_design(name, source, assets, host))
    except (DesignRefused, PrintRefused):
        return True


def _reads(name: str, source: bytes, assets: PrintAssets) -> bool:
    try:
        assets.design(name, source)
    except (DesignRefused, PrintRefused):
        return False
    return True
