"""Makes an uploaded picture anew: only its pixels are taken over, so that nothing else of the file is ever served.

Metadata (EXIF with the place where it was taken, comments, thumbnails), what stands behind the picture, and further
frames are left behind. The turn that EXIF asks for is carried out, colours become sRGB, transparency becomes white.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS, MOST_JPEG_PIXELS = 40_000_000, 120_000_000
"""A JPEG is decoded at a part of its size (``draft``): a telephone's largest, of 108 million pixels, takes 0.4 GB."""
LEAST_SIDE, MOST_RATIO = 200, 4
PAGE_PX, PAGE_BYTES = 960, 60_000
LARGE_PX, LARGE_BYTES = 1_600, 600_000
_QUALITIES = (84, 72, 60)
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned upright, by its EXIF orientation (CIPA DC-008, 4.6.4)."""
_WHITE = (255, 255, 255)
_REDUCED = ("L", "RGB", "RGBA", "CMYK")
"""Kinds of pixels that Pillow can average; palettes, bits and 16-bit greys it cannot."""


class PictureRefused(Exception):
    """A picture that is not taken; ``code`` says why, ``facts`` fill the sentence."""

    def __init__(self, code: str, **facts: int | str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A JPEG in sRGB."""

    content: bytes
    width_px: int
    height_px: int


def remade_picture(content: bytes, cmyk_profile: Path) -> tuple[PictureFile, PictureFile]:
    """Return a picture for pages (at most PAGE_BYTES) and a large one; PictureRefused says why there is none.

    ``cmyk_profile``: how inks look where a CMYK picture does not say it itself.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, which is left behind
        upright = _upright_rgb(content, cmyk_profile)
    return _within(upright, PAGE_PX, PAGE_BYTES), _within(upright, LARGE_PX, LARGE_BYTES)


def _upright_rgb(content: bytes, cmyk_profile: Path) -> Image.Image:
    """Return the pixels in sRGB, upright, at least as large as they are served."""
    Image.MAX_IMAGE_PIXELS = MOST_JPEG_PIXELS
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            _refuse_size(opened)
            orientation = _orientation(opened)
            opened.draft("RGB", (LARGE_PX, LARGE_PX))
            opened.load()
            return _turned(_srgb(_smaller(opened), cmyk_profile), orientation)
    except PictureRefused:
        raise
    except UnidentifiedImageError as error:
        raise PictureRefused(_kind_of(content)) from error
    except Image.DecompressionBombError as error:
        raise PictureRefused("too_many_pixels", most=MOST_PIXELS // 1_000_000) from error
    except MemoryError as error:
        raise PictureRefused("too_costly") from error
    except Exception as error:  # decoders raise whatever they like: OSError, SyntaxError, struct.error, IndexError …
        raise PictureRefused("broken") from error


def _refuse_size(opened: Image.Image) -> None:
    width, height = opened.size
    most = MOST_JPEG_PIXELS if opened.format in ("JPEG", "MPO") else MOST_PIXELS
    if width * height > most:
        raise PictureRefused("too_many_pixels", most=most // 1_000_000)
    if min(width, height) < LEAST_SIDE:
        raise PictureRefused("too_small", width=width, height=height, least=LEAST_SIDE)
    if max(width, height) > MOST_RATIO * min(width, height):
        raise PictureRefused("too_narrow", width=width, height=height, most=MOST_RATIO)


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except (
        ValueError,
        TypeError,
        LookupError,
        SyntaxError,
        OSError,
        struct.error,
    ):  # what cannot be read turns nothing
        return 1


def _smaller(image: Image.Image) -> Image.Image:
    """Return the first frame, reduced roughly before colours are computed: that costs by the pixel."""
    factor = max(image.size) // (2 * LARGE_PX)
    if factor < 2 or image.mode not in _REDUCED:
        return image
    info = dict(image.info)
    reduced = image.reduce(factor)
    reduced.info = info
    return reduced


def _srgb(image: Image.Image, cmyk_profile: Path) -> Image.Image:
    if image.mode in ("P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    alpha = image.getchannel("A") if "A" in image.getbands() and image.mode != "LAB" else None
    colours = _converted(image, cmyk_profile)
    if alpha is None:
        return colours
    ground = Image.new("RGB", image.size, _WHITE)
    ground.paste(colours, mask=alpha)
    return ground


def _converted(image: Image.Image, cmyk_profile: Path) -> Image.Image:
    """Return the colours in sRGB by the picture's own profile where it fits, else as its kind of colours is read."""
    profile = image.info.get("icc_profile")
    if image.mode == "CMYK":
        profile = profile or cmyk_profile.read_bytes()
    opaque = image.convert("RGB") if image.mode in ("RGBA", "RGBX", "RGBa") else image
    if profile and opaque.mode in ("RGB", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            changed = ImageCms.profileToProfile(opaque, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return changed if changed is not None else opaque.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile of other colours, or none at all
            pass
    return opaque.convert("RGB")


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _within(image: Image.Image, most_px: int, most_bytes: int) -> PictureFile:
    """Return the largest and best JPEG within bounds: quality goes first, then size."""
    side = min(most_px, max(image.size))
    while True:
        sized = _sized(image, side)
        for quality in _QUALITIES:
            content = _jpeg(sized, quality)
            if len(content) <= most_bytes:
                return PictureFile(content, *sized.size)
        side = side * 3 // 4


def _sized(image: Image.Image, side: int) -> Image.Image:
    """Return a fresh picture (with none of the file's remarks) whose longer side has so many pixels."""
    scale = side / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    fresh = Image.new("RGB", size)
    fresh.paste(image.resize(size, Image.Resampling.LANCZOS))
    return fresh


def _jpeg(image: Image.Image, quality: int) -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=quality, optimize=True, progressive=True)
    return stream.getvalue()


def _kind_of(content: bytes) -> str:
    """Return the code of why a file that is no picture of ours is refused."""
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheim", b"ftypheis", b"ftyphevc", b"ftypmsf1"):
        return "heic"
    return "not_a_picture"
