"""Labels as other programs write them: plain operators of a drawing program around a good press file of ours.

``LABEL`` is 25 × 35 mm with 2 mm bleed; its lower left corner is the origin of what is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import qrcode
from pikepdf import Array, Dictionary, Name

from tests.samples.fault_planting import PT, good, slug_font

WIDE, HIGH, BLEED_MM, MARGIN_MM = 25.0, 35.0, 2.0, 7.0
FOUR_INKS = ".75 .05 .9 .1 k"
SPOT = "[/Separation /{} /DeviceCMYK <</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[{}]/N 1>>]"
CUTTING_LAYER = Dictionary(GTS_ProcStepsGroup=Name.Structural, GTS_ProcStepsType=Name.Cutting)
OVER, KNOCK = "/GSk gs", "/GSn gs"


def mm(*values: float) -> str:
    """Return millimetres as points for a content stream."""
    return " ".join(f"{value * PT:.4f}" for value in values)


def rectangle(x: float, y: float, wide: float, high: float) -> str:
    """A closed path in millimetres."""
    return f"{mm(x, y)} m {mm(x + wide, y)} l {mm(x + wide, y + high)} l {mm(x, y + high)} l h"


def circle(x: float, y: float, radius: float) -> str:
    """A closed path of four curves around (x, y) in millimetres."""
    near = radius * 0.5523
    quarters = [
        (x + radius, y + near, x + near, y + radius, x, y + radius),
        (x - near, y + radius, x - radius, y + near, x - radius, y),
        (x - radius, y - near, x - near, y - radius, x, y - radius),
        (x + near, y - radius, x + radius, y - near, x + radius, y),
    ]
    return f"{mm(x + radius, y)} m " + " ".join(f"{mm(*quarter)} c" for quarter in quarters) + " h"


TRIM = rectangle(0, 0, WIDE, HIGH)
ART = f"{KNOCK} {FOUR_INKS} {rectangle(-BLEED_MM, -BLEED_MM, WIDE + 2 * BLEED_MM, HIGH + 2 * BLEED_MM)} f"


def cut(path: str, ink: str = "CutContour") -> str:
    """Stroke a path in a spot ink, overprinting, in the layer of the die line."""
    return f"/OC /Cut BDC {OVER} /{ink.replace(' ', '')} CS 1 SCN .25 w {path} S EMC"


def text(size: float, x: float, y: float, colour: str = "0 0 0 1 k", letters: str = "nnnn", state: str = OVER) -> str:
    """Write letters from (x, y) in millimetres on."""
    font, letter = slug_font()
    return f"{state} {colour} BT /{font} {size} Tf {mm(x, y)} Td <{letter * len(letters)}> Tj ET"


def qr(said: str, x: float, y: float, module: float = 0.5) -> str:
    """Draw a symbol in 100 K whose lower left corner is at (x, y) in millimetres."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_Q)
    code.add_data(said)
    rows = code.get_matrix()
    cells = [(column, len(rows) - 1 - row) for row, line in enumerate(rows) for column, dark in enumerate(line) if dark]
    drawn = " ".join(f"{mm(x + column * module, y + row * module, module, module)} re" for column, row in cells)
    white = f"{KNOCK} 0 0 0 0 k {mm(x - 4 * module, y - 4 * module, *[(len(rows) + 8) * module] * 2)} re f"
    return f"{white} {OVER} 0 0 0 1 k {drawn} f"


