"""What people use today, measured beside us: each makes the same stamp, one QR of its own on every label.

Each yardstick takes a number of labels and returns the bytes that it made; it runs in the process that measures it.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests import CHECKOUT

PREFIX = "HTTPS://OCOP.HANOI.EXAMPLE/"
NAME = "Cốm làng Vòng"
FONT = CHECKOUT / "fonts" / "BeVietnamPro_500Medium.ttf"
COLUMNS, ROWS, WIDTH_MM, HEIGHT_MM, MODULE_MM = 7, 7, 25, 35, 0.4


def codes(labels: int) -> list[str]:
    """Return as many different codes."""
    return [f"{i * 7919:020}" for i in range(labels)]


def matrix(code: str) -> list[list[bool]]:
    """Return the symbol of a code as the ``qrcode`` package makes it."""
    import qrcode

    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
    symbol.add_data(PREFIX + code)
    symbol.make()
    return symbol.get_matrix()


def dark_runs(code: str) -> Iterator[tuple[int, int, int]]:
    """Yield x, y and length of each run of dark modules."""
    for y, row in enumerate(matrix(code)):
        start = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start, y, x - start
                start = None


def reportlab(labels: int) -> int:
    """ReportLab alone: a ``qrcode`` symbol and its rectangles for each label."""
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=1)
    pdfmetrics.registerFont(TTFont("BeVietnamPro", str(FONT)))
    for i, code in enumerate(codes(labels)):
        if i and i % (COLUMNS * ROWS) == 0:
            canvas.showPage()
        x, y = i % COLUMNS * WIDTH_MM * mm, i // COLUMNS % ROWS * HEIGHT_MM * mm
        canvas.setFont("BeVietnamPro", 6)
        canvas.drawString(x, y, NAME)
        canvas.drawString(x, y + 8, code)
        for left, top, length in dark_runs(code):
            size = MODULE_MM * mm
            canvas.rect(x + left * size, y + 60 - top * size, length * size, size, stroke=0, fill=1)
    canvas.save()
    return len(stream.getvalue())


def fpdf2(labels: int) -> int:
    """fpdf2: the same."""
    from fpdf import FPDF

    pdf = FPDF(unit="mm", format="A4")
    pdf.add_font("BeVietnamPro", fname=FONT)
    pdf.set_font("BeVietnamPro", size=6)
    for i, code in enumerate(codes(labels)):
        if i % (COLUMNS * ROWS) == 0:
            pdf.add_page()
        x, y = i % COLUMNS * WIDTH_MM, i // COLUMNS % ROWS * HEIGHT_MM
        pdf.text(x, y + 4, NAME)
        pdf.text(x, y + 8, code)
        for left, top, length in dark_runs(code):
            pdf.rect(x + left * MODULE_MM, y + 10 + top * MODULE_MM, length * MODULE_MM, MODULE_MM, style="F")
    return len(pdf.output())


def blabel(labels: int) -> int:
    """blabel (HTML through WeasyPrint, the QR as a picture), as its documentation has it."""
    from blabel import LabelWriter

    template = "<span>{{ name }}</span><img src='{{ label_tools.qr_code(url) }}'/><p>{{ code }}</p>"
    style = "@page { width: 25mm; height: 35mm; padding: 1mm } img { height: 18mm; width: 18mm } p { font-size: 5pt }"
    records = [{"name": NAME, "code": code, "url": PREFIX + code} for code in codes(labels)]
    with tempfile.TemporaryDirectory() as folder:
        page, sheet = Path(folder, "label.html"), Path(folder, "label.css")
        page.write_text(template, encoding="utf-8")
        sheet.write_text(style, encoding="utf-8")
        writer = LabelWriter(str(page), default_stylesheets=(str(sheet),))
        writer.write_labels(records, target=str(Path(folder, "labels.pdf")))
        return Path(folder, "labels.pdf").stat().st_size


def zxing_symbols(labels: int) -> int:
    """Only make the symbols with zxing-cpp and draw nothing."""
    import zxingcpp

    for code in codes(labels):
        zxingcpp.create_barcode(PREFIX + code, zxingcpp.BarcodeFormat.QRCode, ec_level="Q").to_image(scale=1)
    return 0


def physical_limit(folder: Path, level: int) -> tuple[int, Callable[[], int]]:
    """Return the labels of a batch's first part, and what compresses and writes just the bytes of its pages."""
    import pikepdf
    from deflate import zlib_compress

    with pikepdf.open(folder / "labels-001.pdf") as pdf:
        streams = [stream.read_bytes() for page in pdf.pages for stream in page.Contents]
    with (folder / "manifest.csv").open(encoding="utf-8") as rows:
        labels = sum(row.startswith("1,") for row in rows)

    def compress_and_write() -> int:
        with tempfile.TemporaryFile() as file:
            return sum(file.write(zlib_compress(stream, level)) for stream in streams)

    return labels, compress_and_write


YARDSTICKS = (
    ("blabel (WeasyPrint)", blabel, 60),
    ("fpdf2 + qrcode", fpdf2, 150),
    ("ReportLab + qrcode", reportlab, 150),
    ("zxing-cpp, making symbols only", zxing_symbols, 2_000),
)
