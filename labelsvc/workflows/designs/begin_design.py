"""Begin a design from artwork: a page of a PDF or a picture as background, and on white what every label bears."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.rendering.design.artwork import page_picture, read_artwork
from labelsvc.rendering.design.picture_inks import LEAST_PPI, dots_per_inch, size_of
from labelsvc.storage.files.whole_file import whole_file

PANEL_MM = (38.0, 18.0)
"""The white panel with QR, product, stars, code and serial."""
USUAL_PPI = 300
"""Of a picture that does not say its size, and of a page that is turned into a picture."""
WIDEST_MM = 420.0
_EDGE_MM, _BLEED_MM = 2.0, 3.0
_PICTURES = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"II*\0": "image/tiff", b"MM\0*": "image/tiff"}
_LARGEST_PNG = 5_000_000


@dataclass(frozen=True, slots=True)
class Beginning:
    """How artwork is taken: a picture in a width in mm (0: its own), a page as a picture if ``converted``.

    A page that is converted may be in RGB, transparent or layered; what was sharp in it becomes pixels.
    """

    width_mm: float = 0.0
    converted: bool = False


AS_IT_IS = Beginning()


def is_artwork(content: bytes) -> bool:
    """Return whether a file is a PDF or a picture by its first bytes."""
    return content.startswith(b"%PDF") or picture_kind(content) != ""


def picture_kind(content: bytes) -> str:
    """Return a picture's media type by its first bytes, empty for anything else."""
    return next((kind for begins, kind in _PICTURES.items() if content.startswith(begins)), "")


_BEGUN = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1"
  width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">
  <title>{title}</title>
  {background}
  <rect x="{x:g}" y="{y:g}" width="38" height="18" rx="1" fill="#FFFFFF"/>
  <ls:qr x="{qr_x:g}" y="{qr_y:g}" size="15.2"/>
  <ls:stars x="{text_x:g}" y="{stars_y:g}" size="1.9" gap="0.4" fill="#E0A100"/>
  <ls:text field="Tên sản phẩm" x="{text_x:g}" y="{name_y:g}" width="20" height="3.9" size="6.2" min-size="4"
    weight="700" fill="#17231C" lines="2" leading="1" valign="middle">{{{{ product.name }}}}</ls:text>
  <ls:text field="Nhãn hiệu" x="{text_x:g}" y="{brand_y:g}" width="20" height="3.4" size="4.6" min-size="4"
    weight="500" fill="#17231C" lines="2" leading="1" valign="middle">{{{{ product.shown_brand }}}}</ls:text>
  <ls:code x="{text_x:g}" y="{code_y:g}" width="20" height="3.6" size="4.2" lines="2" leading="1.25"
    weight="600" fill="#17231C"/>
  <ls:serial x="{text_x:g}" y="{serial_y:g}" width="12" height="1.2" size="4" weight="400" fill="#17231C" prefix="Số "/>
  <ls:mark x="{mark_x:g}" y="{mark_y:g}" width="8.4" height="2.4" size="6" min-size="4" weight="800" fill="#17231C"/>
</svg>
"""


def begin_design(content: bytes, title: str, beginning: Beginning = AS_IT_IS) -> bytes:
    """Return a design on a PDF's first page, or on a picture, which is embedded in it.

    Raises DesignRefused with all that the press would refuse of it, or looks.page_small, looks.picture_wide.
    """
    try:
        if content.startswith(b"%PDF") and not beginning.converted:
            width, height = (round(side, 2) for side in read_artwork(content, 1).size_mm)
            return _begun(title, _artwork(content, width, height), width, height)
        width, height, picture = _as_picture(content, beginning.width_mm)
    except InvalidValue as error:
        raise DesignRefused(*(Problem("design.at", {"line": 1, "why": why}) for why in error.problems)) from None
    return _begun(title, _image(picture, width, height), width, height)


def write_begun(path: Path, content: bytes) -> None:
    """Write a design that was begun into a file, whole or not at all."""
    with whole_file(path) as file:
        file.write(content)


def _as_picture(content: bytes, width_mm: float) -> tuple[float, float, bytes]:
    """Return the trim's size in mm and the picture; a page keeps its own size."""
    if content.startswith(b"%PDF"):
        image, width, height = page_picture(content, USUAL_PPI)
        file = BytesIO()
        image.save(file, "PNG", dpi=(USUAL_PPI, USUAL_PPI))
        if file.tell() > _LARGEST_PNG:
            file = BytesIO()
            image.save(file, "JPEG", quality=95, subsampling=0, dpi=(USUAL_PPI, USUAL_PPI))
        return round(width, 2), round(height, 2), file.getvalue()
    pixels = size_of(content)
    width = round(width_mm or pixels[0] / (dots_per_inch(content) or USUAL_PPI) * 25.4, 1)
    if not 0 < width <= WIDEST_MM:
        raise InvalidValue.from_code("looks.picture_wide", width=width, most=WIDEST_MM)
    if pixels[0] / width * 25.4 < LEAST_PPI:
        widest = int(pixels[0] / LEAST_PPI * 25.4)
        raise InvalidValue.from_code("looks.picture_coarse", width=width, widest=widest, least=LEAST_PPI)
    return width, round(width * pixels[1] / pixels[0], 1), content


def _artwork(content: bytes, width: float, height: float) -> str:
    href = f"data:application/pdf;base64,{b64encode(content).decode()}"
    return f'<ls:artwork href="{href}" x="0" y="0" width="{width:g}" height="{height:g}"/>'


def _image(content: bytes, width: float, height: float) -> str:
    """Return a picture that goes beyond the trim on all sides: it is enlarged by that much."""
    href = f"data:{picture_kind(content)};base64,{b64encode(content).decode()}"
    wide, high = width + 2 * _BLEED_MM, height + 2 * _BLEED_MM
    box = f'x="{-_BLEED_MM:g}" y="{-_BLEED_MM:g}" width="{wide:g}" height="{high:g}"'
    return f'<image href="{href}" {box} preserveAspectRatio="xMidYMid slice"/>'


def _begun(title: str, background: str, width: float, height: float) -> bytes:
    """Return the design; looks.page_small if the panel has no room."""
    wide, high = PANEL_MM
    if width < wide + 2 * _EDGE_MM or height < high + 2 * _EDGE_MM:
        needed = {"width": wide + 2 * _EDGE_MM, "height": high + 2 * _EDGE_MM}
        raise DesignRefused.from_code("looks.page_small", page_width=width, page_height=height, **needed)
    x, y = width - wide - _EDGE_MM, height - high - _EDGE_MM
    right = x + 17.2
    places = {
        "x": x,
        "y": y,
        "qr_x": x + 1.4,
        "qr_y": y + 1.4,
        "text_x": right,
        "stars_y": y + 1.0,
        "name_y": y + 3.4,
        "brand_y": y + 7.5,
        "code_y": y + 11.4,
        "serial_y": y + 15.3,
        "mark_x": right + 12.0,
        "mark_y": y + 0.7,
    }
    rounded = {name: round(value, 2) for name, value in places.items()}
    said = {"title": escape(title), "background": background, "width": f"{width:g}", "height": f"{height:g}"}
    return _BEGUN.format(**said, **rounded).encode()
