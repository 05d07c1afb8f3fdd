"""Pictures in inks: their samples no finer than a raster of the page shows them, and plate by plate.

PDFium converts a colour of a DeviceN by a program, a microsecond a pixel; 32 million pixels took 60 s. Here a picture's
pixels become means of squares first, which sums of inks over 15 mm² do not notice, and then plain red, green and blue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from math import hypot
from typing import Any

import numpy as np
import numpy.typing as npt
import pikepdf
from PIL import Image

from labelsvc.preflight.content.colours import INKS_ONLY, ColourSpace
from labelsvc.preflight.content.graphics_state import IMAGE, PaintedObject
from labelsvc.preflight.content.pdf_values import items_of, number_of
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded, filters

InkArray = npt.NDArray[np.uint8]
COARSEST_STEP = 256
"""Pixels a side whose sum still fits 16 bits a row."""
_Shape = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PagePictures:
    """The lowest resolution at which each picture of a page is printed, by its width, height and length of data.

    Not by its number, which a copy of the page has not: of two pictures that are alike in this the coarser one counts.
    """

    least_ppi: Mapping[_Shape, float] = field(default_factory=dict)

    @classmethod
    def of_painted(cls, painted: Iterable[PaintedObject]) -> PagePictures:
        """Measure the pictures that a page paints."""
        least: dict[_Shape, float] = {}
        for painting in painted:
            if painting.kind == IMAGE and isinstance(painting.image, pikepdf.Stream):
                shape = _shape(painting.image)
                least[shape] = min(least.get(shape, np.inf), printed_ppi(painting, *shape[:2]))
        return cls(least)


@dataclass(frozen=True, slots=True)
class PictureSteps:
    """How coarse the pictures of a page may be in a raster of it."""

    pictures: PagePictures
    dpi: float

    def step(self, image: Any) -> int:
        """Return how many pixels a side may become one; 1 for a picture that is not known."""
        return step_to(self.pictures.least_ppi.get(_shape(image), 0.0), self.dpi)


def step_to(ppi: float, dpi: float) -> int:
    """Return how many pixels a side of a picture may become one, so that it is still no coarser than ``dpi``."""
    return max(1, min(int(ppi // dpi), COARSEST_STEP))


def printed_ppi(painting: PaintedObject, wide: float, high: float) -> float:
    """Return the lower resolution of a picture of so many pixels as printed; a picture without area has plenty."""
    a, b, c, d, _, _ = painting.matrix
    width, height = hypot(a, b) / 72, hypot(c, d) / 72
    return min(wide / width if width else 1e6, high / height if height else 1e6)


def ink_samples(image: Any, space: ColourSpace, step: int = 1) -> InkArray | None:
    """Return the inks of a picture of 8 bits in a space, 255 for all of it: uint8[height, width, inks].

    ``step`` pixels a side become one, their mean; what is left over at the right and below is left out. None for any
    other picture.
    """
    wide, high, _ = _shape(image)
    bits, count = number_of(image.get("/BitsPerComponent", 8)), len(space.inks)
    decode = [number_of(each) for each in items_of(image.get("/Decode"))] or [0, 1] * count
    if space.family not in INKS_ONLY or space.indexed or bits != 8 or decode not in ([0, 1] * count, [1, 0] * count):
        return None
    try:
        samples, inverted = _samples(image)
    except (pikepdf.PdfError, StreamTooLarge, StreamUnreadable, OSError, ValueError, Image.DecompressionBombError):
        return None
    if samples.size < wide * high * count or not wide * high:
        return None
    inks = _coarser(samples[: wide * high * count].reshape(high, wide, count), min(step, wide, high))
    return 255 - inks if inverted ^ (decode[0] == 1) ^ space.inverted else inks


def in_channels(inks: InkArray, channel_of: Callable[[int, int], bool]) -> InkArray:
    """Return a picture of three channels, 1 − the sum of the inks that ``channel_of`` (ink, channel) puts on each."""
    picture = np.full((*inks.shape[:2], 3), 255, np.uint8)
    for channel in range(3):
        chosen = [at for at in range(inks.shape[2]) if channel_of(at, channel)]
        if len(chosen) == 1:
            np.subtract(255, inks[..., chosen[0]], out=picture[..., channel])
        elif chosen:
            picture[..., channel] = 255 - inks[..., chosen].sum(axis=2, dtype=np.uint16).clip(max=255)
    return picture


def _shape(image: Any) -> _Shape:
    wide, high, length = (int(number_of(image.get(key)) or 0) for key in ("/Width", "/Height", "/Length"))
    return wide, high, length


def _samples(image: Any) -> tuple[InkArray, bool]:
    """Return a picture's bytes as the format reads them, and whether what is read here is the opposite."""
    if filters(image)[-1:] not in (["/DCTDecode"], ["/JPXDecode"]):
        return np.frombuffer(decoded(image), np.uint8), False
    with Image.open(BytesIO(bytes(image.read_raw_bytes()))) as picture:
        if picture.mode not in ("CMYK", "L") or len(filters(image)) > 1:
            raise ValueError(picture.mode)
        of_jpeg = picture.format == "JPEG" and picture.mode == "CMYK"  # Pillow turns the inks of each of them around
        return np.asarray(picture).ravel(), of_jpeg


def _coarser(inks: InkArray, step: int) -> InkArray:
    if step == 1:
        return inks
    high, wide, count = inks.shape[0] // step, inks.shape[1] // step, inks.shape[2]
    rows = inks[: high * step].reshape(high, step, -1).sum(axis=1, dtype=np.uint16)
    squares = rows[:, : wide * step * count].reshape(high, wide, step, count).sum(axis=2, dtype=np.uint32)
    means: InkArray = ((squares + step * step // 2) // (step * step)).astype(np.uint8)
    return means
