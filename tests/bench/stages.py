"""Where the time of a part goes: the same code that prints, each stage timed on the way."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from labelsvc.domain.batch import LEAST_PIECES_IN_PART
from labelsvc.domain.label_code import EpochKey
from labelsvc.pdf import pdf_file
from labelsvc.rendering.qr import encoder as qr
from labelsvc.rendering.qr.seal import seal_line
from labelsvc.rendering.sheets import sheet_pdf
from labelsvc.rendering.sheets.heap import keep_freed_memory
from labelsvc.rendering.typesetting.piece_text import PieceText
from tests.samples.sheet_jobs import job, place

PRODUCTS = 15
STAGES = (
    ("symbols at mask 0", qr.QrEncoder, "at_mask_0"),
    ("best of eight masks", qr, "best_masks"),
    ("paths", sheet_pdf, "symbol_paths"),
    ("text of code and serial", PieceText, "operators"),
    ("compression", pdf_file, "zlib_compress"),
    ("manifest rows", sheet_pdf, "page_rows"),
)


def profile() -> Iterator[tuple[str, float]]:
    """Yield each stage with its microseconds a stamp, at a part of the usual size."""
    keep_freed_memory()
    key = EpochKey(bytes(32))
    each = LEAST_PIECES_IN_PART // PRODUCTS
    spent: Counter[str] = Counter()
    with _timed(spent):
        sheet_pdf.write_part(io.BytesIO(), io.BytesIO(), job(place("330x480"), (each,)))  # tables are made once
    spent.clear()
    start = time.process_time()
    sealed = [seal_line(key, line, 1, each) for line in range(1, PRODUCTS + 1)]
    spent["codes"] = time.process_time() - start  # type: ignore[assignment]
    what = job(place("330x480"), (each,) * PRODUCTS)
    for run, codes in zip(what.runs, sealed, strict=True):
        object.__setattr__(run, "codes", codes)
    start = time.process_time()
    with _timed(spent):
        sheet_pdf.write_part(io.BytesIO(), io.BytesIO(), what)
    whole = time.process_time() - start + spent["codes"]
    pieces = each * PRODUCTS
    for stage in ("codes", *(name for name, _, _ in STAGES)):
        yield stage, spent[stage] / pieces * 1e6
    yield "page assembly and the rest", (whole - spent.total()) / pieces * 1e6
    yield "whole", whole / pieces * 1e6


@contextmanager
def _timed(spent: Counter[str]) -> Iterator[None]:
    """Add up the CPU seconds of every stage while the context lasts."""
    undone: list[tuple[Any, str, Any]] = []
    for name, owner, attribute in STAGES:
        rightly = getattr(owner, attribute)
        undone.append((owner, attribute, rightly))
        setattr(owner, attribute, _timer(rightly, name, spent))
    try:
        yield
    finally:
        for owner, attribute, rightly in undone:
            setattr(owner, attribute, rightly)


def _timer(function: Callable[..., Any], name: str, spent: Counter[str]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.process_time() - start  # type: ignore[assignment]

    return timed
