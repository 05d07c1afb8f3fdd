"""Pictures with too much ink in the shadows: deep black over 280 %, averaged over 15 mm² (PRESS-RULES)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
from PIL import Image

from labelsvc.preflight.content.pdf_values import items_of, name_of, number_of, object_number
from labelsvc.preflight.content.streams import StreamTooLarge, StreamUnreadable, decoded, filters
from labelsvc.preflight.ink.ink_bound import WINDOW_MM2
from labelsvc.preflight.ink.total_ink import bands, window_means

DARK, MOST_DARK_INK, NEAR = 0.85, 2.80, 0.02


class CmykPictures:
    """The CMYK pictures of a file, each analysed once."""

    def __init__(self) -> None:
        self._known: dict[int, float] = {}

    def darkest(self, image: Any, ppi: float) -> float:
        """Return the most ink, in per cent, of deep blacks of a picture as printed at a resolution; 0 for none."""
        number = object_number(image)
        if number not in self._known:
            self._known[number] = _darkest(image, ppi)
        return self._known[number]


def _darkest(image: Any, ppi: float) -> float:
    inks = _inks(image)
    if inks is None:
        return 0.0
    side = max(1, min(round(WINDOW_MM2**0.5 / 25.4 * ppi), *inks.shape[:2]))
    return max(_darkest_in(part, side) for part in bands(inks, side))


def _darkest_in(inks: Any, side: int) -> float:
    black, total = inks[..., 3] / np.float32(255), inks.sum(axis=2, dtype=np.float32) / 255
    if not ((black >= DARK) & (total > MOST_DARK_INK + NEAR)).any():
        return 0.0
    blacks, totals = window_means(black, side), window_means(total, side)
    return float(100 * totals[blacks >= DARK].max(initial=0.0))


def _inks(image: Any) -> Any:
    """Return the samples of a CMYK picture of 8 bits, uint8[height, width, 4]; None for any other."""
    wide, high = (int(number_of(image.get(key)) or 0) for key in ("/Width", "/Height"))
    if name_of(image.get("/ColorSpace")) != "/DeviceCMYK" or number_of(image.get("/BitsPerComponent", 8)) != 8:
        return None
    try:
        samples = _samples(image)
    except (pikepdf.PdfError, StreamTooLarge, StreamUnreadable, OSError, ValueError, Image.DecompressionBombError):
        return None
    if samples.size < wide * high * 4 or not wide * high:
        return None
    inverted = (number_of((items_of(image.get("/Decode")) or [0])[0]) or 0) > 0
    inks = samples[: wide * high * 4].reshape(high, wide, 4)
    return 255 - inks if inverted else inks


def _samples(image: Any) -> Any:
    if filters(image)[-1:] != ["/DCTDecode"]:
        return np.frombuffer(decoded(image), np.uint8)
    with Image.open(BytesIO(bytes(image.read_raw_bytes()))) as picture:
        if picture.mode != "CMYK":
            raise ValueError(picture.mode)
        return 255 - np.asarray(picture).ravel()  # Pillow inverts the inks of every JPEG
