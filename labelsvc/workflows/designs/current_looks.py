"""The palette and the fonts that the office uses now: what a running process draws with, whoever changed it last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labelsvc.pdf.inks import Ink, inks_from_json, inks_json
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeLooks
from labelsvc.storage.designs.palettes import Palettes
from labelsvc.workflows.print_assets import shipped_inks


class CurrentLooks:
    """Asks the database which versions there are each time, and reads them once."""

    def __init__(self, palettes: Palettes, templates: Path) -> None:
        self._palettes, self._templates = palettes, templates
        self._known: tuple[int, OfficeLooks] = 0, SHIPPED

    def read(self) -> OfficeLooks:
        """Return what is in use at this moment."""
        newest = self._palettes.newest_number()
        known, looks = self._known
        if known != newest:
            looks = self._read()
            self._known = newest, looks
        return looks

    def _read(self) -> OfficeLooks:
        newest = self._palettes.newest()
        if newest is None:
            return SHIPPED
        inks = all_inks(inks_from_json(newest.inks), shipped_inks(self._templates))
        return OfficeLooks(inks_json(ink for ink in inks if not ink.retired))


def all_inks(office: Sequence[Ink], shipped: Sequence[Ink]) -> list[Ink]:
    """Return the office's colours, retired ones too, and those that are shipped since it changed them last.

    What the office says of a screen colour holds.
    """
    known = {ink.screen for ink in office}
    return [*office, *(ink for ink in shipped if ink.screen not in known)]
