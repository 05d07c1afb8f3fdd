"""Show the colours of a design as inks: a list for the screen, and a page for the print shop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from labelsvc.domain.errors import DesignRefused
from labelsvc.pdf.inks import Ink, ink_limit
from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.design.items import PaintedShape, PlainText
from labelsvc.rendering.sheets.swatches import write_swatches
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.paper_words import Say
from labelsvc.workflows.part_jobs import PRODUCER
from labelsvc.workflows.print_assets import PrintAssets

__all__ = ["Ink", "design_inks", "ink_limit", "swatch_page", "write_swatch_page"]

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SCREEN = re.compile(rb"#[0-9A-Fa-f]{6}\b")


def design_inks(source: bytes, assets: PrintAssets) -> list[Ink]:
    """Return the inks of a design's colours in the palette's order, with their spot inks."""
    content = _COMMENT.sub(b"", source)
    used = {screen.decode().upper() for screen in _SCREEN.findall(content)} | _painted(source, assets)
    return [ink for ink in assets.inked(spot_inks=True).palette.inks.values() if ink.screen in used]


def _painted(source: bytes, assets: PrintAssets) -> set[str]:
    """Return the screen colours of a design's shapes and texts, however its file says them."""
    with suppress(DesignRefused):
        items = assets.inked(spot_inks=False).design("", source).items
        shapes = (ink.screen for item in items if isinstance(item, PaintedShape) for ink in item.inks)
        return {*shapes, *(item.ink.screen for item in items if isinstance(item, PlainText))}
    return set()


def swatch_page(
    path: Path,
    name: str,
    inks: list[Ink],
    assets: PrintAssets,
    say: Say,
    now: datetime,
) -> None:
    """Write a design's swatches as a press file, whole or not at all; OutputRefused if it can't be written."""
    with whole_file(path) as pdf:
        stream: Any = pdf
        write_swatch_page(stream, say("press.swatches_title", design=name), inks, assets, (say, now))


def write_swatch_page(
    stream: BinaryIO, title: str, inks: Sequence[Ink], assets: PrintAssets, said: tuple[Say, datetime]
) -> None:
    """Write the swatches of some inks as a press file; ``said``: its words, and the time of its making."""
    say, now = said
    write_swatches(stream, inks, assets.fonts, say, PdfIdentity(title, now, PRODUCER), assets.profile)
