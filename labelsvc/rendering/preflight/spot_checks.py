"""Spot inks: one definition for each name, with an alternate in CMYK (ISO 15930-7, GWG 2015)."""

from __future__ import annotations

from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.rendering.preflight.colours import CMYK, DEVICE_N, PROCESS, SEPARATION, ink_name, space_of
from labelsvc.rendering.preflight.findings import Findings
from labelsvc.rendering.preflight.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.rendering.preflight.values import name_of, object_number

_LONGEST = 1 << 20


class SpotInks:
    """Takes every colour space of a file, and notes what is wrong with its spot inks."""

    def __init__(self, found: Findings) -> None:
        self._found = found
        self._known: dict[str, tuple[str, bytes]] = {}

    def take(self, value: Any, number: int) -> None:
        """Look at an array that may be a Separation or DeviceN space, in an object of this number."""
        if len(value) < 4 or name_of(value[0]) not in ("/" + SEPARATION, "/" + DEVICE_N):
            return
        self._found.look("spot_inks")
        alternate = space_of(value[2]).family
        names = ink_name(value[1]) if isinstance(value[1], pikepdf.Name) else ", ".join(map(ink_name, value[1]))
        if alternate != CMYK:
            facts = {"ink": names, "space": alternate}
            self._found.fault("spot_inks", Problem("preflight.spot_alternate", facts), object_number=number)
        if isinstance(value[1], pikepdf.Name) and names not in PROCESS:
            definition = alternate, _written(value[3])
            if self._known.setdefault(names, definition) != definition:
                problem = Problem("preflight.spot_twice", {"ink": names})
                self._found.fault("spot_inks", problem, object_number=number or object_number(value))


def _written(function: Any) -> bytes:
    if not isinstance(function, pikepdf.Stream):
        return bytes(function.unparse(resolved=True)) if isinstance(function, pikepdf.Dictionary) else b""
    try:
        return decoded(function, _LONGEST)
    except (StreamTooLarge, StreamUnreadable):
        return b"?"
