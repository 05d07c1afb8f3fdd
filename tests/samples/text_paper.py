"""Put text operators on a page of a small PDF, and read from a page what stands where, with other people's tools."""

from __future__ import annotations

import io
import subprocess
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
from fontTools.ttLib import TTFont

from labelsvc.rendering.typesetting.font_book import FontBook, FontUse
from labelsvc.rendering.typesetting.fonts import FontFace
from labelsvc.rendering.typesetting.subset import write_fonts
from tests import CHECKOUT

FONTS_FOLDER = CHECKOUT / "fonts"
FONTS = FontBook(FONTS_FOLDER)


class SmallPdf:
    """The few calls that fonts are written through, and a page."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def reserve(self) -> int:
        self.bodies.append(b"null")
        return len(self.bodies)

    def put(self, number: int, body: bytes) -> None:
        self.bodies[number - 1] = body

    def put_stream(self, number: int, entries: bytes, data: bytes, compress: bool) -> None:
        if compress:
            entries, data = entries + b"/Filter/FlateDecode", zlib.compress(data)
        self.put(number, b"<<%b/Length %d>>stream\n%b\nendstream" % (entries, len(data), data))

    def page(self, content: bytes, use: FontUse, width_pt: float, height_pt: float) -> bytes:
        """Return the file with one page of these operators."""
        fonts = b"".join(b"/%b %d 0 R" % named for named in write_fonts(self, use).items())
        catalog, pages, page, contents = (self.reserve() for _ in range(4))
        self.put(catalog, b"<</Type/Catalog/Pages %d 0 R>>" % pages)
        self.put(pages, b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page)
        box = f"/MediaBox[0 0 {width_pt:.2f} {height_pt:.2f}]".encode()
        resources = b"/Resources<</Font<<%b>>>>/Contents %d 0 R" % (fonts, contents)
        self.put(page, b"<</Type/Page/Parent %d 0 R%b%b>>" % (pages, box, resources))
        self.put_stream(contents, b"", content, compress=False)
        return self._file(catalog)

    def _file(self, catalog: int) -> bytes:
        file = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        offsets = []
        for number, body in enumerate(self.bodies, 1):
            offsets.append(len(file))
            file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        start = len(file)
        file += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(offsets) + 1, table)
        file += b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, catalog, start)
        return bytes(file)


def run(*command: str | Path) -> str:
    """Run a program that must succeed; return what it says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@cache
def reference(face: FontFace) -> TTFont:
    """Return a face as fontTools reads it."""
    return next(
        font
        for path in FONTS_FOLDER.glob("*.ttf")
        if (font := TTFont(io.BytesIO(path.read_bytes()), lazy=True))["name"].getDebugName(6) == face.name
    )


@dataclass(frozen=True)
class Glyph:
    """A glyph on the page: its letter, text matrix, size, and ink (x_min, y_min, x_max, y_max) where it is upright."""

    letter: str
    matrix: pikepdf.Matrix
    size: float
    ink: tuple[float, float, float, float] | None


def read_glyphs(content: bytes) -> list[Glyph]:
    """Interpret text operators as ISO 32000-1 §9.4 says, with widths and outlines read by fontTools."""
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(content)
        instructions = list(pikepdf.parse_content_stream(stream))
    return _Interpreter().run(instructions)


def assert_lines_apart(glyphs: Sequence[Glyph]) -> None:
    """The ink of glyphs on different baselines never meets."""
    inked = [glyph for glyph in glyphs if glyph.ink]
    ink = np.array([glyph.ink for glyph in inked], dtype=float)
    baseline = np.array([round(float(glyph.matrix.f), 2) for glyph in inked])
    left, low, right, top = (ink[:, i] for i in range(4))
    meeting = (left[:, None] < right) & (left < right[:, None]) & (low[:, None] < top) & (low < top[:, None])
    assert not (meeting & (baseline[:, None] != baseline)).any()


class _Interpreter:
    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.face = FONTS.faces[0]
        self.size = self.tracking = 0.0
        self.stretch = 1.0
        self.line = self.matrix = pikepdf.Matrix()

    def run(self, instructions: list[pikepdf.ContentStreamInstruction]) -> list[Glyph]:
        for instruction in instructions:
            self.step(str(instruction.operator), list(instruction.operands))
        return self.glyphs

    def step(self, operator: str, operands: list[pikepdf.Object]) -> None:
        match operator:
            case "BT":
                self.line = self.matrix = pikepdf.Matrix()
            case "Tf":
                self.face = FONTS.faces[int(str(operands[0])[2:])]
                self.size = float(operands[1])
            case "Tc":
                self.tracking = float(operands[0])
            case "Tz":
                self.stretch = float(operands[0]) / 100
            case "Td":
                self.line = self.matrix = pikepdf.Matrix(1, 0, 0, 1, *map(float, operands)) @ self.line
            case "Tm":
                self.line = self.matrix = pikepdf.Matrix(*map(float, operands))
            case "Tj":
                self.show([operands[0]])
            case "TJ":
                self.show(list(operands[0]))

    def show(self, parts: list[pikepdf.Object]) -> None:
        for part in parts:
            if not isinstance(part, pikepdf.String):
                self.move(-float(part) / 1000 * self.size * self.stretch)
                continue
            data = bytes(part)
            for i in range(0, len(data), 2):
                self.draw(int.from_bytes(data[i : i + 2], "big"))

    def move(self, by: float) -> None:
        self.matrix = pikepdf.Matrix(1, 0, 0, 1, by, 0) @ self.matrix

    def draw(self, gid: int) -> None:
        font = reference(self.face)
        name = font.getGlyphName(gid)
        outline = font["glyf"][name]
        ink = None
        if outline.numberOfContours and self.matrix.b == 0:
            left, low = self.matrix.transform((0, 0))
            em = self.size / 1000
            ink = (
                left + outline.xMin * em * self.stretch,
                low + outline.yMin * em,
                left + outline.xMax * em * self.stretch,
                low + outline.yMax * em,
            )
        self.glyphs.append(Glyph(chr(_letters(self.face)[name]), self.matrix, self.size, ink))
        self.move((font["hmtx"][name][0] * self.size / 1000 + self.tracking) * self.stretch)


@cache
def _letters(face: FontFace) -> dict[str, int]:
    return {name: code for code, name in reference(face).getBestCmap().items()}


def ink_box(glyphs: list[Glyph]) -> tuple[float, float, float, float]:
    """Return the box of all ink of upright glyphs: (x_min, y_min, x_max, y_max)."""
    inks = [glyph.ink for glyph in glyphs if glyph.ink]
    return min(i[0] for i in inks), min(i[1] for i in inks), max(i[2] for i in inks), max(i[3] for i in inks)


def raster(pdf: Path, dpi: int) -> tuple[int, int, bytes]:
    """Return a page in grey as poppler draws it: width, height, bytes."""
    shown = subprocess.run(
        ["pdftoppm", "-gray", "-r", str(dpi), pdf],
        check=True,
        capture_output=True,
    ).stdout
    stream = io.BytesIO(shown)
    _, size, _ = (stream.readline() for _ in range(3))
    width, height = map(int, size.split())
    return width, height, stream.read()
