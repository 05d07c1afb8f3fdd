"""PDF artwork of a design: a page from another program, kept unchanged with vectors, process and spot inks.

It is checked by the rules of preflight first: whatever prepress would stop is refused by name, with its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.units import MM_PER_POINT, number
from labelsvc.rendering.design.picture_inks import MOST_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

    from labelsvc.pdf.pdf_file import PdfFile

ARTWORK = frozenset({"application/pdf"})
_MOST_OBJECTS, _DEEPEST = 20_000, 200
_LEFT_OUT = frozenset({"/Parent", "/StructParent", "/StructParents", "/PieceInfo", "/Metadata", "/LastModified"})
"""Entries of a page that only concern other programs than a printer."""
_EDGE_DPI, _NEARLY_WHITE = 100, 250
_PACKED_ANEW = frozenset({"/LZWDecode", "/LZW"})
"""Filters that are forbidden in press files."""
_BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, OverflowError)
"""Exceptions that libraries raise for objects of unexpected types."""
PdfBox = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Artwork:
    """A page that may be printed: its boxes in its own points (left, bottom, right, top), and its spot inks."""

    content: bytes
    page: int
    trim: PdfBox
    bleed: PdfBox
    spots: tuple[str, ...]

    @property
    def size_mm(self) -> tuple[float, float]:
        """The trim's width and height."""
        return (self.trim[2] - self.trim[0]) * MM_PER_POINT, (self.trim[3] - self.trim[1]) * MM_PER_POINT

    @property
    def bleeds_mm(self) -> tuple[float, float, float, float]:
        """The bleed of the page: left, top, right, bottom."""
        trim, bleed = self.trim, self.bleed
        sides = trim[0] - bleed[0], bleed[3] - trim[3], bleed[2] - trim[2], trim[1] - bleed[1]
        left, top, right, bottom = (max(0.0, side) * MM_PER_POINT for side in sides)
        return left, top, right, bottom

    def inked_edges(self) -> tuple[bool, bool, bool, bool]:
        """Return the trim edges that it paints up to: left, top, right, bottom."""
        from labelsvc.pdf.raster import page_pixels

        media, pixels = page_pixels(self.content, self.page, _EDGE_DPI)
        pt = _EDGE_DPI / 72
        left, right = round((self.trim[0] - media[0]) * pt), round((self.trim[2] - media[0]) * pt)
        top, bottom = round((media[3] - self.trim[3]) * pt), round((media[3] - self.trim[1]) * pt)
        inked = pixels[top:bottom, left:right].min(axis=2) < _NEARLY_WHITE
        rows, columns = inked[[0, 1, -2, -1]], inked[:, [0, 1, -2, -1]]
        sides = columns[:, :2], rows[:2], columns[:, 2:], rows[2:]
        first, second, third, fourth = (bool(side.any()) for side in sides)
        return first, second, third, fourth

    def __call__(self, pdf: PdfFile) -> int:
        """Write it as a form XObject with everything it uses; return its number."""
        import pikepdf

        from labelsvc.preflight.content.page_tree import inherited
        from labelsvc.preflight.content.pdf_values import dictionary_of

        with pikepdf.open(BytesIO(self.content), suppress_warnings=True) as source:
            page = source.pages[self.page - 1]
            box = " ".join(number(side, 4) for side in self.bleed).encode()
            resources = _ObjectCopier(pdf).written(dictionary_of(inherited(page.obj, "/Resources")))
            entries = b"/Type/XObject/Subtype/Form/BBox[%b]/Resources %b" % (box, resources)
            return pdf.add_stream(entries, _painting(page))


@lru_cache(8)
def page_size(content: bytes) -> tuple[float, float]:
    """Return the trim of a PDF's first page in mm; InvalidValue design.artwork_unreadable, design.artwork_password."""
    from labelsvc.preflight.checks.artwork import page_boxes

    with _page(content, 1) as (_, page):
        left, bottom, right, top = page_boxes(page.obj).trim
        return (right - left) * MM_PER_POINT, (top - bottom) * MM_PER_POINT


def page_picture(content: bytes, ppi: int) -> tuple[Image, float, float]:
    """Return a PDF's first page within its trim as a picture in RGB, and the trim's size in mm.

    Whatever it holds is drawn as a screen shows it, so it need not be fit for the press. InvalidValue as page_size,
    design.picture_pixels for a page beyond what a picture may have.
    """
    from PIL import Image as Images

    from labelsvc.pdf.raster import page_pixels
    from labelsvc.preflight.checks.artwork import page_boxes

    with _page(content, 1) as (_, page):
        left, bottom, right, top = page_boxes(page.obj).trim
        pt = ppi / 72
        if (right - left) * (top - bottom) * pt * pt > MOST_PIXELS:
            raise InvalidValue.from_code("design.picture_pixels", most=MOST_PIXELS // 1_000_000)
        shown, pixels = page_pixels(content, 1, ppi)
    image = Images.fromarray(pixels)
    box = (left - shown[0]) * pt, (shown[3] - top) * pt, (right - shown[0]) * pt, (shown[3] - bottom) * pt
    cut = image.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))
    return cut, (right - left) * MM_PER_POINT, (top - bottom) * MM_PER_POINT


