"""Preflight of a file as a whole and page by page, run in a process that can be stopped if a file is hostile.

:func:`inspect_file` checks the file as a whole, :func:`inspect_pages` some of its pages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from labelsvc.domain.errors import FileUnreadable, Problem
from labelsvc.limited_process import confine, import_folders, limit_memory, limit_seconds
from labelsvc.preflight.checks.bleed import check_art_in_bleed, check_bleed
from labelsvc.preflight.checks.die_lines import DieLineChecks
from labelsvc.preflight.checks.file import check_file, check_objects, check_start
from labelsvc.preflight.checks.fonts import FontChecks
from labelsvc.preflight.checks.images import check_images, check_states
from labelsvc.preflight.checks.layers import Layers, check_layers, check_used_layers
from labelsvc.preflight.checks.metadata import check_metadata
from labelsvc.preflight.checks.output_intent import check_intent
from labelsvc.preflight.checks.pages import check_page, press_marks
from labelsvc.preflight.checks.paintings import PaintingChecks
from labelsvc.preflight.checks.placed import PlacedPaintings
from labelsvc.preflight.checks.rendered_page import RenderedPage
from labelsvc.preflight.checks.technical_inks import check_technical_inks
from labelsvc.preflight.checks.texts import TextChecks, check_text_sizes
from labelsvc.preflight.content.interpreter import start_walk
from labelsvc.preflight.content.known_content import ContentCache
from labelsvc.preflight.content.walk import ContentWalk
from labelsvc.preflight.findings import Findings
from labelsvc.preflight.ink.picture_ink import CmykPictures
from labelsvc.preflight.ink.total_ink import check_ink
from labelsvc.preflight.qr.checks import check_symbols
from labelsvc.preflight.qr.codes import once_a_label

MOST_MEMORY = 4 << 30
"""Bytes of address space of a process that checks."""
SECONDS_A_FILE, SECONDS_A_PAGE = 60, 45
"""CPU time after which a process is ended."""
BROKEN = (
    pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError,
    pypdfium2.PdfiumError,
)  # fmt: skip
"""Exceptions that libraries raise for objects of unexpected types."""
START_BYTES, END_BYTES = 1024, 2048


def limit_process(path: Path) -> None:
    """Bound the memory of this process, which is about to open an untrusted file, and let it read no other file.

    Library output about such a file is discarded: some libraries bypass Python's warnings and logs.
    """
    limit_memory(MOST_MEMORY)
    confine([path, *import_folders()])
    os.environ.clear()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def inspect_file(path: Path) -> tuple[int, Findings]:
    """Return the number of pages and the findings about the file as a whole.

    Raises FileUnreadable preflight.not_pdf, preflight.truncated, preflight.password, preflight.broken.
    """
    limit_seconds(SECONDS_A_FILE)
    found = Findings()
    start = read_start(path)
    with open_pdf(path) as pdf:
        pages = len(pdf.pages)
        if not pages:
            raise FileUnreadable.from_code("preflight.no_pages", path=path)
        _inspect_whole(pdf, start, found)
    return pages, found


def inspect_content(content: bytes) -> Findings:
    """Return the findings about a file of one page that is in memory: what this program has just drawn."""
    found = Findings()
    with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
        _inspect_whole(pdf, content[:START_BYTES], found)
        document = pypdfium2.PdfDocument(content)
        file = _OpenFile(pdf, document, check_layers(pdf, None))
        _guarded(found, 1, partial(_inspect_page, file, 1, found))
        document.close()
    return found


def _inspect_whole(pdf: pikepdf.Pdf, start: bytes, found: Findings) -> None:
    warnings = [str(warning) for warning in pdf.get_warnings()]
    check_start(start, found)
    _guarded(found, 0, lambda: check_file(pdf, warnings, found))
    for check in (check_metadata, check_intent, check_layers, check_objects):
        _guarded(found, 0, partial(check, pdf, found))
    found.fact("ordered_size", 0.0, Problem("preflight.no_order", {}))


def read_start(path: Path) -> bytes:
    """Return a file's first bytes; FileUnreadable if it is not a PDF or is truncated."""
    try:
        with path.open("rb") as stream:
            start = stream.read(START_BYTES)
            size = stream.seek(0, 2)
            stream.seek(max(0, size - END_BYTES))
            end = stream.read(END_BYTES)
    except OSError as error:
        raise FileUnreadable.from_code("preflight.not_read", path=path, reason=error.strerror or str(error)) from error
    if b"%PDF-" not in start:
        raise FileUnreadable.from_code("preflight.not_pdf", path=path)
    if b"%%EOF" not in end:
        raise FileUnreadable.from_code("preflight.truncated", path=path)
    return start


