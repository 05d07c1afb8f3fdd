"""The palette and the fonts that the office uses now: what a running process draws with, whoever changed it last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labelsvc.pdf.inks import Ink, inks_from_json, inks_json
from labelsvc.storage.designs.office_fonts import OfficeFonts
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeLooks
from labelsvc.storage.designs.palettes import Palettes
from labelsvc.workflows.print_assets import shipped_inks

_Versions = tuple[int, tuple[int, ...]]
"""The palette's newest version, and the faces in use."""


class CurrentLooks:
    """Asks the database which versions there are each time, and reads them once."""

    def __init__(self, palettes: Palettes, fonts: OfficeFonts, templates: Path) -> None:
        self._palettes, self._fonts, self._templates = palettes, fonts, templates
        self._known: tuple[_Versions, OfficeLooks] = (0, ()), SHIPPED

    def read(self) -> OfficeLooks:
        """Return what is in use at this moment."""
        now = self._palettes.newest_number(), self._fonts.numbers_in_use()
        known, looks = self._known
        if known != now:
            looks = OfficeLooks(self._read_palette(), self._fonts.in_use())
            self._known = now, looks
        return looks

    def _read_palette(self) -> str:
        newest = self._palettes.newest()
        if newest is None:
            return ""
        inks = all_inks(inks_from_json(newest.inks), shipped_inks(self._templates))
        return inks_json(ink for ink in inks if not ink.retired)


def all_inks(office: Sequence[Ink], shipped: Sequence[Ink]) -> list[Ink]:
    """Return the office's colours, retired ones too, and those that are shipped since it changed them last.

    What the office says of a screen colour holds.
    """
    known = {ink.screen for ink in office}
    return [*office, *(ink for ink in shipped if ink.screen not in known)]
