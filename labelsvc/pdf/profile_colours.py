"""Inks to a screen colour and back, through the output profile: what a press of that condition makes of them.

Relative colorimetric with black point compensation, as pictures are converted: paper is the white of the screen.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from labelsvc.pdf.colour_difference import screen_lab, screen_rgb
from labelsvc.pdf.inks import Cmyk, ink_limit

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageCms import ImageCmsTransform

COLOURS_KEPT = 2_000


@lru_cache(COLOURS_KEPT)
def screen_of_inks(cmyk: Cmyk, profile: bytes) -> str:
    """Return what inks in per cent look like, as #0B5A3A; ``profile`` is the output profile's ICC file."""
    from PIL import Image, ImageCms

    pixel = Image.new("CMYK", (1, 1), tuple(round(part * 255 / 100) for part in cmyk))
    shown: Any = ImageCms.applyTransform(pixel, _transforms(profile)[0])
    return "#{:02X}{:02X}{:02X}".format(*shown.getpixel((0, 0)))


@lru_cache(COLOURS_KEPT)
def inks_of_screen(screen: str, profile: bytes) -> Cmyk:
    """Return the inks in per cent that come nearest to a screen colour (#0B5A3A), within what paper takes."""
    from PIL import Image, ImageCms

    inked: Any = ImageCms.applyTransform(Image.new("RGB", (1, 1), screen_rgb(screen)), _transforms(profile)[1])
    cyan, magenta, yellow, black = (round(part * 100 / 255) for part in inked.getpixel((0, 0)))
    return _limited((cyan, magenta, yellow, black))


def _limited(cmyk: Cmyk) -> Cmyk:
    """Return inks whose sum paper takes: black stays, the other three become less in proportion."""
    most, black = ink_limit(cmyk), cmyk[3]
    if sum(cmyk) <= most:
        return cmyk
    coloured = sum(cmyk[:3])
    cyan, magenta, yellow = (part * (most - black) // coloured for part in cmyk[:3])
    return cyan, magenta, yellow, black


def grey_of(cmyk: Cmyk, profile: bytes) -> Cmyk:
    """Return the tint of black alone that is as light as some inks: what small text takes instead."""
    light = screen_lab(screen_of_inks(cmyk, profile))[0]
    greys = (screen_lab(screen_of_inks((0, 0, 0, black), profile))[0] for black in range(101))
    differences = [abs(grey - light) for grey in greys]
    return 0, 0, 0, differences.index(min(differences))


def shown_inks(picture: Image, profile: bytes) -> Image:
    """Return a picture in CMYK as it looks in print, in sRGB."""
    from PIL import ImageCms

    shown: Any = ImageCms.applyTransform(picture, _transforms(profile)[0])
    return cast("Image", shown)


@lru_cache(2)
def _transforms(profile: bytes) -> tuple[ImageCmsTransform, ImageCmsTransform]:
    """Return the way from inks to the screen, and back."""
    from PIL import ImageCms

    screen, press = ImageCms.createProfile("sRGB"), ImageCms.ImageCmsProfile(BytesIO(profile))
    how, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    return (
        ImageCms.buildTransform(press, screen, "CMYK", "RGB", how, flags),
        ImageCms.buildTransform(screen, press, "RGB", "CMYK", how, flags),
    )
