"""PDF pages as designers send them: made by ReportLab, good or with one fault, and pictures of all kinds."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.colors import CMYKColor, CMYKColorSep
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from labelsvc.domain.errors import DesignRefused, Problem
from tests import CHECKOUT
from tests.samples.labels_on_paper import design, ls_source

FONT = CHECKOUT / "fonts" / "BeVietnamPro_700Bold.ttf"
MM = 72 / 25.4
SPOT = "PANTONE 871 C"


def artwork_pdf(
    draw: Callable[[Any], None] = lambda canvas: None,
    *,
    width: float = 105,
    height: float = 74,
    bleed: float = 3,
    boxes: bool = True,
    ground: bool = True,
    words: str = "Cốm làng Vòng",
) -> bytes:
    """Return a page in process inks with a circle in a spot ink and some words; ``draw`` adds to it, in points."""
    pdfmetrics.registerFont(TTFont("Artwork", FONT))
    page = (width + 2 * bleed) * MM, (height + 2 * bleed) * MM
    trim = (bleed * MM, bleed * MM, (bleed + width) * MM, (bleed + height) * MM)
    stream = io.BytesIO()
    canvas = Canvas(
        stream,
        pagesize=page,
        pdfVersion=(1, 6),
        initialFontName="Artwork",
        invariant=1,
        trimBox=trim if boxes else None,
        bleedBox=(0, 0, *page) if boxes else None,
    )
    if ground:
        canvas.setFillColor(CMYKColor(0.1, 0.05, 0.4, 0))
        canvas.rect(0, 0, *page, stroke=0, fill=1)
    canvas.setFillColor(CMYKColorSep(0, 0.3, 0.9, 0.1, spotName=SPOT))
    canvas.circle((bleed + 20) * MM, (bleed + 20) * MM, 10 * MM, stroke=0, fill=1)
    canvas.setFillColor(CMYKColor(0, 0.9, 0.9, 0))
    canvas.setFont("Artwork", 24)
    canvas.drawString((bleed + 5) * MM, (bleed + max(2.0, min(60.0, height - 14))) * MM, words)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def embedded(content: bytes, kind: str) -> str:
    """Return a file as a ``data:`` URI."""
    return f"data:{kind};base64,{b64encode(content).decode()}"


def colours(width: int, height: int) -> NDArray[np.uint8]:
    """Return a picture that runs through many colours: uint8[height, width, RGB]."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 255 // width, y * 255 // height, 255 - x * 255 // width], axis=2).astype(np.uint8)


def picture(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """Return a picture as a file."""
    stream = io.BytesIO()
    image.save(stream, kind, **how)
    return stream.getvalue()


CARD = ls_source("bien-ke-105x74")
KIND = "application/pdf"


def on_card(content: bytes, more: str = "", size: str = 'width="105" height="74"') -> str:
    """Return the card with a page as its background, behind everything but the white that it begins with."""
    element = f'<ls:artwork href="{embedded(content, KIND)}" x="0" y="0" {size} {more}/>\n  '
    at = CARD.index('<rect x="72"')
    return CARD[:at] + element + CARD[at:]


def reasons(source: str) -> list[str]:
    with pytest.raises(DesignRefused) as error:
        design(source)
    return [_innermost(problem) for problem in error.value.problems]


def _innermost(problem: Problem) -> str:
    why = problem.facts.get("why")
    return _innermost(why) if isinstance(why, Problem) else problem.code
