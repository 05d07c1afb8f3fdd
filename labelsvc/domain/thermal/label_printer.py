"""A thermal printer of labels, and where a symbol stands on its dots. Lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from labelsvc.domain.errors import InvalidValue

DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4}
"""Of thermal printers, by the resolution that makers name."""
_ROUNDING = 1e-6
SquareSlot = tuple[float, float, float]
"""x, y and side of a square of a label, from the upper left corner of its trim."""


@dataclass(frozen=True, slots=True)
class LabelPrinter:
    """A thermal printer of labels: its dots, the gap between the labels on its roll, and how it is set.

    ``dpi`` is what makers call it: 203 are 8 dots a millimetre. ``speed`` in inches a second, ``darkness`` 0 to 30, as
    ZPL has it; 0 leaves both as they are set on the printer. Raises InvalidValue stock.choice, stock.length.
    """

    dpi: int
    gap_mm: float
    speed: int = 0
    darkness: int = 0

    def __post_init__(self) -> None:
        if self.dpi not in DOTS_PER_MM:
            raise InvalidValue.from_code(
                "stock.choice", field="printer.dpi", value=self.dpi, allowed=tuple(DOTS_PER_MM)
            )
        for name, most in (("gap_mm", 50.0), ("speed", 14), ("darkness", 30)):
            if not 0 <= (value := getattr(self, name)) <= most:
                raise InvalidValue.from_code("stock.length", field=f"printer.{name}", value=value)

    @property
    def dot_mm(self) -> float:
        """The size of a dot."""
        return 1 / DOTS_PER_MM[self.dpi]

    def dots(self, length_mm: float) -> int:
        """Return a length in whole dots, the nearest number."""
        return round(length_mm / self.dot_mm)

    def nearest_mm(self, length_mm: float) -> float:
        """Return the length of the nearest number of dots."""
        return self.dots(length_mm) * self.dot_mm

    def covering_mm(self, length_mm: float) -> float:
        """Return the length of as many dots as cover a length."""
        return ceil(length_mm / self.dot_mm - _ROUNDING) * self.dot_mm

    def module_mm(self, slot_mm: float, modules: int) -> float:
        """Return the size of a module of whole dots where so many of them fill a square slot as far as they can."""
        return floor(slot_mm / modules / self.dot_mm + _ROUNDING) * self.dot_mm

    def square_at_dots(self, slot: SquareSlot, modules: int) -> SquareSlot:
        """Return the square of modules of whole dots in the middle of a slot, its corner at a whole dot."""
        x, y, side = slot
        whole = self.module_mm(side, modules) * modules
        spare = (side - whole) / 2
        return self.nearest_mm(x + spare), self.nearest_mm(y + spare), whole
