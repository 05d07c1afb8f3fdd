"""Converts pictures of a design for the press: inks of the output profile, no transparency, enough pixels.

A grey picture prints in black alone. Colours are converted from the picture's own profile, or sRGB, to the output
profile: relative colorimetric with black point compensation. Ink is held to 300 % (280 % where black is 85 % and more,
PRESS-RULES); transparent places become paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any

from labelsvc.domain.errors import InvalidValue
from labelsvc.pdf.colour_difference import screen_difference
from labelsvc.pdf.profile_colours import shown_inks

if TYPE_CHECKING:
    from PIL.Image import Image

    from labelsvc.pdf.pdf_file import PdfFile

PICTURES = frozenset({"image/png", "image/jpeg", "image/tiff"})
_FORMATS = ("PNG", "JPEG", "TIFF")
LEAST_PPI, MOST_PPI = 200, 450
"""Below the first a picture looks coarse in print (PRODUCT §6); above the second it is downsampled."""
MOST_PIXELS = 40_000_000
VISIBLE = 5.0
"""ΔE2000 from which anybody sees that two colours beside each other are not the same."""
_SAMPLED = 48
_ROUNDING = 0.995
_MOST_INK, _MOST_DARK_INK, _DARK = 300 * 255 // 100, 280 * 255 // 100, 85 * 255 // 100
_ORIENTATION, _LYING = 0x0112, (5, 6, 7, 8)
"""The EXIF orientation tag, and its values for rotated pictures."""
_GREY, _COLOUR, _INKS = "L", "RGB", "CMYK"


@dataclass(frozen=True, eq=False, slots=True)
class PdfPicture:
    """A picture ready to be written into a PDF: ``entries`` of its dictionary, its bytes compressed."""

    entries: bytes
    data: bytes

    def __call__(self, pdf: PdfFile) -> int:
        """Write it as an image XObject; return its number."""
        return pdf.add_stream(self.entries, self.data, compress=False)


@dataclass(frozen=True, slots=True)
class InkComparison:
    """PNG of a picture on the screen and in print; the share of its area that changes visibly, 0 to 1."""

    screen: bytes
    press: bytes
    changed: float


def read_picture(content: bytes, width_mm: float, height_mm: float, profile: bytes) -> PdfPicture:
    """Return a picture for the press at its printed size.

    Raises InvalidValue design.picture_unreadable, design.picture_pixels (a decompression bomb), design.picture_kind,
    design.picture_profile, design.picture_ppi.
    """
    return _read(content, _most(width_mm), _most(height_mm), round(width_mm, 3), round(height_mm, 3), profile)


def size_of(content: bytes) -> tuple[int, int]:
    """Return a picture's width and height in pixels as it is shown; InvalidValue as :func:`read_picture`."""
    with _reading():
        image = _opened(content)
        turned = image.getexif().get(_ORIENTATION, 1) in _LYING
        return (image.height, image.width) if turned else (image.width, image.height)


def dots_per_inch(content: bytes) -> float:
    """Return what a picture says its resolution is, 0 if nothing plausible; InvalidValue as :func:`read_picture`."""
    with _reading():
        said = _opened(content).info.get("dpi", (0, 0))[0]
        return float(said) if LEAST_PPI <= said <= 4 * MOST_PPI else 0.0


def compared(content: bytes, profile: bytes, most: int) -> InkComparison:
    """Compare a picture, no side above ``most`` pixels; InvalidValue as :func:`read_picture`."""
    screen, press = _screen_and_press(content, profile, most)
    return InkComparison(_png(screen), _png(press), _changed(screen, press))


