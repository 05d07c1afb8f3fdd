"""A printed batch's labels for a screen or for a packaging designer: pictures of its pages, or its QR codes alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.host import Host
from labelsvc.rendering.code_batch import seal_line
from labelsvc.rendering.code_symbols import code_matrices, symbol_pdf, symbol_png, symbol_svg
from labelsvc.rendering.page_svg import pages_svg
from labelsvc.rendering.raster import page_pictures
from labelsvc.storage.batch_records import Batch, BatchLine, BatchPart
from labelsvc.storage.epochs import Epochs
from labelsvc.workflows.press_room import PressRoom

QR_FORMS: dict[str, Callable[..., bytes]] = {"svg": symbol_svg, "pdf": symbol_pdf, "png": symbol_png}
PICTURE_DPI = (300, 600)
MOST_SYMBOLS, MOST_PICTURES = 2_000, 100
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
Content = tuple[str, bytes]
"""A file's name and bytes."""


def qr_files(batch: Batch, lines: Sequence[BatchLine], epochs: Epochs, form: str) -> Content:
    """Return the QR codes of a batch as ``svg``, ``pdf`` or ``png``: one file, or a ZIP of one for each serial.

    InvalidValue where there are more than MOST_SYMBOLS.
    """
    draw, host = QR_FORMS[form], Host.parse(batch.host)
    _bound(sum(line.line.quantity for line in lines), MOST_SYMBOLS)
    names, codes = [], []
    for line in lines:
        sealed = seal_line(epochs.key(batch.epoch), line.line.number, 1, line.line.quantity)
        codes += sealed
        names += [f"qr-{line.line.number}-{serial:06}.{form}" for serial in range(1, len(sealed) + 1)]
    drawn = map(draw, code_matrices(host.prefix, codes))
    return _one_or_many(list(zip(names, drawn, strict=True)), f"{batch.name}-qr-{form}", packed=form == "svg")


def picture_files(batch: Batch, parts: Sequence[BatchPart], dpi: int) -> Content:
    """Return a picture of each page of a batch: one PNG, or a ZIP. InvalidValue where there are too many."""
    pages = sum(part.part.sheets for part in parts)
    _bound(pages, MOST_PICTURES)
    pictures: Iterator[bytes] = (
        picture for part in parts for picture in page_pictures(Path(batch.folder) / part.file, dpi)
    )
    files = [(f"{batch.name}-{number:03}.png", picture) for number, picture in enumerate(pictures, 1)]
    return _one_or_many(files, f"{batch.name}-{dpi}dpi", packed=False)


def svg_files(batch: Batch, parts: Sequence[BatchPart], room: PressRoom) -> Content:
    """Return each page of a batch as SVG: one file, or a ZIP.

    InvalidValue where there are too many, or print.svg_artwork: a PDF page in the design stays PDF.
    """
    if room.design(batch.design.name, batch.design.content).has_artwork:
        raise InvalidValue.of("print.svg_artwork", design=batch.design.name)
    _bound(sum(part.part.sheets for part in parts), MOST_PICTURES)
    palette = room.inked(spot_inks=True).palette
    paths = (Path(batch.folder) / part.file for part in parts)
    drawings = (svg for path in paths for svg in pages_svg(path, batch.name, palette, room.profile))
    files = [(f"{batch.name}-{number:03}.svg", svg) for number, svg in enumerate(drawings, 1)]
    return _one_or_many(files, f"{batch.name}-svg", packed=True)


def _bound(count: int, most: int) -> None:
    if count > most:
        raise InvalidValue.of("print.too_many_files", count=count, most=most)


def _one_or_many(files: Sequence[Content], name: str, *, packed: bool) -> Content:
    if len(files) == 1:
        return files[0]
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for file, content in files:
            archive.writestr(ZipInfo(file, _LONG_AGO), content, ZIP_DEFLATED if packed else ZIP_STORED)
    return f"{name}.zip", stream.getvalue()
