"""QR symbols by the thousand: for one version and level the modules are an affine function of the data bits.

Reed–Solomon, placement and masking are linear over GF(2) (ISO/IEC 18004:2015, 7.4 to 7.8). So the symbol of a prefix
and a code is the symbol of the prefix with the code "000…" XORed with one table row for each pair of characters; the
tables are made from about a hundred symbols of the ``qrcode`` package, which stays the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.label_code import ALPHABET, LENGTH
from labelsvc.rendering.qr.masks import best_masks

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""ISO/IEC 18004, table 5: a character's place is its value; two make 11 bits, a last one 6."""
LEVELS = "HQM"
QUIET_ZONE = 4
"""Modules of white on every side (ISO/IEC 18004, 6.3.8)."""
LONGEST = {
    1: {"M": 20, "Q": 16, "H": 10},
    2: {"M": 38, "Q": 29, "H": 20},
    3: {"M": 61, "Q": 47, "H": 35},
    4: {"M": 90, "Q": 67, "H": 50},
    5: {"M": 122, "Q": 87, "H": 64},
    6: {"M": 154, "Q": 108, "H": 84},
    7: {"M": 178, "Q": 125, "H": 93},
    8: {"M": 221, "Q": 157, "H": 122},
    9: {"M": 262, "Q": 189, "H": 143},
}
"""Alphanumeric characters that a version holds (ISO/IEC 18004, table 7)."""

TOGETHER = 240
"""Symbols that are scored together: few enough that the temporaries of eight masks stay in the processor's cache."""

Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Version:
    """A QR version with its error correction level."""

    number: int
    level: str

    @property
    def modules(self) -> int:
        """Modules on a side, without the quiet zone."""
        return 17 + 4 * self.number

    @property
    def modules_with_quiet_zone(self) -> int:
        """Modules on a side of the whole slot."""
        return self.modules + 2 * QUIET_ZONE


@dataclass(frozen=True, slots=True)
class Symbols:
    """Symbols as rows: ``rows[i, y]`` holds module (x, y) of symbol i in bit x; ``masks[i]`` is its mask, 0 to 7."""

    rows: Words
    masks: npt.NDArray[np.uint8]
    modules: int


def choose(prefix: str) -> Version:
    """Return the lowest version that holds prefix and code at level M, at the highest level it still allows."""
    strange = sorted({c for c in prefix if c not in ALPHANUMERIC})
    if strange:
        raise InvalidValue.of("qr.letters", value=prefix, letters=" ".join(strange))
    length = len(prefix) + LENGTH
    for number, longest in LONGEST.items():
        for level in LEVELS:
            if length <= longest[level]:
                return Version(number, level)
    raise InvalidValue.of("qr.too_long", value=prefix, length=length, longest=LONGEST[9]["M"])


class Encoder:
    """All symbols of one prefix. Made once a prefix; its tables cost under 100 ms and are kept in the process."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.version = choose(prefix)

    def symbols(self, codes: Sequence[str]) -> Symbols:
        """Return the symbols of codes (20 characters each) with the standard's best mask each."""
        lines, modules = self.at_mask_0(codes), self.version.modules
        rows = np.empty((len(codes), modules), dtype=np.uint64)
        masks = np.empty(len(codes), dtype=np.uint8)
        for start in range(0, len(codes), TOGETHER):
            some = slice(start, start + TOGETHER)
            rows[some], masks[some] = best_masks(lines[some], _mask_changes(self.prefix), modules)
        return Symbols(rows, masks, modules)

    def at_mask_0(self, codes: Sequence[str]) -> Words:
        """Return the symbols at mask 0: uint64[n, 2 × modules], rows and then columns."""
        letters = np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(len(codes), LENGTH)
        values = _LETTER_VALUE[letters]
        tables = _tables(self.prefix)
        lines = np.repeat(tables.constant[None], len(codes), axis=0)
        for (first, last), table in zip(self._groups, tables.groups, strict=True):
            index = values[:, first] if last - first == 1 else values[:, first] * 32 + values[:, first + 1]
            lines ^= table[index]
        return lines

    @cached_property
    def _groups(self) -> list[tuple[int, int]]:
        """Which characters of the code share a group of bits: pairs, after a single one where the prefix is odd."""
        odd = len(self.prefix) % 2
        cuts = [0, *range(2 - odd, LENGTH, 2), LENGTH] if odd else list(range(0, LENGTH + 1, 2))
        return list(pairwise(cuts))


