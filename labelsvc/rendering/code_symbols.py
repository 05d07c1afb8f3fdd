"""QR codes alone, for a packaging designer: SVG, PDF in pure black, PNG; modules only, with the quiet zone."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image
from reportlab.lib.colors import CMYKColor
from reportlab.pdfgen.canvas import Canvas

from labelsvc.rendering.qr import Encoder

QUIET_ZONE = 4
MODULE_MM = 0.5
"""The size in SVG and PDF; both scale. No smaller than 0.3 mm on paper."""
PNG_MODULE_PIXELS = 16
_POINTS = 72 / 25.4
Matrix = np.ndarray


def code_matrices(prefix: str, codes: Sequence[str]) -> list[Matrix]:
    """Return the symbols of codes as bool[y, x], True for dark, without a quiet zone."""
    symbols = Encoder(prefix).symbols(codes)
    bits = np.arange(symbols.modules, dtype=np.uint64)
    return [(rows[:, None] >> bits & np.uint64(1)).astype(bool) for rows in symbols.rows]


def symbol_svg(matrix: Matrix) -> bytes:
    """Return a symbol as SVG: one path, sized in millimetres."""
    side = len(matrix) + 2 * QUIET_ZONE
    path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{w}v1h-{w}z" for x, y, w in _runs(matrix))
    size = side * MODULE_MM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size:g}mm" height="{size:g}mm" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path d="{path}"/></svg>\n'
    ).encode()


def symbol_pdf(matrix: Matrix) -> bytes:
    """Return a symbol as a PDF page of its size, in 100 % K."""
    stream, unit = BytesIO(), MODULE_MM * _POINTS
    side = len(matrix) + 2 * QUIET_ZONE
    canvas = Canvas(stream, (side * unit, side * unit), invariant=1, pageCompression=1)
    canvas.setFillColor(CMYKColor(0, 0, 0, 1))
    path = canvas.beginPath()
    for x, y, width in _runs(matrix):
        path.rect((x + QUIET_ZONE) * unit, (side - QUIET_ZONE - y - 1) * unit, width * unit, unit)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.save()
    return stream.getvalue()


def symbol_png(matrix: Matrix) -> bytes:
    """Return a symbol as PNG, black on white."""
    quiet = np.pad(matrix, QUIET_ZONE)
    pixels = np.kron(~quiet, np.ones((PNG_MODULE_PIXELS, PNG_MODULE_PIXELS), dtype=bool))
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _runs(matrix: Matrix) -> list[tuple[int, int, int]]:
    """Return runs of dark modules as (x, y, width)."""
    found = []
    for y, row in enumerate(matrix):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.view(np.int8), [0]))))
        found += [(int(start), y, int(end - start)) for start, end in edges.reshape(-1, 2)]
    return found
