"""Form XObjects of a part's pages, each written when first used: arts of products, marks, contours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from labelsvc.domain.shape import Rectangle
from labelsvc.pdf.inks import COATING
from labelsvc.pdf.outlines import outline
from labelsvc.pdf.pdf_file import PdfFile
from labelsvc.pdf.pdfx import (
    ALL_INKS,
    ALL_INKS_CMYK,
    BLACK_KNOCKING_OUT,
    BLEED,
    BLEED_CMYK,
    CMYK,
    CUT,
    CUT_CMYK,
    GRAPHICS_STATES,
    colour_space_name,
    colour_spaces,
    put_layer,
)
from labelsvc.pdf.units import number, points
from labelsvc.rendering.sheets.crop_marks import contours, corner_ticks, crop_marks
from labelsvc.rendering.sheets.part_job import PartJob
from labelsvc.rendering.sheets.press_marks import colour_bar, eye_marks, registration_marks

MARKS_NAME = b"M"


class PageForms:
    """Forms and the dictionaries shared with the pages: fonts, overprint states, spot inks, layers."""

    def __init__(self, pdf: PdfFile, job: PartJob, on_art: bytes = b"") -> None:
        """Write what forms share; ``on_art`` are operators that are drawn over every art."""
        layout = job.layout
        self.fonts = pdf.reserve()
        self._colours = pdf.reserve()
        self._states = pdf.add(GRAPHICS_STATES)
        contoured = {CUT: (CUT_CMYK, 0.0)} if layout.stock.die_line else {}
        if contoured and layout.stock.bleed_layer and layout.bleed_mm:
            contoured[BLEED] = (BLEED_CMYK, layout.bleed_mm)
        self._contoured = contoured
        self.layers = {spot: put_layer(pdf, spot) for spot in contoured}
        self._pdf, self._layout, self._job = pdf, layout, job
        self._used_spots: dict[str, CMYK] = {spot: cmyk for spot, (cmyk, _) in contoured.items()}
        self._coating = 0
        self._objects: dict[bytes, int] = {}
        self._arts: dict[bytes, bytes] = {}
        self._xobjects: dict[bytes, int] = {}
        self._contours: dict[tuple[str, Sequence[int]], bytes] = {}
        self._corner_ticks: dict[Sequence[int], bytes] = {}
        shape, bleed = layout.shape, layout.bleed_mm
        self._bleed_box = _box(-bleed, -bleed, shape.width_mm + bleed, shape.height_mm + bleed)
        square = isinstance(shape, Rectangle) and not shape.corner_mm  # the form's own box cuts it
        clip = b"" if square else outline(shape, 0, 0, bleed) + b"W n\n"
        self._before_art, self._on_art = BLACK_KNOCKING_OUT + b"q " + clip, b"\nQ\n" + on_art
        self._page_box = _box(0, 0, layout.page_width_mm, layout.page_height_mm)
        registration = registration_marks(layout)
        if registration:
            self._used_spots[ALL_INKS] = ALL_INKS_CMYK
        arts = {run.art for run in job.runs}
        spots = [spot for spot in job.spots if spot != COATING and any(_paints_with(spot, art) for art in arts)]
        marks = crop_marks(layout) + colour_bar(layout, spots) + registration + eye_marks(layout)
        self._note_spots(marks)
        if marks:
            self._put(MARKS_NAME, marks, self._page_box)

    def art(self, operators: bytes) -> bytes:
        """Return the name of a product's art; equal art is one form."""
        name = self._arts.get(operators)
        if name is None:
            name = self._arts[operators] = b"A%d" % len(self._arts)
            self._note_spots(operators)
            used = [own for own in self._job.xobjects if b"/%b Do " % own in operators]
            pictures = b"".join([b"/%b %d 0 R" % (own, self._xobject(own)) for own in used])
            coated = b"/OC/%b BDC " % COATING.encode() in operators
            self._put(name, self._before_art + operators + self._on_art, self._bleed_box, pictures, coated=coated)
        return name

    def beside(self, positions: Sequence[int]) -> tuple[bytes, list[bytes]]:
        """Return operators and names of the forms that stand beside the labels at some positions of a page."""
        names = [MARKS_NAME] if MARKS_NAME in self._objects else []
        shown = b"/M Do\n" if names else b""
        if self._layout.stock.marks.corners:
            names.append(self._ticks(positions))
            shown += b"/%b Do\n" % names[-1]
        for spot in self.layers:
            name = self._contour(spot, positions)
            names.append(name)
            shown += b"/OC/%b BDC /%b Do EMC\n" % (spot.encode(), name)
        return shown, names

    def resources(self, names: Iterable[bytes]) -> bytes:
        """Return the resource dictionary of a page that uses some forms."""
        forms = b"".join([b"/%b %d 0 R" % (name, self._objects[name]) for name in names])
        layers = b"".join([b"/%b %d 0 R" % (spot.encode(), layer) for spot, layer in self.layers.items()])
        properties = b"/Properties<<%b>>" % layers if layers else b""
        return b"<<%b%b/XObject<<%b>>>>" % (self._shared, properties, forms)

    def close(self, fonts: Mapping[bytes, int]) -> None:
        """Write the shared dictionaries; ``fonts``: resource name → object number."""
        self._pdf.put(self.fonts, b"<<%b>>" % b"".join([b"/%b %d 0 R" % named for named in fonts.items()]))
        self._pdf.put(self._colours, colour_spaces(self._used_spots))

    @property
    def all_layers(self) -> list[int]:
        """The layers that the file has, by object number."""
        return [*self.layers.values(), *([self._coating] if self._coating else [])]

    @property
    def _shared(self) -> bytes:
        return b"/Font %d 0 R/ExtGState %d 0 R/ColorSpace %d 0 R" % (self.fonts, self._states, self._colours)

    def _contour(self, spot: str, positions: Sequence[int]) -> bytes:
        name = self._contours.get((spot, positions))
        if name is None:
            name = self._contours[spot, positions] = b"C%d" % len(self._contours)
            grown_mm = self._contoured[spot][1]
            self._put(name, contours(self._layout, positions, spot, grown_mm), self._page_box)
        return name

    def _ticks(self, positions: Sequence[int]) -> bytes:
        name = self._corner_ticks.get(positions)
        if name is None:
            name = self._corner_ticks[positions] = b"K%d" % len(self._corner_ticks)
            self._put(name, corner_ticks(self._layout, positions), self._page_box)
        return name

    def _put(self, name: bytes, operators: bytes, box: bytes, pictures: bytes = b"", *, coated: bool = False) -> None:
        own = b"/XObject<<%b>>" % pictures if pictures else b""
        if coated:
            layer = self._coating = self._coating or put_layer(self._pdf, COATING)
            own += b"/Properties<</%b %d 0 R>>" % (COATING.encode(), layer)
        entries = b"/Type/XObject/Subtype/Form/BBox%b/Resources<<%b%b>>" % (box, self._shared, own)
        self._objects[name] = self._pdf.add_stream(entries, operators)

    def _xobject(self, name: bytes) -> int:
        number = self._xobjects.get(name)
        if number is None:
            number = self._xobjects[name] = self._job.xobjects[name](self._pdf)
        return number

    def _note_spots(self, art: bytes) -> None:
        for spot, cmyk in self._job.spots.items():
            if spot not in self._used_spots and _paints_with(spot, art):
                self._used_spots[spot] = cmyk


def _paints_with(spot: str, operators: bytes) -> bool:
    return colour_space_name(spot) + b" " in operators


def _box(*sides_mm: float) -> bytes:
    return b"[%b]" % " ".join(number(points(side), 3) for side in sides_mm).encode()