@dataclass(frozen=True, slots=True)
class _Tables:
    """``constant``: lines of the prefix with a code of zeros; ``groups``: what each group's value changes."""

    constant: Words
    groups: list[Words]


_LETTER_VALUE = np.zeros(256, dtype=np.intp)
_LETTER_VALUE[[ord(c) for c in ALPHABET]] = range(32)


def reference_symbol(text: str, version: Version, mask: int) -> npt.NDArray[np.bool_]:
    """Return the modules [y, x] of a symbol as the ``qrcode`` package makes it, True for dark."""
    from qrcode.main import QRCode
    from qrcode.util import MODE_ALPHA_NUM, QRData

    level = {"M": 0, "Q": 3, "H": 2}[version.level]
    code = QRCode(version=version.number, error_correction=level, border=0, mask_pattern=mask)
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    code.make(fit=False)
    return np.array(code.modules, dtype=np.bool_)


def lines_of(modules: npt.NDArray[np.bool_]) -> Words:
    """Return a symbol's rows, then its columns, as words: bit x of a row, bit y of a column."""
    bits = np.uint64(1) << np.arange(modules.shape[0], dtype=np.uint64)
    result: Words = np.concatenate([(modules * bits).sum(1), (modules.T * bits).sum(1)]).astype(np.uint64)
    return result


@cache
def _tables(prefix: str) -> _Tables:
    """Make the tables of a prefix at mask 0: one symbol for each bit of a group spans it (linear).

    The group that the prefix's last character shares with the code's first (odd prefix) gets one symbol a letter.
    """
    version = choose(prefix)
    text = prefix + ALPHABET[0] * LENGTH
    base = lines_of(reference_symbol(text, version, 0))

    def change(start: int, group: str) -> Words:
        changed = text[:start] + group + text[start + len(group) :]
        return lines_of(reference_symbol(changed, version, 0)) ^ base

    groups = []
    start = len(prefix)
    if start % 2:
        groups.append(np.array([change(start, letter) for letter in ALPHABET]))
        start += 1
    for at in range(start, len(text), 2):
        letters = len(text[at : at + 2])
        basis = [change(at, _letters(1 << bit, letters)) for bit in range(11 if letters == 2 else 6)]
        groups.append(_group_table(basis, letters))
    return _Tables(base, groups)


def _group_table(basis: list[Words], letters: int) -> Words:
    """Return what each value of a group changes: 1024 rows for two letters of a code, 32 for one."""
    firsts = np.array([ALPHANUMERIC.index(c) for c in ALPHABET])
    values = firsts if letters == 1 else (firsts[:, None] * 45 + firsts).ravel()
    table = np.zeros((len(values), len(basis[0])), dtype=np.uint64)
    for bit, lines in enumerate(basis):
        table[(values >> bit & 1).astype(np.bool_)] ^= lines
    return table


def _letters(value: int, count: int) -> str:
    return ALPHANUMERIC[value] if count == 1 else ALPHANUMERIC[value // 45] + ALPHANUMERIC[value % 45]


@cache
def _mask_changes(prefix: str) -> Words:
    """Return uint64[8, 2 × modules]: what each mask flips against mask 0, format bits included."""
    version = choose(prefix)
    text = prefix + ALPHABET[0] * LENGTH
    lines = [lines_of(reference_symbol(text, version, mask)) for mask in range(8)]
    return np.array([mask ^ lines[0] for mask in lines])
