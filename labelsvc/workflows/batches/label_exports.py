"""Exports labels of a batch in every format: on other stocks, as pictures, as SVG, or only their QR codes.

A format is made on request from the batch's own lines, serials and key: it uses no quota, and is byte-identical each
time. Every symbol is decoded before it is drawn, as in the batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from labelsvc.domain.batch import Part
from labelsvc.domain.errors import InvalidValue, NotFound, PrintRefused
from labelsvc.domain.label_code import EpochKey
from labelsvc.domain.layout import Layout, layout_for_picture, moved
from labelsvc.domain.layout import layout as layout_on
from labelsvc.domain.print_options import PrinterOffset
from labelsvc.domain.sheet import Stock
from labelsvc.pdf.raster import finished_labels
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import fill
from labelsvc.rendering.qr.seal import seal_line
from labelsvc.rendering.sheets.kept_stocks import stock_toml
from labelsvc.rendering.sheets.page_svg import pages_svg
from labelsvc.rendering.sheets.sheet_pdf import write_part
from labelsvc.rendering.sheets.symbol_files import FORMS, SymbolPaper, code_matrices
from labelsvc.rendering.thermal.one_colour import printer_problems, small_on_dots
from labelsvc.rendering.thermal.printer_files import PRINTER_SUFFIXES, PrinterStreams, write_printer_files
from labelsvc.storage.batches.batch_records import Batch, BatchPart, SourceFile
from labelsvc.storage.files.export_files import write_export as write_export
from labelsvc.storage.files.places import folder_at
from labelsvc.storage.keys.epochs import Epochs
from labelsvc.workflows.batches.batch_contents import BatchContents
from labelsvc.workflows.batches.batch_services import BatchServices
from labelsvc.workflows.batches.part_task import part_task
from labelsvc.workflows.batches.render_part import SymbolProof
from labelsvc.workflows.paper_words import PaperWords
from labelsvc.workflows.part_jobs import PRODUCER
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.stocks.stock_catalogue import StockCatalogue

PICTURE_DPI = (300, 600)
MOST_SYMBOLS, MOST_PICTURES = 2_000, 100
SINGLE = "single"
"""One label a page."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
NamedContent = tuple[str, bytes]
"""A file's name and bytes."""


EARLIER_FILES = {"a4.pdf": "a4-office.pdf"}
"""Files by the names that addresses had before; they lead to what is given out now."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A file that labels can be had as: its name, what kind it is, and of what: a stock, a resolution, an ending.

    ``printer``: for a thermal printer, on its stock.
    """

    file: str
    kind: Literal["pdf", "printer", "png", "svg", "qr"]
    of: str


