"""Labels in the languages of thermal printers: ZPL (Zebra and many others), TSPL (TSC, Xprinter …), and PNG.

A label is one image; nothing is left to the fonts and the barcodes of the printer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO

import numpy as np

from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.pdf.units import number
from labelsvc.rendering.thermal.dots import Dots, packed

_RUN = re.compile(r"(.)\1+")
_MOST_AT_ONCE = 400
_MM_PER_INCH = 25.4


def zpl_begin(printer: LabelPrinter) -> bytes:
    """Return what a ZPL file begins with: the darkness, where the stock says one."""
    return f"~SD{printer.darkness:02}\n".encode() if printer.darkness else b""


def zpl_label(dots: Dots, printer: LabelPrinter) -> bytes:
    """Return a label as a format of its own: its size, one graphic field (ZPL II, ^GF) and one copy."""
    height, width = dots.shape
    rows = packed(dots)
    speed = f"^PR{printer.speed}" if printer.speed else ""
    head = f"^XA^PW{width}^LL{height}^LH0,0{speed}^FO0,0^GFA,{rows.size},{rows.size},{rows.shape[1]},"
    return head.encode() + _run_lengths([row.tobytes().hex().upper() for row in rows]) + b"^FS^PQ1^XZ\n"


def _run_lengths(rows: list[str]) -> bytes:
    """Return rows of hexadecimal digits with ZPL's run lengths; a row like the one before is a colon."""
    before = [None, *rows[:-1]]
    return "".join([":" if row == above else _row(row) for row, above in zip(rows, before, strict=True)]).encode()


@lru_cache(4_096)  # labels of a product differ in their QR, code and serial alone
def _row(row: str) -> str:
    """Return a row; what is white to its end is a comma, what is black to its end an exclamation mark."""
    for digit, rest in (("0", ","), ("F", "!")):
        if row.endswith(digit):
            return _RUN.sub(_run, row.rstrip(digit)) + rest
    return _RUN.sub(_run, row)


def _run(match: re.Match[str]) -> str:
    """Return a run: z for each 400, g to y for the twenties, G to Y for the rest, then the digit."""
    count = len(match[0])
    whole, count = divmod(count, _MOST_AT_ONCE)
    twenties, ones = divmod(count, 20)
    said = "z" * whole + (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")
    return said + match[1]


def tspl_begin(width_mm: float, height_mm: float, printer: LabelPrinter) -> bytes:
    """Return what a TSPL file begins with: the label's size, the gap between two, and how the printer is set."""
    lines = [
        f"SIZE {number(width_mm)} mm,{number(height_mm)} mm",
        f"GAP {number(printer.gap_mm)} mm,0 mm",
        *([f"SPEED {printer.speed}"] if printer.speed else []),
        *([f"DENSITY {round(printer.darkness / 2)}"] if printer.darkness else []),
        "DIRECTION 0",
        "REFERENCE 0,0",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def tspl_label(dots: Dots) -> bytes:
    """Return a label: its image without the white around it (a bit is 0 for black), and one copy."""
    rows = packed(dots)
    high, wide = np.flatnonzero(rows.any(axis=1)), np.flatnonzero(rows.any(axis=0))
    if not len(high):
        return b"CLS\r\nPRINT 1,1\r\n"
    part = rows[high[0] : high[-1] + 1, wide[0] : wide[-1] + 1]
    head = f"CLS\r\nBITMAP {wide[0] * 8},{high[0]},{part.shape[1]},{part.shape[0]},0,"
    return head.encode() + (~part).tobytes() + b"\r\nPRINT 1,1\r\n"


def png_label(dots: Dots, printer: LabelPrinter) -> bytes:
    """Return a label as PNG of one bit a pixel, which says its resolution: 8,000 pixels a metre at 203 dpi."""
    from PIL import Image

    stream, dpi = BytesIO(), _MM_PER_INCH / printer.dot_mm
    Image.fromarray(~dots).save(stream, "PNG", dpi=(dpi, dpi))
    return stream.getvalue()
