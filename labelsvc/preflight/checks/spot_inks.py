"""Spot inks: one definition for each name, with an alternate in CMYK (ISO 15930-7, GWG 2015)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from labelsvc.domain.errors import Problem
from labelsvc.preflight.content.colours import CMYK, DEVICE_N, PROCESS, SEPARATION, ink_name, space_of
from labelsvc.preflight.content.pdf_values import items_of, name_of, number_of, object_number
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded
from labelsvc.preflight.findings import Findings

_LONGEST, _DEEPEST, _MOST_PARTS = 1 << 20, 8, 20_000
_BASED = ("/Indexed", "/I", "/Pattern")
_OF_STREAMS = frozenset(("/Length", "/Filter", "/DecodeParms"))
_CALCULATOR = 4


class SpotInks:
    """Collects every colour space of a file, and notes faults of its spot inks."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._known: dict[str, tuple[str, object]] = {}
        self._spelling: dict[str, str] = {}

    def take(self, value: Any, number: int) -> None:
        """Look at an array that may be a Separation or DeviceN space, or based on one, in an object of this number."""
        if len(value) > 1 and name_of(value[0]) in _BASED:
            if isinstance(value[1], pikepdf.Array) and not object_number(value[1]):
                self.take(value[1], number)
            return
        if len(value) < 4 or name_of(value[0]) not in ("/" + SEPARATION, "/" + DEVICE_N):
            return
        self._findings.mark_checked("spot_inks")
        alternate = space_of(value[2]).family
        inks = [ink_name(name) for name in ([value[1]] if isinstance(value[1], pikepdf.Name) else items_of(value[1]))]
        names = ", ".join(inks)
        if alternate != CMYK:
            facts = {"ink": names, "space": alternate}
            self._findings.fault("spot_inks", Problem("preflight.spot_alternate", facts), object_number=number)
        self._check_spelling(inks, number)
        if len(inks) == 1 and names not in PROCESS:
            definition = alternate, _written(value[3])
            if self._known.setdefault(names, definition) != definition:
                problem = Problem("preflight.spot_twice", {"ink": names})
                self._findings.fault("spot_inks", problem, object_number=number or object_number(value))

    def _check_spelling(self, inks: list[str], number: int) -> None:
        """One ink has one name: each spelling would get its own plate."""
        for ink in inks:
            known = self._spelling.setdefault(ink.casefold(), ink)
            if known != ink and ink not in PROCESS:
                problem = Problem("preflight.spot_spelling", {"ink": ink, "other": known})
                self._findings.fault("spot_inks", problem, object_number=number)


def _written(value: Any) -> object:
    """Return a function in canonical form, independent of how it is written; "?" if it never ends."""
    return _part_written(value, 0, iter(range(_MOST_PARTS)))


def _part_written(value: Any, depth: int, left: Iterator[int]) -> object:
    if depth > _DEEPEST or next(left, None) is None:
        return "?"
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        said = {key: _part_written(item, depth + 1, left) for key, item in value.items() if key not in _OF_STREAMS}
        return (*sorted(said.items(), key=lambda entry: entry[0]), _data(value))
    if isinstance(value, pikepdf.Array):
        return tuple(_part_written(item, depth + 1, left) for item in items_of(value))
    number = number_of(value)
    return str(value) if number is None else round(number, 6)


def _data(function: Any) -> bytes:
    if not isinstance(function, pikepdf.Stream):
        return b""
    try:
        data = decoded(function, _LONGEST)
    except (StreamTooLarge, StreamUnreadable):
        return b"?"
    return b" ".join(data.split()) if number_of(function.get("/FunctionType")) == _CALCULATOR else data
