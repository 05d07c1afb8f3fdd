"""Make a stock's calibration sheet, which shows how far a printer prints beside its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from labelsvc.domain.print_options import PrinterOffset
from labelsvc.domain.sheet import Stock
from labelsvc.pdf.pdfx import PdfIdentity
from labelsvc.rendering.sheets.calibration import calibration_layout, write_calibration
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.paper_words import Say
from labelsvc.workflows.part_jobs import PRODUCER
from labelsvc.workflows.print_assets import PrintAssets

STEPS = 4
_NONE = PrinterOffset()


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a sheet is to show: a stock, the printer that it is for, and how that is corrected so far."""

    stock: Stock
    printer: str = ""
    offset: PrinterOffset = _NONE


def calibration_sheet(calibration: Calibration, assets: PrintAssets, say: Say, now: datetime) -> bytes:
    """Return the sheet as PDF; StockRefused if the correction moves labels off the paper."""
    stock, offset = calibration.stock, calibration.offset
    title = say("press.calibration_title", stock=stock.title)
    if calibration.printer:
        facts = {"printer": calibration.printer, "x_mm": offset.x_mm, "y_mm": offset.y_mm}
        title = say("press.calibration_printer", stock=stock.title, **facts)
    lines = [title, *(say(f"press.calibration_{step}") for step in range(1, STEPS + 1))]
    face, identity = assets.fonts.face("BeVietnamPro-Regular"), PdfIdentity(title, now, PRODUCER)
    x_mm, y_mm = stock.offset_x_mm + offset.x_mm, stock.offset_y_mm + offset.y_mm
    layout, stream = calibration_layout(replace(stock, offset_x_mm=x_mm, offset_y_mm=y_mm)), BytesIO()
    write_calibration(stream, layout, face, lines, identity, assets.profile)
    return stream.getvalue()


def calibrate_stock(path: Path, calibration: Calibration, assets: PrintAssets, say: Say, now: datetime) -> None:
    """Write the sheet to a file."""
    content = calibration_sheet(calibration, assets, say, now)
    with whole_file(path) as pdf:
        pdf.write(content)
