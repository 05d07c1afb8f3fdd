"""Barcodes of a GTIN: the sizes that GS1 asks of an EAN-13, an EAN-8 and a GS1 DataMatrix.

GS1 General Specifications: EAN/UPC of 80 to 200 % (5.2.3.1, modules of 0.264 to 0.660 mm, nominally 0.330), GS1
DataMatrix at points of sale (5.12, modules of 0.396 to 0.990 mm, a quiet zone of one module). Sizes of EAN symbols,
heights of bars (22.85 and 18.23 mm at the nominal size) and quiet zones (11 and 7 modules, 7 and 7) are as in the size
guide of GS1 Sweden, https://gs1.se/en/guides/how-to-guides/size-guide/. The GTIN's check digit is judged with the
record (:class:`labelsvc.domain.product.Product`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from labelsvc.domain.errors import InvalidValue

NOMINAL_MODULE_MM, LEAST_EAN_MODULE_MM, MOST_EAN_MODULE_MM = 0.330, 0.264, 0.660
LEAST_MATRIX_MODULE_MM, MOST_MATRIX_MODULE_MM = 0.396, 0.990
MATRIX_QUIET_ZONE = 1
NOMINAL_BAR_MODULES = {13: 22.85 / NOMINAL_MODULE_MM, 8: 18.23 / NOMINAL_MODULE_MM}
"""Height of the bars in modules, by the number of digits: lower ones are read less often across a counter."""
LEAST_BAR_MODULES = 25.0
"""House rule: lower bars are hit by no hand-held scanner that is a little oblique (8 mm at the nominal size)."""
GUARD_MODULES, DIGIT_MODULES, DIGIT_GAP_MODULES = 5.0, 8.33, 1.0
"""Guard bars reach below the others; digits are 2.75 mm high at the nominal size, with a blank above them."""
EDGE_MODULES = 1.0
"""White above the bars and below the digits, which stand on no ground of another colour."""
BESIDE_BARS_MODULES = EDGE_MODULES + DIGIT_GAP_MODULES + DIGIT_MODULES + EDGE_MODULES
LOT_LETTERS = 20
"""The longest lot of AI (10)."""


@dataclass(frozen=True, slots=True)
class EanForm:
    """An EAN symbol by its number of digits: modules of its bars, its quiet zones, and columns of its guard bars."""

    digits: int
    modules: int
    left_quiet: int
    right_quiet: int
    guards: tuple[tuple[int, int], ...]

    @property
    def all_modules(self) -> int:
        """Modules across, quiet zones included."""
        return self.left_quiet + self.modules + self.right_quiet


EAN_13 = EanForm(13, 95, 11, 7, ((0, 3), (45, 50), (92, 95)))
EAN_8 = EanForm(8, 67, 7, 7, ((0, 3), (31, 36), (64, 67)))


def ean_digits(gtin: str) -> str:
    """Return the 13 or 8 digits that an EAN symbol of a GTIN says; InvalidValue gtin.of_case for one of a case.

    Twelve digits (UPC-A) and those that were filled up with zeros are the same number in another length.
    """
    number = gtin.zfill(14)
    if number.startswith("000000"):
        return number[6:]
    if number[0] != "0":
        raise InvalidValue.from_code("gtin.of_case", field="gtin", value=gtin)
    return number[1:]


def ean_form(digits: str) -> EanForm:
    """Return the symbol of 13 or 8 digits."""
    return EAN_13 if len(digits) == EAN_13.digits else EAN_8


def element_string(gtin: str, days: Mapping[str, date] = MappingProxyType({}), lot: str = "") -> tuple[str, ...]:
    """Return what a GS1 DataMatrix says, one text an application identifier: ``(01)08936012345674`` …

    ``days`` by identifier, "11" made on and "17" use by. InvalidValue gtin.lot for a lot that GS1 has no letters for.
    """
    if not all(0x20 < ord(letter) < 0x7F for letter in lot) or len(lot) > LOT_LETTERS or set(lot) & set("()[]"):
        raise InvalidValue.from_code("gtin.lot", field="lot", value=lot, most=LOT_LETTERS)
    dated = [f"({identifier}){day:%y%m%d}" for identifier, day in sorted(days.items())]
    return (f"(01){gtin.zfill(14)}", *dated, *([f"(10){lot}"] if lot else []))
