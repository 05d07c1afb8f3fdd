"""Which designs that print today would be refused with another palette or other fonts."""

from __future__ import annotations

from labelsvc.domain.errors import DesignRefused, PrintRefused
from labelsvc.domain.host import Host
from labelsvc.rendering.design.design import Design
from labelsvc.workflows.designs.check_design import check_design
from labelsvc.workflows.designs.looks import DesignCatalogue
from labelsvc.workflows.print_assets import PrintAssets, names_family


def unfit_designs(designs: DesignCatalogue, now: PrintAssets, later: PrintAssets, host: Host) -> list[str]:
    """Return the designs that are good with ``now`` and would have faults with ``later``."""
    return [
        name
        for name, source in _touched(designs, now, later)
        if _is_faulty(name, source, later, host) and not _is_faulty(name, source, now, host)
    ]


def unreadable_designs(designs: DesignCatalogue, now: PrintAssets, later: PrintAssets) -> list[str]:
    """Return the designs that use what ``later`` lacks of ``now``: a colour, a face."""
    return [name for name, source in _touched(designs, now, later) if _read(name, source, later) is None]


def _touched(designs: DesignCatalogue, now: PrintAssets, later: PrintAssets) -> list[tuple[str, bytes]]:
    """Return the designs that can be read now and name what is not the same later: reading each again takes long."""
    colours = {screen for screen, _ in now.palette.inks.items() ^ later.palette.inks.items()}
    has_other_spots = now.palette.spots != later.palette.spots  # an artwork may have none of the palette's
    families = {font.family for font in {*now.looks.fonts} ^ {*later.looks.fonts}}
    sources = [(name, designs.source(name)) for name in designs.names]
    return [
        (name, source)
        for name, source in sources
        if (design := _read(name, source, now))
        and (
            colours & design.screens
            or (has_other_spots and design.xobjects)
            or any(names_family(source, family) for family in families)
        )
    ]


def _is_faulty(name: str, source: bytes, assets: PrintAssets, host: Host) -> bool:
    try:
        return bool(check_design(name, source, assets, host))
    except (DesignRefused, PrintRefused):
        return True


def _read(name: str, source: bytes, assets: PrintAssets) -> Design | None:
    try:
        return assets.design(name, source)
    except (DesignRefused, PrintRefused):
        return None
