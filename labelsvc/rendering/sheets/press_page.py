"""Single pages as press files: tickets, swatches, calibration sheets, single QR codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from labelsvc.domain.shape import Shape
from labelsvc.pdf.pdf_file import PageTree, PdfFile, XObjectWriter
from labelsvc.pdf.pdfx import (
    BLACK_OVERPRINTING,
    CMYK,
    GRAPHICS_STATES,
    PdfIdentity,
    close_plain_file,
    close_press_file,
    colour_spaces,
)
from labelsvc.pdf.units import number, points
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.subset import write_fonts


@dataclass(frozen=True, slots=True)
class LabelForm:
    """A label that a page places as /Label: operators in points from the lower left corner of its trim.

    ``xobjects``: pictures and artworks that the operators name.
    """

    shape: Shape
    operators: bytes
    xobjects: Mapping[bytes, XObjectWriter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PressPage:
    """A page: its boxes, its operators, and the fonts and spot inks (with alternates, 0 to 1) that they name."""

    boxes: bytes
    content: bytes
    fonts: FontUse
    spots: Mapping[str, CMYK] = field(default_factory=dict)
    form: LabelForm | None = None


def write_press_file(stream: BinaryIO, pages: Sequence[PressPage], identity: PdfIdentity, profile: bytes) -> None:
    """Write pages as a PDF/X-4 file. Raises PrintRefused press.profile."""
    pdf = PdfFile(stream)
    close_press_file(pdf, identity, _write_pages(pdf, pages), profile)


def write_plain_file(stream: BinaryIO, pages: Sequence[PressPage], identity: PdfIdentity) -> None:
    """Write pages in black alone as a PDF 1.6 file to be placed in others, without profile and claim of PDF/X."""
    pdf = PdfFile(stream)
    close_plain_file(pdf, identity, _write_pages(pdf, pages))


def whole_page_boxes(width_mm: float, height_mm: float) -> bytes:
    """Return MediaBox, TrimBox and BleedBox of a page that is all trim."""
    size = f"[0 0 {number(points(width_mm), 3)} {number(points(height_mm), 3)}]".encode()
    return b"/MediaBox%b/TrimBox%b/BleedBox%b" % (size, size, size)


def _write_pages(pdf: PdfFile, pages: Sequence[PressPage]) -> int:
    """Write pages and return the root of their tree."""
    tree = PageTree(pdf)
    for page in pages:
        tree.add(_entries(pdf, page))
    tree.close()
    return tree.root


def _entries(pdf: PdfFile, page: PressPage) -> bytes:
    named = b"".join([b"/%b %d 0 R" % font for font in write_fonts(pdf, page.fonts).items()])
    shared = b"/Font<<%b>>/ExtGState%b/ColorSpace%b" % (named, GRAPHICS_STATES, colour_spaces(page.spots))
    label = b"/XObject<</Label %d 0 R>>" % _write_form(pdf, page.form, shared) if page.form else b""
    content = pdf.add_stream(b"", page.content)
    return b"%b/Resources<<%b%b>>/Contents %d 0 R" % (page.boxes, shared, label, content)


def _write_form(pdf: PdfFile, form: LabelForm, shared: bytes) -> int:
    placed = b"".join([b"/%b %d 0 R" % (name, write(pdf)) for name, write in form.xobjects.items()])
    box = f"[0 0 {number(points(form.shape.width_mm), 3)} {number(points(form.shape.height_mm), 3)}]".encode()
    resources = b"%b/XObject<<%b>>" % (shared, placed)
    entries = b"/Type/XObject/Subtype/Form/BBox%b/Resources<<%b>>" % (box, resources)
    return pdf.add_stream(entries, BLACK_OVERPRINTING + form.operators)
