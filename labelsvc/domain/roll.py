"""Rolls in the trade's notation X×Y×nT×D: label width × label height × labels across × length of the roll.

X and Y are millimetres, n counts the labels across the web (T for "tem"), D is the roll's length in metres ("dài").
T may be left out, D too where it does not matter: ``roll-25x35x4``, ``roll-25x35x4T``, ``roll-40x30x3Tx50``.
The gap between labels is the stock's, not the notation's.

A roll is printed on a web and die-cut afterwards. A page is one repeat of the web: as many rows as its length holds,
with half a gap before the first row and after the last, so that pages printed one after the other join in step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import floor

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.shape import Rectangle
from labelsvc.domain.sheet import Cells, Stock

_NOTATION = re.compile(r"(\d+(?:\.\d+)?)[x×](\d+(?:\.\d+)?)[x×](\d{1,2})T?(?:[x×](\d+(?:\.\d+)?))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RollSize:
    """What a roll's notation says; ``length_m`` is 0 where it says none."""

    width_mm: float
    height_mm: float
    across: int
    length_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Web:
    """What a roll is printed on: the gap between labels, the strip at both edges, the longest repeat of the press."""

    gap_mm: float
    edge_mm: float
    repeat_mm: float


def parse_roll(notation: str) -> RollSize | None:
    """Return what X×Y×nT×D says (x or × between the numbers), or None where it is no such notation."""
    match = _NOTATION.fullmatch(notation.strip())
    if match is None:
        return None
    width, height, across, length = match.groups()
    return RollSize(float(width), float(height), int(across), float(length or 0))


def roll_stock(stock: Stock, size: RollSize, web: Web) -> Stock:
    """Return a roll of this size: ``stock`` (a roll's, of any size) gives what is the same for all.

    Raises InvalidValue stock.roll_repeat where a label is longer than the press's repeat, and what a Stock raises.
    """
    pitch = size.height_mm + web.gap_mm
    rows = floor(web.repeat_mm / pitch + 1e-6)
    if rows < 1:
        raise InvalidValue.of("stock.roll_repeat", value=size.height_mm, most=web.repeat_mm - web.gap_mm)
    label = Rectangle(size.width_mm, size.height_mm)
    cells = Cells(label, size.across, rows, web.gap_mm, web.gap_mm, web.edge_mm, web.gap_mm / 2)
    width = cells.used_mm[0] + 2 * web.edge_mm
    return replace(stock, width_mm=width, height_mm=rows * pitch, cells=cells, roll_length_m=size.length_m)
