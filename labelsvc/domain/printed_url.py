"""What a printed URL says before its code, in the two ways that it was ever printed.

Several phones take ``HTTPS://`` in capitals for text and not for a link. So the scheme is printed in lower case, which
only QR's byte mode holds, and the rest in capitals, in the alphanumeric mode. Batches that were ordered before
(``capitals``) are reprinted as they were: the whole URL in capitals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import LENGTH

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
            raise InvalidValue.of("qr.letters", value=str(self), letters=" ".join(strange))

    @property
    def data_bits(self) -> int:
        """How many bits of data a symbol of this prefix and a code holds."""
        letters = len(self.in_capitals) + LENGTH
        capitals = MODE_BITS + ALPHANUMERIC_COUNT_BITS + 11 * (letters // 2) + 6 * (letters % 2)
        return capitals + (MODE_BITS + BYTE_COUNT_BITS + 8 * len(self.in_bytes) if self.in_bytes else 0)

    def __str__(self) -> str:
        return self.in_bytes + self.in_capitals
