"""A page of our own press files as SVG: everything as paths, letters as outlines, colours for screens.

For packaging designers. Only what this program writes is understood (``drawing``, ``sheet_pdf``); marks and processing
steps are left out. Millimetres, the trim's upper left corner at the origin; the bleed lies beyond the view box.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any, BinaryIO

from labelsvc.pdf.inks import SCREEN_BLACK, Palette
from labelsvc.pdf.units import MM_PER_POINT, number
from labelsvc.rendering.sheets.drawn_content import DrawnContent, DrawnState, PageMatrix
from labelsvc.rendering.svg.written_paints import gradient_element, line_look
from labelsvc.rendering.typesetting.embedded_outlines import FontOutlines, read_outlines


def pages_svg(pdf: BinaryIO, title: str, palette: Palette, profile: bytes) -> Iterator[bytes]:
    """Yield each page of a press file of ours as an SVG file."""
    import pikepdf

    with pikepdf.open(pdf) as opened:
        for page in opened.pages:
            yield page_svg(page, title, palette, profile)


def page_svg(page: Any, title: str, palette: Palette, profile: bytes) -> bytes:
    """Return the trim of a page (pikepdf's) as an SVG file; ``profile``: of the inks of its pictures."""
    left, bottom, right, top = (float(side) for side in page.obj.TrimBox)
    width, height = (right - left) * MM_PER_POINT, (top - bottom) * MM_PER_POINT
    scale = MM_PER_POINT
    drawing = _SvgDrawing(_Colours(palette), profile)
    drawing.draw(page, DrawnState((scale, 0.0, 0.0, -scale, -left * scale, top * scale)), page.obj.Resources)
    size = f'width="{number(width, 3)}mm" height="{number(height, 3)}mm"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {number(width, 3)} {number(height, 3)}">'
    parts = [head, f"<title>{escape(title)}</title>", f"<defs>{''.join(drawing.kept.values())}</defs>"]
    return "\n".join([*parts, *drawing.parts, "</svg>\n"]).encode()


class _Colours:
    """Screen colours of inks: from the palette, or approximated."""

    def __init__(self, palette: Palette) -> None:
        self._inks = {tuple(round(part / 100, 4) for part in ink.cmyk): ink.screen for ink in palette.inks.values()}
        self._spots = {ink.spot: ink.screen for ink in palette.inks.values() if ink.spot}

    def cmyk(self, values: tuple[float, ...]) -> str:
        found = self._inks.get(tuple(round(value, 4) for value in values))
        cyan, magenta, yellow, black = values
        parts = [round(255 * (1 - ink) * (1 - black)) for ink in (cyan, magenta, yellow)]
        return found or "#{:02X}{:02X}{:02X}".format(*parts)

    def spot(self, name: str) -> str:
        return self._spots.get(name, SCREEN_BLACK)


class _SvgDrawing:
    """The parts of the file while they are collected; ``kept``: glyphs and clip paths by their ids."""

    def __init__(self, colours: _Colours, profile: bytes) -> None:
        self._colours, self._profile = colours, profile
        self._fonts: dict[int, FontOutlines] = {}
        self.kept: dict[str, str] = {}
        self.parts: list[str] = []

    def draw(self, stream: Any, state: DrawnState, resources: Any) -> None:
        """Draw a content stream."""
        import pikepdf

        DrawnContent(self, state, resources).run(pikepdf.parse_content_stream(stream))

    def fill_and_stroke(self, path: str, state: DrawnState, filled: bool, stroked: bool, even_odd: bool) -> None:
        rule = ' fill-rule="evenodd"' if even_odd else ""
        look = f'fill="{state.fill}"{rule}' if filled else 'fill="none"'
        if stroked:
            scale = abs(state.ctm[0] * state.ctm[3] - state.ctm[1] * state.ctm[2]) ** 0.5
            look += f' stroke="{state.stroke}" stroke-width="{number(state.width * scale, 4)}"'
            look += line_look(state.line, scale)
        self._add(f'<path d="{path}" {look}', state)

    def shade(self, shading: Any, state: DrawnState) -> None:
        """Paint a gradient over all that is not cut off."""
        name = f"s{len(self.kept)}"
        self.kept[name] = gradient_element(name, shading, state.ctm, self._colours.cmyk)
        self._add(f'<rect x="-50%" y="-50%" width="200%" height="200%" fill="url(#{name})"', state)

    def clip(self, path: str, state: DrawnState, even_odd: bool) -> str:
        """Keep a clip path inside of the one that holds already; return its id."""
        name = f"c{len(self.kept)}"
        within = f' clip-path="url(#{state.clip})"' if state.clip else ""
        rule = ' clip-rule="evenodd"' if even_odd else ""
        self.kept[name] = f'<clipPath id="{name}"{within}><path d="{path}"{rule}/></clipPath>'
        return name

    def glyph(self, font: Any, code: int, matrix: PageMatrix, state: DrawnState) -> float:
        """Draw a letter; return its advance in ems."""
        outlines, key = self._outlines(font)
        units = outlines.units
        name = f"g{key}-{code}"
        if name not in self.kept:
            drawn = outlines.path(code, lambda value: number(value, 1))
            self.kept[name] = f'<path id="{name}" d="{drawn}"/>'
        a, b, c, d, e, f = matrix
        shown = " ".join(number(part, 6) for part in (a / units, b / units, c / units, d / units, e, f))
        if self.kept[name] != f'<path id="{name}" d=""/>':
            self._add(f'<use href="#{name}" transform="matrix({shown})" fill="{state.fill}"', state)
        return outlines.advance(code)

    def image(self, image: Any, state: DrawnState) -> None:
        a, b, c, d, e, f = state.ctm
        matrix = " ".join(number(part, 5) for part in (a, b, -c, -d, e + c, f + d))
        data = b64encode(_png(image, self._profile)).decode()
        place = f'width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"'
        self._add(f'<image href="data:image/png;base64,{data}" {place}', state)

    def cmyk(self, values: tuple[float, ...]) -> str:
        return self._colours.cmyk(values)

    def spot(self, name: str) -> str:
        return self._colours.spot(name)

    def _add(self, element: str, state: DrawnState) -> None:
        """Add an element; what cuts it stands around it, where its own transform does not move it."""
        cut = f'<g clip-path="url(#{state.clip})">{element}/></g>' if state.clip else f"{element}/>"
        self.parts.append(cut)

    def _outlines(self, font: Any) -> tuple[FontOutlines, int]:
        key = int(font.objgen[0])
        if key not in self._fonts:
            self._fonts[key] = read_outlines(font.DescendantFonts[0])
        return self._fonts[key], key


def _png(image: Any, profile: bytes) -> bytes:
    """Return an image XObject as a PNG in sRGB."""
    from PIL import Image, ImageCms

    mode = "L" if image.ColorSpace == "/DeviceGray" else "CMYK"
    shown = Image.frombytes(mode, (int(image.Width), int(image.Height)), image.read_bytes())
    if mode == "CMYK":
        inks, how = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.Intent.RELATIVE_COLORIMETRIC
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        screen: Any = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(inks, screen, mode, "RGB", how, flags)
        shown = ImageCms.applyTransform(shown, transform) or shown
    stream = BytesIO()
    shown.save(stream, "PNG")
    return stream.getvalue()
