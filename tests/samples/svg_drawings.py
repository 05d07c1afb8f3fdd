"""SVG files drawn by the reader of designs on screen colours, to be held beside the pictures of other renderers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.domain.print_options import TextSetting
from labelsvc.pdf.inks import Ink, Palette
from labelsvc.pdf.pdf_file import PdfFile
from labelsvc.pdf.units import points
from labelsvc.rendering.design.items import DesignItem
from labelsvc.rendering.design.open_format.reading import read_elements
from labelsvc.rendering.design.reader import DesignReader
from tests.samples.labels_on_paper import ROOM
from tests.samples.sheet_jobs import PROFILE

_FIRST = 1000
"""Per cent of black that stand for the first screen colour: no real ink has as much."""
_INK = re.compile(rb"0 0 0 (1\d\.?\d*) ([kK])\b")


class AnyColour(Palette):
    """A palette that takes every screen colour; each ink stands for one."""

    def __init__(self) -> None:
        object.__setattr__(self, "inks", {"#FFFFFF": Ink("white", "#FFFFFF", (0, 0, 0, _FIRST))})

    def find(self, screen: str) -> Ink | None:
        if not re.fullmatch("#[0-9A-Fa-f]{6}", screen):
            return None
        name = {"#17231C": "#000000"}.get(screen.upper(), screen.upper())  # what is painted where nothing is said
        inks: dict[str, Ink] = self.inks  # type: ignore[assignment]
        return inks.setdefault(name, Ink(name, name, (0, 0, 0, _FIRST + len(inks))))

    def screen(self, black: float) -> tuple[float, float, float]:
        """Return the colour that an amount of black (0 to 1) stands for."""
        name = list(self.inks)[round(black * 100) - _FIRST]
        red, green, blue = (int(name[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return red, green, blue


@dataclass(frozen=True)
class Drawing:
    """What a file was read as."""

    width_mm: float
    height_mm: float
    items: tuple[DesignItem, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    palette: AnyColour
    xobjects: dict[bytes, Any] = field(default_factory=dict)


def drawn(source: bytes) -> Drawing:
    """Return what the reader of designs makes of any SVG."""
    palette = AnyColour()
    try:
        read = read_elements(source, "tệp")
        reader = DesignReader(palette, ROOM.fonts, PROFILE, read.root, TextSetting())
        reader.problems += read.problems
        width, height = reader.canvas(read.root)
        reader.read(read.root.children)
    except DesignRefused as error:
        return Drawing(0, 0, (), error.problems, (), palette)
    problems = tuple({str(each): each for each in reader.problems if each.code != "svg.gradient_ink"}.values())
    return Drawing(width, height, tuple(reader.items), problems, read.notes, palette, reader.xobjects)


def raster(drawing: Drawing, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a drawing as RGBA pixels [y, x, channel] of a size."""
    operators = b"\n".join(item.operators for item in drawing.items if getattr(item, "display", -1) < 0)
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(points(drawing.width_mm), points(drawing.height_mm)))
    page.Resources = pikepdf.Dictionary(ExtGState=_states(), XObject=_xobjects(pdf, drawing))
    page.Contents = pdf.make_stream(_in_colour(operators, drawing.palette))
    stream = BytesIO()
    pdf.save(stream)
    shown = pypdfium2.PdfDocument(stream.getvalue())[0]
    scale = 4 * size[0] / shown.get_size()[0]
    pixels = shown.render(scale=scale, fill_color=(0, 0, 0, 0), rev_byteorder=True, maybe_alpha=True).to_pil()
    return np.asarray(pixels.convert("RGBA").resize(size, Image.Resampling.BOX))


def _states() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(GSk=pikepdf.Dictionary(), GSn=pikepdf.Dictionary())


def _xobjects(pdf: pikepdf.Pdf, drawing: Drawing) -> pikepdf.Dictionary:
    """Return shadings and pictures, their inks in the colours that they stand for."""
    if not drawing.xobjects:
        return pikepdf.Dictionary()
    stream = BytesIO()
    file = PdfFile(stream)
    numbers = {name: write(file) for name, write in drawing.xobjects.items()}
    root = file.add(b"<</Type/Catalog/Pages %d 0 R>>" % file.add(b"<</Type/Pages/Kids[]/Count 0>>"))
    file.close(root, file.add(b"<<>>"), b"0" * 16)
    other = pikepdf.open(BytesIO(stream.getvalue()))
    found = pikepdf.Dictionary()
    for name, number in numbers.items():
        placed = pdf.copy_foreign(other.get_object(number, 0))
        _recolour(placed, drawing.palette)
        found["/" + name.decode()] = placed
    return found


def _recolour(placed: Any, palette: AnyColour) -> None:
    shadings = placed.get("/Resources", {}).get("/Shading", {})
    for shading in dict(shadings).values():
        shading.ColorSpace = pikepdf.Name.DeviceRGB
        functions = shading.Function.get("/Functions", [shading.Function])
        for function in functions:
            for key in ("/C0", "/C1"):
                function[key] = pikepdf.Array(list(palette.screen(float(function[key][3]))))


def _in_colour(operators: bytes, palette: AnyColour) -> bytes:
    def colour(found: re.Match[bytes]) -> bytes:
        parts = " ".join(f"{part:.4f}" for part in palette.screen(float(found[1])))
        return f"{parts} {'rg' if found[2] == b'k' else 'RG'}".encode()

    return _INK.sub(colour, operators)
