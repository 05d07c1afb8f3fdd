"""The modules of EAN and GS1 DataMatrix symbols, as zxing-cpp makes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

ModuleRows = tuple[bytes, ...]
"""Rows of a symbol from the top, a byte a module: 1 is dark."""


@lru_cache(2_000)
def ean_modules(digits: str) -> bytes:
    """Return the modules of an EAN-13 or EAN-8 from left to right, without quiet zones."""
    import zxingcpp

    form = zxingcpp.BarcodeFormat.EAN13 if len(digits) == 13 else zxingcpp.BarcodeFormat.EAN8
    return _rows(zxingcpp.create_barcode(digits, form))[0]


@lru_cache(2_000)
def matrix_modules(elements: Sequence[str]) -> ModuleRows:
    """Return the modules of a square GS1 DataMatrix of some element strings, without quiet zone."""
    import zxingcpp

    form = zxingcpp.BarcodeFormat.DataMatrix
    return _rows(zxingcpp.create_barcode("".join(elements), form, gs1=True, force_square=True))


def dark_runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Yield where runs of dark modules begin, and how many modules each has."""
    at = 0
    for dark, run in groupby(row):
        count = len(list(run))
        if dark:
            yield at, count
        at += count


def _rows(barcode: Any) -> ModuleRows:
    import numpy as np

    pixels = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return tuple(row.tobytes() for row in (pixels == 0).astype(np.uint8))
