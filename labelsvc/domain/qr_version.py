"""QR versions as labels print them: what each holds, its size in modules, and the white that it needs around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from labelsvc.domain.errors import InvalidValue

QUIET_ZONE = 4
"""Modules of white on every side of a symbol (ISO/IEC 18004, 6.3.8)."""
LEAST_MODULE_MM = 0.40
"""A module below this is lost to dot gain (PRESS-RULES.md, QR on paper)."""
DATA_BITS = {
    1: {"M": 128, "Q": 104, "H": 72},
    2: {"M": 224, "Q": 176, "H": 128},
    3: {"M": 352, "Q": 272, "H": 208},
    4: {"M": 512, "Q": 384, "H": 288},
    5: {"M": 688, "Q": 496, "H": 368},
    6: {"M": 864, "Q": 608, "H": 480},
    7: {"M": 992, "Q": 704, "H": 528},
    8: {"M": 1232, "Q": 880, "H": 688},
    9: {"M": 1456, "Q": 1056, "H": 800},
}
"""Bits of data that a version holds at each level (ISO/IEC 18004:2015, table 7). Level L never prints."""


@dataclass(frozen=True, slots=True)
class Version:
    """A QR version with its error correction level, written ``3-Q``."""

    number: int
    level: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``3-Q``; InvalidValue for anything else."""
        number, _, level = text.partition("-")
        if not number.isdecimal() or level not in DATA_BITS.get(int(number), {}):
            raise InvalidValue.of("qr.version", value=text)
        return cls(int(number), level)

    @property
    def modules(self) -> int:
        """Modules on a side, without the quiet zone."""
        return 17 + 4 * self.number

    @property
    def modules_with_quiet_zone(self) -> int:
        """Modules on a side of the whole slot."""
        return self.modules + 2 * QUIET_ZONE

    @property
    def data_bits(self) -> int:
        """How many bits of data it holds."""
        return DATA_BITS[self.number][self.level]

    def module_mm(self, slot_mm: float) -> float:
        """Return the size of a module where symbol and quiet zone fill a square slot."""
        return slot_mm / self.modules_with_quiet_zone

    def __str__(self) -> str:
        return f"{self.number}-{self.level}"


VERSIONS = tuple(Version(number, level) for number, levels in DATA_BITS.items() for level in levels)
