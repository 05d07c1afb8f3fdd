"""QR symbols as printed on labels: the URL, the capacity of each version, the size and the quiet zone.

Several phones treat ``HTTPS://`` in capitals as text, not as a link. So the scheme is printed in lower case, which
needs QR's byte mode, and the rest in capitals, in alphanumeric mode. Batches that were ordered before (``capitals``)
are reprinted as they were: the whole URL in capitals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, get_args

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import LENGTH

QUIET_ZONE = 4
"""Modules of white on every side of a symbol (ISO/IEC 18004, 6.3.8)."""
LEAST_MODULE_MM = 0.40
"""Smaller modules are lost to dot gain (PRESS-RULES.md, QR on paper)."""
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
UrlScheme = Literal["lower", "capitals"]
"""How a batch writes ``https``."""
URL_SCHEMES: tuple[str, ...] = get_args(UrlScheme)
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""ISO/IEC 18004, table 5: a character's place is its value; two make 11 bits, a last one 6."""
MODE_BITS, BYTE_COUNT_BITS, ALPHANUMERIC_COUNT_BITS = 4, 8, 9
"""The head of a segment in versions 1 to 9 (ISO/IEC 18004, tables 2 and 3)."""


@dataclass(frozen=True, slots=True)
class UrlPrefix:
    """A URL before its code, as a QR's segments hold it: a byte segment (or none), then an alphanumeric one."""

    in_bytes: str
    in_capitals: str

    def __post_init__(self) -> None:
        strange = sorted({c for c in self.in_capitals if c not in ALPHANUMERIC})
        if strange or not self.in_bytes.isascii():
            raise InvalidValue.from_code("qr.letters", value=str(self), letters=" ".join(strange))

    @property
    def data_bits(self) -> int:
        """The data bits of a symbol with this prefix and a code."""
        letters = len(self.in_capitals) + LENGTH
        capitals = MODE_BITS + ALPHANUMERIC_COUNT_BITS + 11 * (letters // 2) + 6 * (letters % 2)
        return capitals + (MODE_BITS + BYTE_COUNT_BITS + 8 * len(self.in_bytes) if self.in_bytes else 0)

    def __str__(self) -> str:
        return self.in_bytes + self.in_capitals


@dataclass(frozen=True, slots=True)
class QrVersion:
    """A QR version with its error correction level, written ``3-Q``."""

    number: int
    level: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``3-Q``; InvalidValue for anything else."""
        number, _, level = text.partition("-")
        if not number.isdecimal() or level not in DATA_BITS.get(int(number), {}):
            raise InvalidValue.from_code("qr.version", value=text)
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
        """The data bits that it holds."""
        return DATA_BITS[self.number][self.level]

    def module_mm(self, slot_mm: float) -> float:
        """Return the size of a module where symbol and quiet zone fill a square slot."""
        return slot_mm / self.modules_with_quiet_zone

    def __str__(self) -> str:
        return f"{self.number}-{self.level}"


VERSIONS = tuple(QrVersion(number, level) for number, levels in DATA_BITS.items() for level in levels)
