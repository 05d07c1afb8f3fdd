"""Pages in grey by four renderers, each drawn once for all who look at it."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from tests.conftest import missing

DPI = [300, 600, 2400]
Grey = NDArray[np.uint8]


def by_pdfium(paper: Path, dpi: int) -> Grey:
    bitmap = pypdfium2.PdfDocument(paper)[0].render(scale=dpi / 72, grayscale=True)
    return bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()


def said(*command: str | Path) -> Grey:
    done = subprocess.run(command, check=True, capture_output=True)
    return np.asarray(Image.open(io.BytesIO(done.stdout)).convert("L"))


def by_poppler(paper: Path, dpi: int) -> Grey:
    return said("pdftoppm", "-gray", "-r", str(dpi), paper)


def by_mupdf(paper: Path, dpi: int) -> Grey:
    return said("mutool", "draw", "-q", "-c", "gray", "-F", "pnm", "-r", str(dpi), "-o", "-", paper)


def by_ghostscript(paper: Path, dpi: int) -> Grey:
    options = ("-dSAFER", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4")
    return said("gs", *options, "-sDEVICE=pgmraw", f"-r{dpi}", "-sOutputFile=-", paper)


RENDERERS = {
    "pdfium": (by_pdfium, ""),
    "poppler": (by_poppler, "pdftoppm"),
    "mupdf": (by_mupdf, "mutool"),
    "ghostscript": (by_ghostscript, "gs"),
}


@lru_cache(len(DPI) * 4)
def drawn(renderer: str, paper: Path, dpi: int) -> Grey:
    """Return a label's page in grey, drawn once for all who look at it."""
    render, program = RENDERERS[renderer]
    if program and shutil.which(program) is None:
        missing(f"{program} is not installed")
    return render(paper, dpi)
