"""The job of a part: runs of pieces, and everything about their sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from labelsvc.domain.batch import Part
from labelsvc.domain.imposed_positions import PickedImposition, impose
from labelsvc.domain.imposition import Imposition
from labelsvc.domain.layout import Layout
from labelsvc.pdf.pdf_file import XObjectWriter
from labelsvc.pdf.pdfx import CMYK
from labelsvc.rendering.qr.encoder import QrEncoder, Symbols
from labelsvc.rendering.typesetting.font_book import FontUse
from labelsvc.rendering.typesetting.fonts import FontFace
from labelsvc.rendering.typesetting.piece_text import PieceText


@dataclass(frozen=True, slots=True)
class PieceRun:
    """Consecutive pieces of one product; ``first_serial`` 0 = uncounted, then every piece has serial 0.

    ``art``: operators of all that the product's pieces share; points, origin in the trim's lower left corner, y up;
    they name /F0 … /F5, /GSk, /GSn, /CS_<spot> and the job's XObjects.
    """

    line: int
    first_serial: int
    codes: Sequence[str]
    product: str
    producer: str
    stars: int
    art: bytes

    @property
    def serials(self) -> Sequence[int]:
        """The pieces' serials."""
        count = len(self.codes)
        return range(self.first_serial, self.first_serial + count) if self.first_serial else (0,) * count


@dataclass(frozen=True, slots=True, kw_only=True)
class PartJob:
    """All that a part is made of; equal jobs make equal bytes.

    ``qr_*_mm``: the slot with its quiet zone, from the trim's upper left corner, y down. ``fonts`` holds the letters of
    all arts; those of the pieces' texts and of the slug are added. ``slug`` leaves {sheet} and {sheets} open.
    ``spots``: spot inks that arts may use, with alternates (0 to 1); ``xobjects``: pictures and artworks by name,
    each written once, when it is first used. ``picked``: where the pieces stand, where not one after the other: the
    other positions stay empty. ``inspect`` sees symbols and URLs before drawing.
    """

    title: str
    ordered_at: datetime
    layout: Layout
    part: Part
    total_sheets: int
    runs: Sequence[PieceRun]
    encoder: QrEncoder
    qr_x_mm: float
    qr_y_mm: float
    qr_size_mm: float
    piece_text: PieceText
    fonts: FontUse
    slug_face: FontFace
    slug: str
    profile: bytes
    producer: str
    spots: Mapping[str, CMYK] = field(default_factory=dict)
    xobjects: Mapping[bytes, XObjectWriter] = field(default_factory=dict)
    step_and_repeat: bool = False
    picked: PickedImposition | None = None
    inspect: Callable[[Symbols, list[str]], None] | None = None

    @property
    def imposition(self) -> Imposition:
        """The imposition of the part."""
        if self.picked:
            return self.picked
        counts = [len(run.codes) for run in self.runs]
        return impose(counts, self.layout, self.part.skip, step_and_repeat=self.step_and_repeat)
