"""QR symbols in bulk: for one version and level the modules are an affine function of the data bits.

Reed–Solomon, placement and masking are linear over GF(2) (ISO/IEC 18004:2015, 7.4 to 7.8). So the symbol of a prefix
and a code is the symbol of the prefix with the code "BBB…" XORed with one table row for each pair of characters; the
tables are made from about a hundred symbols of the ``qrcode`` package, which stays the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from labelsvc.domain.label_code import ALPHABET, LENGTH
from labelsvc.domain.qr_version import ALPHANUMERIC, QrVersion, UrlPrefix
from labelsvc.rendering.qr.masks import SymbolRows, best_masks, word_of

TOGETHER = 240
"""Symbols that are scored together: few enough that the temporaries of eight masks stay in the processor's cache."""

SymbolLines = Any
"""Rows and then columns as words of :func:`word_of`: bit x of a row is module x, bit y of a column module y."""


@dataclass(frozen=True, slots=True)
class Symbols:
    """Symbols as rows: ``rows[i, y]`` holds module (x, y) of symbol i in bit x; ``masks[i]`` is its mask, 0 to 7."""

    rows: SymbolRows
    masks: npt.NDArray[np.uint8]
    modules: int


@dataclass(frozen=True)
class QrEncoder:
    """All symbols of one prefix in one version; its tables take under 100 ms and are kept in the process."""

    prefix: UrlPrefix
    version: QrVersion

    def urls(self, codes: Sequence[str]) -> list[str]:
        """Return the URLs of codes."""
        prefix = str(self.prefix)
        return [prefix + code for code in codes]

    def symbols(self, codes: Sequence[str]) -> Symbols:
        """Return the symbols of codes (20 characters each) with the standard's best mask each."""
        lines, modules = self.at_mask_0(codes), self.version.modules
        changes = _mask_changes(self.prefix, self.version)
        rows = np.empty((len(codes), modules), dtype=np.uint64)
        masks = np.empty(len(codes), dtype=np.uint8)
        for start in range(0, len(codes), TOGETHER):
            some = slice(start, start + TOGETHER)
            rows[some], masks[some] = best_masks(lines[some], changes, modules)
        return Symbols(rows, masks, modules)

    def at_mask_0(self, codes: Sequence[str]) -> SymbolLines:
        """Return the symbols at mask 0: [n, 2 × modules]."""
        letters = np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(len(codes), LENGTH)
        values = _LETTER_VALUE[letters]
        (first, *tables), cuts = _tables(self.prefix, self.version), _cuts(self.prefix)
        index = [
            values[:, at] if end - at == 1 else values[:, at] << 5 | values[:, at + 1] for at, end in pairwise(cuts)
        ]
        lines = first[index[0]]
        change = np.empty_like(lines)
        for table, rows in zip(tables, index[1:], strict=True):
            np.take(table, rows, axis=0, out=change, mode="clip")  # other modes copy the whole array first
            np.bitwise_xor(lines, change, out=lines)
        return lines

    def changed_modules(self) -> list[int]:
        """Return the modules that differ from code to code, by row: module x in bit x."""
        rows = np.zeros(self.version.modules, dtype=np.uint64)
        for table in _tables(self.prefix, self.version):
            rows |= np.bitwise_or.reduce(table ^ table[0], axis=0)[: self.version.modules].astype(np.uint64)
        return [int(row) for row in rows]

    def any_symbols(self) -> list[list[int]]:
        """Return the rows of one and the same code at each of the eight masks."""
        lines = self.at_mask_0([BASE * LENGTH])[0] ^ _mask_changes(self.prefix, self.version)
        return [[int(row) for row in symbol[: self.version.modules]] for symbol in lines]


BASE = "B"
"""The code that tables are made from, twenty times: of zeros ``qrcode`` fails on a block of data that is all zero."""
_LETTER_VALUE = np.zeros(256, dtype=np.intp)
_LETTER_VALUE[[ord(c) for c in ALPHABET]] = range(32)


