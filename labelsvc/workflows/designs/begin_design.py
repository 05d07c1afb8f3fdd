"""Begin a design from a page of PDF artwork: the page as background, and on white what every label bears."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from labelsvc.domain.errors import DesignRefused, InvalidValue, Problem
from labelsvc.rendering.design.artwork import read_artwork

PANEL_MM = (38.0, 18.0)
"""The white panel with QR, product, stars, code and serial."""
_EDGE_MM = 2.0
_BEGUN = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1"
  width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">
  <title>{title}</title>
  <ls:artwork href="{href}" x="0" y="0" width="{width}" height="{height}"/>
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


def begin_design(content: bytes, title: str) -> bytes:
    """Return a design on a PDF's first page, which is embedded in it.

    Raises DesignRefused with all that the press would refuse of the page, or looks.page_small.
    """
    try:
        width, height = (round(side, 2) for side in read_artwork(content, 1).size_mm)
    except InvalidValue as error:
        raise DesignRefused(*(Problem("design.at", {"line": 1, "why": why}) for why in error.problems)) from None
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
    href = f"data:application/pdf;base64,{b64encode(content).decode()}"
    rounded = {name: round(value, 2) for name, value in places.items()}
    return _BEGUN.format(width=f"{width:g}", height=f"{height:g}", title=escape(title), href=href, **rounded).encode()