def _png(image: Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _changed(screen: Image, press: Image) -> float:
    """Return the share of a sample of pixels whose colour changes visibly."""
    pairs = zip(*(_colours(image) for image in (screen, press)), strict=True)
    differences = [screen_difference(*pair) for pair in pairs]
    return sum(each >= VISIBLE for each in differences) / len(differences)


def _colours(image: Image) -> list[str]:
    from PIL.Image import Resampling

    small = image.resize((_SAMPLED, _SAMPLED), Resampling.BOX).tobytes()
    return [f"#{small[at : at + 3].hex().upper()}" for at in range(0, len(small), 3)]


def _screen_and_press(content: bytes, profile: bytes, most: int) -> tuple[Image, Image]:
    """Return a picture as it looks on the screen, and as the press prints it: RGB, no side above ``most`` pixels."""
    image = _flat(_upright(content))
    image.thumbnail((most, most))
    if image.mode == _GREY:
        return image.convert("RGB"), image.convert("RGB")
    inked = _inked(image, profile)
    printed = shown_inks(inked, profile)
    return printed if image.mode == _INKS else _screen(image), printed


def _screen(image: Image) -> Image:
    """Return a colour picture in sRGB."""
    from PIL import ImageCms

    own = image.info.get("icc_profile")
    if not own or image.mode != _COLOUR:
        return image.convert("RGB")
    try:
        given, screen = ImageCms.ImageCmsProfile(BytesIO(own)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, given, screen, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise InvalidValue.from_code("design.picture_profile", mode=image.mode, reason=str(error)) from None


def _most(length_mm: float) -> int:
    return max(1, ceil(length_mm / 25.4 * MOST_PPI))


@lru_cache(16)
def _read(
    content: bytes, most_wide: int, most_high: int, width_mm: float, height_mm: float, profile: bytes
) -> PdfPicture:
    image = _upright(content)
    _check_resolution(image.size, width_mm, height_mm)
    flat = _flat(image)
    size = min(flat.width, most_wide), min(flat.height, most_high)
    if size != flat.size:
        from PIL.Image import Resampling

        flat = _kept(flat, flat.resize(size, Resampling.LANCZOS))
    return _picture(flat if flat.mode == _GREY else _inked(flat, profile))


@contextmanager
def _reading() -> Iterator[None]:
    """Turn any library exception about a picture into InvalidValue."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError:
        raise InvalidValue.from_code("design.picture_pixels", most=MOST_PIXELS // 1_000_000) from None
    except InvalidValue:
        raise
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError):
        raise InvalidValue.from_code("design.picture_unreadable") from None


def _opened(content: bytes) -> Image:
    """Open a picture without decoding its pixels."""
    from PIL import Image

    image = Image.open(BytesIO(content), formats=_FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    return image


def _upright(content: bytes) -> Image:
    """Open and decode a picture, rotated by its EXIF orientation."""
    from PIL import ImageOps

    with _reading():
        image = _opened(content)
        image.load()
        return ImageOps.exif_transpose(image)


def _check_resolution(size: tuple[int, int], width_mm: float, height_mm: float) -> None:
    ppi = min(size[0] / width_mm, size[1] / height_mm) * 25.4
    if ppi < LEAST_PPI * _ROUNDING:
        shown = ppi / LEAST_PPI
        facts = {"width": round(width_mm * shown, 1), "height": round(height_mm * shown, 1)}
        raise InvalidValue.from_code("design.picture_ppi", ppi=int(ppi), least=LEAST_PPI, **facts)


def _flat(image: Image) -> Image:
    """Return a picture without transparency, as grey, colour or inks."""
    from PIL import Image as Images

    if image.mode.startswith("I;16"):
        import numpy as np

        return Images.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    grey = image.mode in ("1", "L", "LA", "La")
    if image.has_transparency_data:
        paper = Images.new("RGBA", image.size, "white")
        return _kept(image, Images.alpha_composite(paper, image.convert("RGBA")).convert(_GREY if grey else _COLOUR))
    if grey:
        return image.convert(_GREY)
    if image.mode in ("P", "RGB", "YCbCr", "RGBX"):
        return _kept(image, image.convert(_COLOUR))
    if image.mode == _INKS:
        return image
    raise InvalidValue.from_code("design.picture_kind", mode=image.mode)


def _kept(image: Image, made: Image) -> Image:
    """Return what was made of a picture with the picture's profile."""
    made.info = {"icc_profile": image.info.get("icc_profile")}
    return made


def _inked(image: Image, profile: bytes) -> Image:
    """Return a picture of colours or inks in the inks of the output profile."""
    from PIL import Image as Images
    from PIL import ImageCms

    own = image.info.get("icc_profile")
    if own is None and image.mode == _INKS:
        return _limited(image)
    try:
        given: Any = ImageCms.ImageCmsProfile(BytesIO(own)) if own else ImageCms.createProfile("sRGB")
        target = ImageCms.ImageCmsProfile(BytesIO(profile))
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        how = ImageCms.Intent.RELATIVE_COLORIMETRIC
        transform = ImageCms.buildTransform(given, target, image.mode, _INKS, how, flags)
        inked = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise InvalidValue.from_code("design.picture_profile", mode=image.mode, reason=str(error)) from None
    return _limited(inked or Images.new(_INKS, image.size))


def _limited(image: Image) -> Image:
    """Limit the ink of every pixel: black stays, the other inks are reduced in proportion."""
    import numpy as np
    from PIL import Image as Images

    inks = np.asarray(image).astype(np.int32)
    black, total = inks[..., 3], inks.sum(axis=2)
    most = np.where(black >= _DARK, _MOST_DARK_INK, _MOST_INK)
    over = total > most
    if over.any():
        coloured = inks[over, :3]
        inks[over, :3] = coloured * (most[over] - black[over])[:, None] // (total[over] - black[over])[:, None]
    return Images.fromarray(inks.astype(np.uint8), _INKS)


def _picture(image: Image) -> PdfPicture:
    import numpy as np
    from deflate import zlib_compress

    rows = np.asarray(image).reshape(image.height, -1)
    inks = rows.shape[1] // image.width
    differences = rows.copy()
    differences[:, inks:] -= rows[:, :-inks]  # PNG's filter Sub (ISO 32000-1, 7.4.4.4): photographs take a third less
    filtered = np.hstack([np.ones((image.height, 1), np.uint8), differences])
    plain, predicted = (bytes(zlib_compress(data.tobytes(), 6)) for data in (rows, filtered))
    space = b"DeviceGray" if image.mode == _GREY else b"DeviceCMYK"
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%b/BitsPerComponent 8/Filter/FlateDecode" % (
        image.width,
        image.height,
        space,
    )
    if len(plain) <= len(predicted):
        return PdfPicture(entries, plain)
    return PdfPicture(entries + b"/DecodeParms<</Predictor 15/Colors %d/Columns %d>>" % (inks, image.width), predicted)