def reference_symbol(prefix: UrlPrefix, code: str, version: QrVersion, mask: int) -> npt.NDArray[np.bool_]:
    """Return the modules [y, x] of a symbol as the ``qrcode`` package makes it, True for dark."""
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

    level = {"M": 0, "Q": 3, "H": 2}[version.level]
    symbol = QRCode(version=version.number, error_correction=level, border=0, mask_pattern=mask)
    if prefix.in_bytes:
        symbol.add_data(QRData(prefix.in_bytes.encode("ascii"), mode=MODE_8BIT_BYTE), optimize=0)
    symbol.add_data(QRData((prefix.in_capitals + code).encode("ascii"), mode=MODE_ALPHA_NUM), optimize=0)
    symbol.make(fit=False)
    return np.array(symbol.modules, dtype=np.bool_)


def lines_of(modules: npt.NDArray[np.bool_]) -> SymbolRows:
    """Return a symbol's rows, then its columns, as words: bit x of a row, bit y of a column."""
    bits = np.uint64(1) << np.arange(modules.shape[0], dtype=np.uint64)
    result: SymbolRows = np.concatenate([(modules * bits).sum(1), (modules.T * bits).sum(1)]).astype(np.uint64)
    return result


def _cuts(prefix: UrlPrefix) -> list[int]:
    """Return where the code's groups of bits begin and end: pairs, after a single one where the prefix is odd."""
    odd = len(prefix.in_capitals) % 2
    return [0, *range(1, LENGTH, 2), LENGTH] if odd else list(range(0, LENGTH + 1, 2))


@cache
def _tables(prefix: UrlPrefix, version: QrVersion) -> list[SymbolLines]:
    """Make the tables at mask 0, one for each group: what it adds to the symbol; the first adds the prefix too.

    One symbol for each bit of a group spans it (linear). The group that the prefix's last character shares with the
    code's first (odd prefix) gets one symbol a letter.
    """
    of_base = BASE * LENGTH
    base = lines_of(reference_symbol(prefix, of_base, version, 0))

    def change(at: int, group: str) -> SymbolRows:
        code = of_base[:at] + group + of_base[at + len(group) :]
        return lines_of(reference_symbol(prefix, code, version, 0)) ^ base

    tables = []
    for at, end in pairwise(_cuts(prefix)):
        if at == 0 and end == 1:
            tables.append(np.array([change(0, letter) for letter in ALPHABET]))
            continue
        value = _value(of_base[at:end])
        basis = [change(at, _letters(value ^ 1 << bit, end - at)) for bit in range(11 if end - at == 2 else 6)]
        tables.append(_group_table(basis, end - at))
    tables[0] ^= base
    return [table.astype(word_of(version.modules)) for table in tables]


def _group_table(basis: list[SymbolRows], letters: int) -> SymbolRows:
    """Return the change for each value of a group: 1024 rows for two letters of a code, 32 for one."""
    firsts = np.array([ALPHANUMERIC.index(c) for c in ALPHABET])
    values = (firsts if letters == 1 else (firsts[:, None] * 45 + firsts).ravel()) ^ _value(BASE * letters)
    table = np.zeros((len(values), len(basis[0])), dtype=np.uint64)
    for bit, lines in enumerate(basis):
        table[(values >> bit & 1).astype(np.bool_)] ^= lines
    return table


def _value(letters: str) -> int:
    return ALPHANUMERIC.index(letters) if len(letters) == 1 else 45 * _value(letters[0]) + _value(letters[1])


def _letters(value: int, count: int) -> str:
    return ALPHANUMERIC[value] if count == 1 else ALPHANUMERIC[value // 45] + ALPHANUMERIC[value % 45]


@cache
def _mask_changes(prefix: UrlPrefix, version: QrVersion) -> SymbolLines:
    """Return [8, 2 × modules]: what each mask flips against mask 0, format bits included."""
    code = BASE * LENGTH
    lines = [lines_of(reference_symbol(prefix, code, version, mask)) for mask in range(8)]
    return np.array([mask ^ lines[0] for mask in lines]).astype(word_of(version.modules))