def open_pdf(path: Path) -> pikepdf.Pdf:
    """Open a file; FileUnreadable if it needs a password or is beyond repair."""
    try:
        return pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise FileUnreadable.from_code("preflight.password", path=path) from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise FileUnreadable.from_code("preflight.broken", path=path) from error


def _guarded(findings: Findings, page: int, check: Callable[[], object]) -> None:
    """Run a check; an object of an unexpected type is a fault of structure, not the end of preflight."""
    try:
        check()
    except BROKEN as error:
        problem = Problem("preflight.object_broken", {"what": type(error).__name__})
        findings.fault("structure", problem, page)


def inspect_pages(path: Path, numbers: Sequence[int]) -> Findings:
    """Return the findings on some pages (from 1)."""
    found = Findings()
    with open_pdf(path) as pdf:
        file = _OpenFile(pdf, _raster_document(path), check_layers(pdf, None))
        try:
            for number in numbers:
                limit_seconds(SECONDS_A_PAGE)
                _guarded(found, number, partial(_inspect_page, file, number, found))
        finally:
            if file.document is not None:
                file.document.close()
    return found


@dataclass(frozen=True, slots=True)
class _OpenFile:
    """A file in pikepdf and, where that reads it, in PDFium, with what its pages share."""

    pdf: pikepdf.Pdf
    document: pypdfium2.PdfDocument | None
    layers: Layers
    fonts: FontChecks = field(default_factory=FontChecks)
    pictures: CmykPictures = field(default_factory=CmykPictures)
    die_lines: DieLineChecks = field(default_factory=DieLineChecks)
    known: ContentCache = field(default_factory=ContentCache)


def _raster_document(path: Path) -> pypdfium2.PdfDocument | None:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        return None


def _inspect_page(file: _OpenFile, number: int, findings: Findings) -> None:
    """Check one page: its dictionary, its content by boxes, then what only a picture of it tells."""
    page = file.pdf.pages[number - 1].obj
    sheet = check_page(page, number, findings)
    findings.mark_checked("balance", "resources", "bounds", "structure")

    def report(rule: str, problem: Problem, object_number: int) -> None:
        findings.fault(rule, problem, number, object_number=object_number)

    walk = start_walk(file.pdf, report, file.known)
    walk.page(page)
    for mark in press_marks(page):
        walk.appearance(mark)
    placed = PlacedPaintings(walk.painted, walk.again, sheet)
    sound = _check_content(file, page, walk, placed, findings)
    die_lines = file.die_lines.check(placed, file.layers, findings)
    if not (walk.complete and sound):
        for rule in ("total_ink", "qr_readable", "bleed", "text_die_line"):
            findings.skip(rule, Problem("preflight.content_refused", {"page": number}))
        return
    check_ink(page, placed, file.layers, findings)
    seen = len(findings.symbols)
    check_symbols(file.document, page, walk, file.layers, sheet, findings)
    findings.symbols[seen:] = once_a_label(findings.symbols[seen:], [line.box for line in die_lines.labels], sheet)
    if file.document is not None:
        with RenderedPage(file.document, page, sheet) as rendered:
            check_art_in_bleed(placed, file.layers, die_lines.labels, rendered, findings)
            texts = TextChecks(page, placed, file.layers, rendered, findings)
            texts.white()
            texts.near_die_line(die_lines.lines)


def _check_content(file: _OpenFile, page: Any, walk: ContentWalk, placed: PlacedPaintings, findings: Findings) -> bool:
    """Check what a page paints, as boxes and states; returns whether its pictures can be shown."""
    layers, sheet = file.layers, placed.sheet
    checks = PaintingChecks(placed, layers, findings)
    checks.check()
    checks.check_beside(walk.beside)
    check_technical_inks(placed, layers, findings)
    check_text_sizes(placed, layers, file.fonts, findings)
    file.fonts.check([*walk.painted, *walk.beside], walk.texts, sheet, findings)
    check_bleed(page, placed, layers, findings)
    check_used_layers(walk.painted, layers, sheet, findings)
    check_states(page, walk, sheet, findings)
    return check_images(placed, walk.beside, file.pictures, findings)
