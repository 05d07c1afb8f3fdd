"""One part of a batch as a press PDF: pages of labels, written from front to back, and the rows of its manifest.

A product's art, with the finder patterns of its QR, is a form XObject that is written when it is first used. A page has
two content streams: places of art with the pieces' texts and the marks, then the paths of all symbols. Pieces are
assembled from tables and joins, a page at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from labelsvc.pdf.pdf_file import PageTree, PdfFile
from labelsvc.pdf.pdfx import BLACK_OVERPRINTING, PdfIdentity, close_press_file
from labelsvc.rendering.qr.encoder import TOGETHER
from labelsvc.rendering.qr.paths import finder_patterns, qr_page_operators, symbol_paths
from labelsvc.rendering.sheets.crop_marks import SlugLine
from labelsvc.rendering.sheets.manifest import end_cells, page_rows, place_cells
from labelsvc.rendering.sheets.page_forms import PageForms
from labelsvc.rendering.sheets.part_job import PartJob, PieceRun
from labelsvc.rendering.sheets.positions import page_boxes, piece_places, symbol_place, symbol_places
from labelsvc.rendering.typesetting.subset import write_fonts

PAGE_LEVEL = 4
"""libdeflate's level for pages: at 4 a stamp takes the least time for its bytes (PRODUCT §4)."""


@dataclass(frozen=True, slots=True)
class PartReport:
    """What was written."""

    pages: int
    pieces: int


def write_part(
    stream: BinaryIO, manifest_stream: BinaryIO, job: PartJob, progress: Callable[[int], None] | None = None
) -> PartReport:
    """Write a part's PDF and its manifest rows (UTF-8, CRLF, no header); ``progress`` hears how many pieces came since.

    Raises PrintRefused press.profile, text.letter_missing (a slug that its face cannot draw).
    """
    part = _PartWriter(stream, manifest_stream, job)
    done = 0
    sheets = range(job.imposition.sheets)
    together = max(1, TOGETHER // job.layout.per_sheet)
    for start in sheets[::together]:
        pieces = part.write_sheets(sheets[start : start + together])
        done += pieces
        if progress:
            progress(pieces)
    part.close()
    return PartReport(len(sheets), done)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Pieces side by side: codes, serials, and the run of each (its index in the job)."""

    codes: Sequence[str]
    serials: Sequence[int]
    runs: Sequence[int]

    @classmethod
    def from_runs(cls, runs: Sequence[PieceRun]) -> _Pieces:
        codes: list[str] = []
        serials: list[int] = []
        indices: list[int] = []
        for index, run in enumerate(runs):
            codes += run.codes
            serials += run.serials
            indices += [index] * len(run.codes)
        return cls(codes, serials, indices)

    def some(self, which: Sequence[int]) -> _Pieces:
        """Return some pieces; those of a range are cut out at once."""
        if not isinstance(which, range):
            codes, serials, runs = self.codes, self.serials, self.runs
            return _Pieces([codes[i] for i in which], [serials[i] for i in which], [runs[i] for i in which])
        cut = slice(which.start, which.stop, which.step)
        return _Pieces(self.codes[cut], self.serials[cut], self.runs[cut])


class _PartWriter:
    """A part being written: its tables by position and by run, and the file."""

    def __init__(self, stream: BinaryIO, manifest_stream: BinaryIO, job: PartJob) -> None:
        self._job, self._pdf, self._manifest = job, PdfFile(stream), manifest_stream
        self._pieces = _Pieces.from_runs(job.runs)
        if len(self._pieces.codes) != job.part.pieces:
            raise AssertionError(f"{len(self._pieces.codes)} codes for a part of {job.part.pieces} pieces")
        layout = job.layout
        self._encoder = job.encoder
        self._imposition = job.imposition
        self._pages = PageTree(self._pdf)
        slot, version = (job.qr_x_mm, job.qr_y_mm, job.qr_size_mm), self._encoder.version
        finders = BLACK_OVERPRINTING + symbol_place(layout, slot, version) + finder_patterns(version.modules) + b"f Q\n"
        self._forms = PageForms(self._pdf, job, finders)
        self._slug = SlugLine(layout, job.slug_face, job.slug, job.total_sheets)
        self._boxes = page_boxes(layout)
        self._places = piece_places(layout)
        self._symbol_places = symbol_places(layout, slot, version)
        self._place_cells = place_cells(layout.positions)
        self._run_cells = [(f"{run.line},", end_cells(run.product, run.producer, run.stars)) for run in job.runs]
        job.piece_text.record(job.fonts)

    def write_sheets(self, sheets: Sequence[int]) -> int:
        """Write some pages; their symbols and texts are made together. Return how many pieces they hold."""
        places = [self._imposition.on_sheet(sheet) for sheet in sheets]
        pages = [self._pieces.some(pieces) for _, pieces in places]
        codes = [code for page in pages for code in page.codes]
        symbols = self._encoder.symbols(codes)
        paths = symbol_paths(self._encoder, symbols)
        texts = self._job.piece_text.operators(codes, [serial for page in pages for serial in page.serials])
        urls = self._encoder.urls(codes)
        if self._job.inspect:
            self._job.inspect(symbols, urls)
        done = 0
        for sheet, (positions, _), page in zip(sheets, places, pages, strict=True):
            some = slice(done, done + len(page.codes))
            qr_places = [self._symbol_places[i] for i in positions]
            content = qr_page_operators(paths[some], qr_places)
            self._write_page(sheet, positions, page, texts[some], content)
            self._write_rows(sheet, positions, page, urls[some])
            done = some.stop
        return done

    def _write_page(
        self, sheet: int, positions: Sequence[int], page: _Pieces, texts: Sequence[bytes], paths: bytes
    ) -> None:
        job, forms, places = self._job, self._forms, self._places
        arts = {run: forms.art(job.runs[run].art) for run in dict.fromkeys(page.runs)}
        pieces = [
            b"%b%b Do %b Q\n" % (places[position], arts[run], text)
            for position, run, text in zip(positions, page.runs, texts, strict=True)
        ]
        beside, names = forms.beside(positions)
        slug = self._slug.on_sheet(job.part.first_sheet + sheet, job.fonts)
        content = b"".join([BLACK_OVERPRINTING, *pieces, beside, slug])
        streams = [self._pdf.add_stream(b"", data, level=PAGE_LEVEL) for data in (content, BLACK_OVERPRINTING + paths)]
        resources = forms.resources(dict.fromkeys([*arts.values(), *names]))
        contents = b" ".join([b"%d 0 R" % stream for stream in streams])
        self._pages.add(b"%b/Resources%b/Contents[%b]" % (self._boxes, resources, contents))

    def _write_rows(self, sheet: int, positions: Sequence[int], page: _Pieces, urls: Sequence[str]) -> None:
        self._manifest.write(
            page_rows(
                (self._job.part.number, sheet + 1),
                [self._place_cells[i] for i in positions],
                [self._run_cells[run] for run in page.runs],
                page.serials,
                page.codes,
                urls,
            )
        )

    def close(self) -> None:
        """Write the shared objects and the end of the file."""
        job = self._job
        self._forms.close(write_fonts(self._pdf, job.fonts))
        self._pages.close()
        identity = PdfIdentity(job.title, job.ordered_at, job.producer)
        close_press_file(self._pdf, identity, self._pages.root, job.profile, self._forms.all_layers)
