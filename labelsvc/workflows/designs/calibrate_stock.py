"""Make a stock's calibration sheet, which shows how far a printer prints beside its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from labelsvc.domain.sheet import Stock
from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.sheets.calibration import calibration_layout, write_calibration
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.paper_words import Say
from labelsvc.workflows.part_jobs import PRODUCER
from labelsvc.workflows.print_assets import PrintAssets

STEPS = 4


def calibrate_stock(path: Path, stock: Stock, assets: PrintAssets, say: Say, now: datetime) -> None:
    """Write the sheet to a file."""
    title = say("press.calibration_title", stock=stock.title)
    lines = [title, *(say(f"press.calibration_{step}") for step in range(1, STEPS + 1))]
    with whole_file(path) as pdf:
        stream: Any = pdf
        face, identity = assets.fonts.face("BeVietnamPro-Regular"), PdfIdentity(title, now, PRODUCER)
        write_calibration(stream, calibration_layout(stock), face, lines, identity, assets.profile)