@dataclass(frozen=True, kw_only=True)
class LabelExports:
    """All forms of the labels of a batch that is ready."""

    contents: BatchContents
    words: PaperWords
    epochs: Epochs
    stocks: StockCatalogue

    @classmethod
    def for_batch(cls, batch: Batch, services: BatchServices) -> LabelExports:
        """Return the forms of a batch, drawn as it was printed."""
        contents = BatchContents.read(batch, services.batches, services.assets)
        return cls(contents=contents, words=services.words, epochs=services.epochs, stocks=services.stocks)

    @property
    def batch(self) -> Batch:
        """The batch."""
        return self.contents.batch

    @property
    def assets(self) -> PrintAssets:
        """What the batch is drawn with."""
        return self.contents.assets

    @property
    def design(self) -> Design:
        """The design as the batch keeps it."""
        return self.contents.design

    @property
    def pieces(self) -> int:
        """How many labels there are."""
        return self.contents.pieces

    @property
    def sets(self) -> list[range]:
        """The labels, from 1, in sets of as many as there are in a ZIP of pictures."""
        return [range(at, min(at + MOST_PICTURES, self.pieces + 1)) for at in range(1, self.pieces + 1, MOST_PICTURES)]

    def forms(self) -> list[ExportFormat]:
        """Return every form besides the batch's own files: PDFs first. Of several labels, all but PDFs are ZIPs."""
        stocks = [stock for stock in self.stocks.stocks_for(self.design) if stock.name != self.batch.stock.name]
        pdfs = [
            ExportFormat(f"{stock.name}.pdf", "pdf", stock.name)
            for stock in stocks
            if (stock.kind == "precut" and not stock.printer) or stock.name == SINGLE or _is_for_scissors(stock)
        ]
        printers = [stock.name for stock in stocks if stock.printer and self._fits_dots(stock)]
        images = [ExportFormat(f"{name}{suffix}", "printer", name) for name in printers for suffix in PRINTER_SUFFIXES]
        pictures = [ExportFormat(self._file(f"labels-{dpi}dpi", "png"), "png", str(dpi)) for dpi in PICTURE_DPI]
        drawings = [] if self.design.has_artwork else [ExportFormat(self._file("labels", "svg"), "svg", "svg")]
        return [
            *pdfs,
            *images,
            *pictures,
            *drawings,
            *(ExportFormat(self._file("qr", form), "qr", form) for form in FORMS),
        ]

    def make(self, file: str, first: int = 1, offset: PrinterOffset | None = None) -> NamedContent:
        """Make a form; of pictures and SVG the set that begins with the label ``first``.

        ``offset`` corrects sheets for the printer that they are printed on.
        NotFound if there is no such form or set, InvalidValue if there are more than MOST_SYMBOLS codes.
        """
        file = EARLIER_FILES.get(file, file)
        form = next((form for form in self.forms() if form.file == file), None)
        some = next((some for some in self.sets if some.start == first), None)
        if form is None or some is None:
            raise NotFound.from_code("storage.no_file", batch=self.batch.name, name=file)
        name = f"{self.batch.name}-{file}"
        if form.kind == "pdf":
            return name, self._pdf(form.of, offset)
        if form.kind == "printer":
            return name, self._images(form.of, file.removeprefix(form.of))
        if form.kind == "qr":
            return _one_or_many(self._symbols(form.of), name, packed=form.of == "svg")
        if len(self.sets) > 1:
            name = f"{self.batch.name}-{some.start}-{some[-1]}-{file}"
        contents = self._pictures(int(form.of), some) if form.kind == "png" else self._drawings(some)
        files = [(f"{self.batch.name}-{n:06}.{form.kind}", content) for n, content in zip(some, contents, strict=True)]
        return _one_or_many(files, name, packed=form.kind == "svg")

    def _file(self, name: str, ending: str) -> str:
        return f"{name}.{ending}" if self.pieces == 1 else f"{name}-{ending}.zip"

    def _pdf(self, name: str, offset: PrinterOffset | None) -> bytes:
        stock = self.stocks.stock(name)
        corrected = moved(stock, offset) if offset else stock
        layout = layout_on(corrected, self.design.shape, may_turn=self.batch.options.may_turn)
        return self._drawn(name, layout, range(1, self.pieces + 1))

    def _fits_dots(self, stock: Stock) -> bool:
        """Return whether a printer's labels are as large as these, and its dots do for QR and texts."""
        layout = self.stocks.layout(stock.name, self.design)
        contents, printer = replace(self.contents, layout=layout), stock.printer
        if layout.floats or printer is None or printer_problems(self.design, contents.encoder.version, printer):
            return False
        try:
            labels = [fill(self.design, contents.facts(line, self.words.marks)) for line in contents.lines]
        except PrintRefused:  # its barcode, in whole dots
            return False
        return not any(small_on_dots(label, printer) for label in labels)

    def _images(self, stock: str, suffix: str) -> bytes:
        """Return the labels as a file for a thermal printer; every symbol was decoded before it was drawn."""
        layout = self.stocks.layout(stock, self.design)
        pdf = self._drawn(stock, layout, range(1, self.pieces + 1))
        made = {each: BytesIO() for each in PRINTER_SUFFIXES}
        list(write_printer_files(pdf, layout, PrinterStreams(*made.values()), ()))
        return made[suffix].getvalue()

    def _pictures(self, dpi: int, some: range) -> Iterator[bytes]:
        shape = self.design.shape
        return finished_labels(self._drawn("", layout_for_picture(shape), some), shape, dpi)

    def _drawings(self, some: range) -> Iterator[bytes]:
        pdf = self._drawn(SINGLE, self.assets.layout(SINGLE, self.design), some)
        palette = self.assets.inked(spot_inks=True).palette
        return pages_svg(BytesIO(pdf), self.batch.name, palette, self.assets.profile)

    def _drawn(self, stock: str, layout: Layout, some: range) -> bytes:
        """Return a press file of some labels on another stock."""
        part = Part(1, 1, -(-len(some) // layout.per_sheet), some.start - 1, len(some))
        batch = replace(self.batch, stock=SourceFile(stock, stock_toml(layout.stock)))
        parts = [BatchPart(part, "done", "", "", 0, "")]
        contents = replace(self.contents, batch=batch, parts=parts, layout=layout)
        task = part_task(contents, contents.part_lines(part), self.words, self._key, folder_at(batch.folder))
        paper = replace(task.paper, title=f"{batch.name} {stock} {some.start}–{some[-1]}")
        stream = BytesIO()
        write_part(stream, BytesIO(), replace(task, paper=paper).job(SymbolProof()))
        return stream.getvalue()

    @property
    def _key(self) -> EpochKey:
        return self.epochs.key(self.batch.epoch)

    def _symbols(self, form: str) -> list[NamedContent]:
        lines = self.contents.lines
        if (count := sum(len(each.line.serials) for each in lines)) > MOST_SYMBOLS:
            raise InvalidValue.from_code("print.too_many_files", count=count, most=MOST_SYMBOLS)
        encoder, key, files = self.contents.encoder, self._key, []
        for line in lines:
            paper = SymbolPaper(
                mark=self.contents.facts(line, self.words.marks).mark,
                face=self.assets.fonts.face("BeVietnamPro-ExtraBold"),
                ordered_at=self.batch.ordered_at,
                producer=PRODUCER,
            )
            serials = line.line.serials
            codes = seal_line(key, line.line.number, serials.start, len(serials))
            for serial, matrix in zip(serials, code_matrices(encoder, codes), strict=True):
                name = f"qr-{line.line.number}-{serial:06}"
                files.append((f"{name}.{form}", FORMS[form](paper, matrix, f"{self.batch.name} {name}")))
        return files


def _is_for_scissors(stock: Stock) -> bool:
    """Return whether labels are cut out of a sheet by hand: such a sheet has ticks, and no line for a knife."""
    return stock.kind == "sheet" and stock.marks.corners and not stock.die_line


def _one_or_many(files: Sequence[NamedContent], name: str, *, packed: bool) -> NamedContent:
    """Return one file as it is, under the form's own name, which says batch and form; several as a ZIP."""
    if len(files) == 1:
        own, content = files[0]
        return (own if name.endswith(".zip") else name), content
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for file, content in files:
            archive.writestr(ZipInfo(file, _LONG_AGO), content, ZIP_DEFLATED if packed else ZIP_STORED)
    return name, stream.getvalue()