def page_jpeg(content: bytes, ppi: int) -> bytes:
    """Return a PDF's first page as JPEG, as :func:`page_picture`."""
    file = BytesIO()
    page_picture(content, ppi)[0].save(file, "JPEG", quality=85)
    return file.getvalue()


def read_artwork(content: bytes, page: int, scale: float = 1.0) -> Artwork:
    """Return a page (from 1) of a PDF as artwork to be printed at a scale.

    InvalidValue carries every reason why the press would reject it, or design.artwork_unreadable,
    design.artwork_password, design.artwork_page.
    """
    return _read(content, page, round(scale, 4))


@lru_cache(8)
def _read(content: bytes, number_of_page: int, scale: float) -> Artwork:
    from labelsvc.preflight.checks.artwork import artwork_problems, page_boxes

    with _page(content, number_of_page) as (pdf, page):
        boxes = page_boxes(page.obj)
        problems, spots = artwork_problems(pdf, page.obj, boxes, scale)
        if problems:
            raise InvalidValue(*problems)
        whole = Artwork(content, number_of_page, boxes.trim, boxes.bleed, spots)
        _try_to_write(whole)
        return whole


@contextmanager
def _page(content: bytes, number_of_page: int) -> Iterator[tuple[Any, Any]]:
    """Open a PDF for one of its pages; any library exception meanwhile becomes InvalidValue."""
    import pikepdf

    from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable

    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            if not 1 <= number_of_page <= len(pdf.pages):
                raise InvalidValue.from_code("design.artwork_page", page=number_of_page, pages=len(pdf.pages))
            yield pdf, pdf.pages[number_of_page - 1]
    except pikepdf.PasswordError:
        raise InvalidValue.from_code("design.artwork_password") from None
    except InvalidValue:
        raise
    except (*_BROKEN, pikepdf.PdfError, StreamTooLarge, StreamUnreadable):
        raise InvalidValue.from_code("design.artwork_unreadable") from None


def _try_to_write(artwork: Artwork) -> None:
    """Write it to a dummy file: what cannot be copied is refused on reading, not on printing."""
    from labelsvc.pdf.pdf_file import PdfFile

    artwork(PdfFile(BytesIO()))


def _painting(page: Any) -> bytes:
    """Return a page's operators, its streams joined."""
    import pikepdf

    from labelsvc.preflight.content.streams import decoded

    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return b"\n".join(decoded(stream) for stream in streams if isinstance(stream, pikepdf.Stream))


class _ObjectCopier:
    """Copies objects of another file, with all they refer to, into the file being written; each once."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self._numbers: dict[tuple[int, int], int] = {}

    def written(self, value: Any, depth: int = 0) -> bytes:
        """Return an object as it is written where it is used: a reference if it has a number."""
        import pikepdf

        if depth > _DEEPEST:
            raise InvalidValue.from_code("design.artwork_deep")
        if isinstance(value, pikepdf.Object) and value.is_indirect:
            return b"%d 0 R" % self._copy(value, depth)
        return self._direct(value, depth)

    def _copy(self, value: Any, depth: int) -> int:
        number = self._numbers.get(value.objgen)
        if number is None:
            if len(self._numbers) >= _MOST_OBJECTS:
                raise InvalidValue.from_code("design.artwork_deep")
            number = self._numbers[value.objgen] = self._pdf.reserve()
            self._pdf.put(number, self._direct(value, depth))
        return number

    def _direct(self, value: Any, depth: int) -> bytes:
        import pikepdf

        if isinstance(value, pikepdf.Stream):
            return self._stream(value, depth)
        if isinstance(value, pikepdf.Dictionary):
            return b"<<%b>>" % b"".join(self._entries(value, depth))
        if isinstance(value, pikepdf.Array):
            return b"[%b]" % b" ".join(self.written(item, depth + 1) for item in value)
        if isinstance(value, bool):
            return b"true" if value else b"false"
        if value is None:
            return b"null"
        return bytes(value.unparse()) if isinstance(value, pikepdf.Object) else str(value).encode()

    def _entries(self, value: Any, depth: int, *but: str) -> Iterator[bytes]:
        import pikepdf

        for key, item in value.items():
            if key not in _LEFT_OUT and key not in but:
                yield b"%b %b" % (pikepdf.Name(key).unparse(), self.written(item, depth + 1))

    def _stream(self, value: Any, depth: int) -> bytes:
        """Return a stream unchanged, or recompressed if its filter is forbidden in press files."""
        from labelsvc.preflight.content.streams import decoded, filters

        if "/F" in value:
            raise InvalidValue.from_code("design.artwork_outside")
        if _PACKED_ANEW & set(filters(value)):
            entries, data = self._entries(value, depth, "/Length", "/Filter", "/DecodeParms"), decoded(value)
        else:
            entries, data = self._entries(value, depth, "/Length"), bytes(value.read_raw_bytes())
        return b"<<%b/Length %d>>stream\n%b\nendstream" % (b"".join(entries), len(data), data)
