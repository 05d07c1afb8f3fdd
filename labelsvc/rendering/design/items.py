"""The parts of a design: items in painting order, and the slots of what differs by piece.

Lengths are in mm from the trim's upper left corner, y downwards; sizes of type in pt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from labelsvc.domain.law.net_quantity import FigureHeights
from labelsvc.domain.print_options import LINES_APART_MM
from labelsvc.pdf.inks import Ink
from labelsvc.rendering.design.artwork import Artwork
from labelsvc.rendering.svg.gradients import Gradient
from labelsvc.rendering.typesetting.arc_text import TextArc
from labelsvc.rendering.typesetting.fitting import Align, TextBox, VerticalAlign
from labelsvc.rendering.typesetting.fonts import FontFace

BarcodeKind = Literal["ean", "datamatrix"]
ItemBox = tuple[float, float, float, float]
"""x, y, width, height in mm."""


@dataclass(frozen=True, slots=True)
class PaintedShape:
    """A shape, the same on every label: its operators, made once. ``display`` is a value's place, or −1 for always.

    ``path`` is an svgelements path in label coordinates, as are ``clips``, which all clip it; ``stroke_mm`` is its line
    width there. Of a ``gradient``, ``fill`` is all its inks at their most.
    """

    operators: bytes
    path: Any
    fill: Ink | None
    stroke: Ink | None
    stroke_mm: float
    even_odd: bool
    clips: tuple[Any, ...]
    tag: str
    line: int
    display: int = -1
    gradient: Gradient | None = None

    @property
    def inks(self) -> tuple[Ink, ...]:
        """The inks that paint it."""
        filled = self.gradient.inks if self.gradient else (self.fill,)
        return tuple(ink for ink in (*filled, self.stroke) if ink)


@dataclass(frozen=True, slots=True)
class PlacedGraphic:
    """A picture or a page of PDF artwork, at the same position on every label.

    ``corners`` are those of all that it may paint, in mm, before it is cut to ``clips``; ``artwork`` None: a picture.
    """

    operators: bytes
    corners: tuple[tuple[float, float], ...]
    clips: tuple[Any, ...]
    artwork: Artwork | None
    tag: str
    line: int
    display: int = -1


@dataclass(frozen=True, slots=True)
class PlainText:
    """A run of SVG's own text: the same on every label, set as it is written, never shrunk.

    ``corners`` are those of its ink in mm; a text that is turned or clipped is not ``straight``.
    """

    operators: bytes
    face: FontFace
    text: str
    size_pt: float
    ink: Ink
    corners: tuple[tuple[float, float], ...]
    straight: bool
    clips: tuple[Any, ...]
    line: int
    display: int = -1


@dataclass(frozen=True, slots=True)
class FittedTextItem:
    """A text that is fitted into its box; ``value`` is the place of its text among the filled values.

    Figures in it are at least as high as ``figures`` asks for the quantity whose text is at ``quantity``. An
    ``optional`` text is left out where it does not fit.
    """

    x_mm: float
    y_mm: float
    box: TextBox
    face: FontFace
    ink: Ink
    align: Align
    valign: VerticalAlign
    value: int
    field: str
    line: int
    display: int = -1
    figures: FigureHeights | None = None
    quantity: int = -1
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ArcTextItem:
    """A text along an arc about (x, y)."""

    x_mm: float
    y_mm: float
    arc: TextArc
    face: FontFace
    ink: Ink
    value: int
    field: str
    line: int
    display: int = -1


@dataclass(frozen=True, slots=True)
class StarRow:
    """Five stars in a row; ``value`` gives the number of full ones."""

    x_mm: float
    y_mm: float
    size_mm: float
    gap_mm: float
    ink: Ink
    value: int
    line: int
    display: int = -1

    @property
    def bounds(self) -> ItemBox:
        """The box of all five."""
        return self.x_mm, self.y_mm, 5 * self.size_mm + 4 * self.gap_mm, self.size_mm


@dataclass(frozen=True, slots=True)
class RowType:
    """The type of a row that differs from the others: its value shrinks in as many steps as they do.

    ``wide``: the value takes the whole width, its label is not printed. ``columns``: it is a table with so many cells
    side by side (``fields.cell_table``); 0 is none. Figures are as high as ``figures`` asks for the
    quantity whose text is at ``quantity``.
    """

    size_pt: float
    min_size_pt: float
    leading: float
    face: FontFace
    ink: Ink
    wide: bool
    balanced: bool
    columns: int
    figures: FigureHeights | None
    quantity: int


@dataclass(frozen=True, slots=True)
class LegalField:
    """One row of the legal fields; a missing value prints as a writing line if ``blank`` allows."""

    label: str
    value: int
    blank: int
    own: RowType | None = None


@dataclass(frozen=True, slots=True)
class LegalFields:
    """Rows of label and value that shrink together until all fit the box.

    ``sizes_pt``: the sizes to try, the least one last. ``label_width_mm`` with the blank before the values; 0: as wide
    as the widest label that is shown. ``writing_lines``: missing values are lines to write on; else empty boxes, as in
    older batches.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    label_width_mm: float
    sizes_pt: tuple[float, ...]
    leading: float
    gap_mm: float
    face: FontFace
    label_face: FontFace
    ink: Ink
    label_ink: Ink
    rows: tuple[LegalField, ...]
    line: int
    display: int = -1
    writing_lines: bool = True
    apart_mm: float = LINES_APART_MM


@dataclass(frozen=True, slots=True)
class SpecimenMark:
    """Where MẪU or IN THỬ is printed, turned by ``rotate`` degrees (0, 90 or −90) about the box's middle."""

    x_mm: float
    y_mm: float
    box: TextBox
    face: FontFace
    ink: Ink
    rotate: int
    line: int


@dataclass(frozen=True, slots=True)
class GtinSlot:
    """The box of the barcode of the product's GTIN, quiet zones and digits included: white, and kept clear.

    ``value`` is the place of the GTIN, ``blank`` that of whether an empty box is drawn for a product without one.
    """

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    kind: BarcodeKind
    face: FontFace
    value: int
    blank: int
    line: int
    display: int = -1


DesignItem = (
    PaintedShape
    | PlacedGraphic
    | PlainText
    | FittedTextItem
    | ArcTextItem
    | StarRow
    | LegalFields
    | SpecimenMark
    | GtinSlot
)


@dataclass(frozen=True, slots=True)
class QrSlot:
    """The square of the QR with its quiet zone."""

    x_mm: float
    y_mm: float
    size_mm: float