@dataclass(frozen=True)
class LabelFile:
    """A file of labels: ``content`` of a label, pages, labels side by side, how it is wrapped and turned.

    ``as_form``: each label is a form XObject shown at its place; ``turn``: degrees by which content and boxes are
    turned, as imposition does. ``inks``: spot inks that the content names. ``contents``: what each label holds besides,
    page after page.
    """

    content: str
    labels: int = 1
    pages: int = 1
    as_form: bool = False
    turn: int = 0
    trim: str = ""
    inks: Sequence[str] = ("CutContour",)
    layer: Any = field(default_factory=lambda: CUTTING_LAYER)
    contents: Sequence[str] = ()
    change: Callable[[pikepdf.Pdf], object] = lambda _: None

    def data(self) -> bytes:
        """Return the PDF."""
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(good())) as pdf:
            first = pdf.pages[0].obj
            fonts, states = first.Resources.Font, first.Resources.ExtGState
            layer = self._layers(pdf)
            written = {ink.replace(" ", ""): SPOT.format(ink.replace(" ", "#20"), "0 1 0 0") for ink in self.inks}
            spaces = {f"/{name}": pikepdf.Object.parse(space.encode()) for name, space in written.items()}
            resources = Dictionary(
                Font=fonts,
                ExtGState=states,
                ColorSpace=Dictionary(spaces),
                Properties=Dictionary(Cut=layer),
            )
            while len(pdf.pages) > 1:
                del pdf.pages[1]
            for _ in range(self.pages - 1):
                pdf.pages.append(pdf.pages[0])
            for number, page in enumerate(pdf.pages):
                self._page(pdf, page.obj, resources, self.contents[number * self.labels :])
            self.change(pdf)
            pdf.save(out, force_version="1.6", fix_metadata_version=False)
        return out.getvalue()

    def _layers(self, pdf: pikepdf.Pdf) -> Any:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("Cut")))
        if self.layer is not None:
            layer.GTS_Metadata = self.layer
        settings = pdf.Root.OCProperties
        settings.OCGs = Array([layer])
        settings.D.Order = Array([layer])
        return layer

    def _page(self, pdf: pikepdf.Pdf, page: Any, resources: Any, own: Sequence[str]) -> None:
        pitch, around = WIDE + 2 * BLEED_MM, MARGIN_MM
        wide, high = 2 * around + WIDE + (self.labels - 1) * pitch, 2 * around + HIGH
        shown = self.content
        if self.as_form:
            box = Array([side * PT for side in (-BLEED_MM, -BLEED_MM, WIDE + BLEED_MM, HIGH + BLEED_MM)])
            entries = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=resources)
            form = pdf.make_stream(self.content.encode(), entries)
            resources = Dictionary({**dict(resources.items()), "/XObject": Dictionary(L=form)})
            shown = "/L Do"
        places = [(around + at * pitch, around) for at in range(self.labels)]
        shown_by = [f"{shown} {own[at] if at < len(own) else ''}" for at in range(self.labels)]
        parts = [f"q 1 0 0 1 {mm(x, y)} cm {said} Q" for (x, y), said in zip(places, shown_by, strict=True)]
        trim = around, around, wide - around, high - around
        matrix, boxes = _turned(self.turn, wide, high, [(0, 0, wide, high), trim, _grown(trim, BLEED_MM)])
        for name, sides in zip(("/MediaBox", "/TrimBox", "/BleedBox"), boxes, strict=True):
            page[name] = Array([side * PT for side in sides])
        if self.trim:
            page.TrimBox = Array([float(side) * PT for side in self.trim.split()])
        page.Contents = pdf.make_stream(f"q {matrix} cm {' '.join(parts)} Q".encode())
        page.Resources = resources


def _grown(box: Sequence[float], by: float) -> tuple[float, float, float, float]:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _turned(turn: int, wide: float, high: float, boxes: Sequence[Sequence[float]]) -> tuple[str, list[list[float]]]:
    """Return the matrix that turns a page of millimetres clockwise, and its boxes turned."""
    matrix = {0: "1 0 0 1 0 0", 90: f"0 -1 1 0 0 {mm(wide)}", 180: f"-1 0 0 -1 {mm(wide, high)}",
              270: f"0 1 -1 0 {mm(high)} 0"}[turn]  # fmt: skip
    return matrix, [_turned_box(turn, wide, high, *box) for box in boxes]


def _turned_box(turn: int, wide: float, high: float, *box: float) -> list[float]:
    x0, y0, x1, y1 = box
    return {
        0: [x0, y0, x1, y1],
        90: [y0, wide - x1, y1, wide - x0],
        180: [wide - x1, high - y1, wide - x0, high - y0],
        270: [high - y1, x0, high - y0, x1],
    }[turn]


PLAIN = LabelFile(f"{ART} {cut(TRIM)}")
