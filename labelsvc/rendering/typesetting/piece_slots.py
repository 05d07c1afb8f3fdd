"""The slots of texts that differ from piece to piece: where code and serial stand, and how wide they may become.

Lengths are points from the trim's lower left corner, y upwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees

import numpy as np
from numpy.typing import NDArray

from labelsvc.domain.errors import InvalidValue
from labelsvc.rendering.typesetting.arc_text import spacing_radius
from labelsvc.rendering.typesetting.byte_rows import TableIndices
from labelsvc.rendering.typesetting.fitting import Align
from labelsvc.rendering.typesetting.fonts import FontFace

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 20
DIGITS = "0123456789"
FIVE = 5


@dataclass(frozen=True)
class CodeLines:
    """A code in one line of four fives, or in two lines of two, as many as there are baselines.

    ``x_pt`` is the lines' left edge, middle or right edge, as ``align`` says; ``state`` are operators for colour and
    overprint that go before (none: whatever is in force). ``tracking`` is in em.
    """

    face: FontFace
    size_pt: float
    x_pt: float
    baselines_pt: tuple[float, ...]
    align: Align = "center"
    tracking: float = 0.0
    state: bytes = b""

    def __post_init__(self) -> None:
        """Refuse any other number of lines."""
        if len(self.baselines_pt) not in (1, 2):
            raise InvalidValue.from_code("text.code_lines", lines=len(self.baselines_pt))

    @property
    def letters_a_line(self) -> int:
        """How many letters a line holds: 20 or 10."""
        return CODE_LENGTH // len(self.baselines_pt)

    @property
    def width_pt(self) -> float:
        """Width of a line of the widest letter: no code is wider."""
        widest = advances(self.face, CODE_LETTERS, self.tracking).max() * self.letters_a_line
        return float(widest + line_blanks(self)) * self.size_pt / 1000


@dataclass(frozen=True)
class CodeArc:
    """A code along a circle: each letter takes its own width, the code is in the middle; angles as in ``arc_text``.

    ``tracking`` is between all letters and ``gap`` the extra room between two fives, both in em at half the height of
    capitals. Letters stand at fixed steps, so that few matrices occur and pages compress well.
    """

    face: FontFace
    size_pt: float
    center_pt: tuple[float, float]
    radius_pt: float
    middle_deg: float = 270.0
    upper: bool = False
    tracking: float = 0.08
    gap: float = 0.46
    state: bytes = b""

    @property
    def degrees_per_em(self) -> float:
        """Angle of one em along the letters."""
        return degrees(self.size_pt / spacing_radius(self.face, self.radius_pt, self.size_pt, self.upper))

    @property
    def span_deg(self) -> float:
        """Angle of the widest code: no code takes more."""
        return float(CODE_LENGTH * self.widths.max() + self._blanks) * self.degrees_per_em

    @property
    def widths(self) -> NDArray[np.float64]:
        """Width of each letter with its tracking, in em."""
        return advances(self.face, CODE_LETTERS, self.tracking) / 1000

    def middles(self, letters: TableIndices) -> NDArray[np.float64]:
        """Return where the middles of codes' letters (n, 20) stand from the middle of the code, in em."""
        widths = self.widths[letters]
        gaps = np.arange(CODE_LENGTH) // FIVE * self.gap
        ends = widths.cumsum(axis=1)
        whole = ends[:, -1:] + self._blanks
        middles: NDArray[np.float64] = ends - (widths + self.tracking) / 2 + gaps - whole / 2
        return middles

    def angle_deg(self, along: float) -> float:
        """Return the angle at so many em along the letters from the middle of the code."""
        return self.middle_deg + along * self.degrees_per_em * (-1 if self.upper else 1)

    @property
    def _blanks(self) -> float:
        """What a code takes besides its letters' widths, in em: the gaps, less the last letter's tracking."""
        return (CODE_LENGTH // FIVE - 1) * self.gap - self.tracking


@dataclass(frozen=True)
class SerialLine:
    """A stamp's number, at least six digits grouped by three: "Số 000 417". Serial 0 prints nothing."""

    face: FontFace
    size_pt: float
    x_pt: float
    baseline_pt: float
    align: Align = "center"
    before: str = "Số "
    after: str = ""
    tracking: float = 0.0
    state: bytes = b""

    @property
    def width_pt(self) -> float:
        """Width of the widest serial of seven digits: no serial is wider."""
        digits = advances(self.face, DIGITS, self.tracking)
        words = advances(self.face, f"{self.before}  {self.after}", self.tracking)
        return float(7 * digits.max() + words.sum() - 1000 * self.tracking) * self.size_pt / 1000


Slot = CodeLines | CodeArc | SerialLine


def advances(face: FontFace, letters: str, tracking: float) -> NDArray[np.float64]:
    """Return the width of each letter with its tracking, in 1/1000 em."""
    return np.array([face.letter(letter).advance + 1000 * tracking for letter in letters])


def line_blanks(slot: CodeLines) -> float:
    """Return what the spaces of a line add to its letters' widths, less the last letter's tracking."""
    spaces = slot.letters_a_line // FIVE - 1
    return spaces * (slot.face.letter(" ").advance + 1000 * slot.tracking) - 1000 * slot.tracking
