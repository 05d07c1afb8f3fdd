"""Shapes that a label is cut to: the trim. Lengths in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

from labelsvc.domain.errors import InvalidValue

LARGEST_MM = 3_000.0
"""No label is longer; a PDF page without UserUnit ends at 5,080 mm."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle, its corners rounded with the radius ``corner_mm``. Raises InvalidValue shape.size, shape.corner."""

    width_mm: float
    height_mm: float
    corner_mm: float = 0.0

    def __post_init__(self) -> None:
        _refuse_size(self.width_mm, self.height_mm)
        most = min(self.width_mm, self.height_mm) / 2
        if not 0 <= self.corner_mm <= most:
            raise InvalidValue.from_code("shape.corner", value=self.corner_mm, most=most)


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle. Raises InvalidValue shape.size."""

    diameter_mm: float

    def __post_init__(self) -> None:
        _refuse_size(self.diameter_mm, self.diameter_mm)

    @property
    def width_mm(self) -> float:
        """The diameter."""
        return self.diameter_mm

    @property
    def height_mm(self) -> float:
        """The diameter."""
        return self.diameter_mm


@dataclass(frozen=True, slots=True)
class PathShape:
    """Any outline: ``d`` is SVG path data of one closed line that fills the box ``width_mm`` × ``height_mm``.

    Further closed lines within it are holes.

    Its origin is the box's upper left corner, y down. Raises InvalidValue shape.size, shape.empty_path.
    """

    width_mm: float
    height_mm: float
    d: str

    def __post_init__(self) -> None:
        _refuse_size(self.width_mm, self.height_mm)
        if not self.d.strip():
            raise InvalidValue.from_code("shape.empty_path")


Shape = Rectangle | Circle | PathShape


def _refuse_size(width_mm: float, height_mm: float) -> None:
    if not (0 < width_mm <= LARGEST_MM and 0 < height_mm <= LARGEST_MM):
        raise InvalidValue.from_code("shape.size", width_mm=width_mm, height_mm=height_mm, largest_mm=LARGEST_MM)
