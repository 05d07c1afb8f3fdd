"""What a label's file says as it would print: letters with sizes and colours, and QR codes.

A designer's file is read into this, so that the judge needs no PDF.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor

from labelsvc.domain.product import normal_text

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter: what it says, the height of its outline in mm (0: not known), its size in pt, its colours.

    ``ink`` and ``ground`` None: not known, as on a picture.
    """

    letter: str
    height_mm: float
    size_pt: float
    ink: Colour | None = None
    ground: Colour | None = None


@dataclass(frozen=True, slots=True)
class ReadQr:
    """A QR: what it says (empty: it cannot be read), the side of a module and of the symbol in mm."""

    text: str
    module_mm: float
    side_mm: float


@dataclass(frozen=True)
class LabelReading:
    """A label's letters in reading order, line by line, and its QR codes.

    ``face_cm2`` is the face's area. ``outlined``: shapes that may be letters which were converted to outlines;
    ``pictured``: pictures that may hold letters.
    """

    lines: tuple[tuple[ReadLetter, ...], ...]
    symbols: tuple[ReadQr, ...]
    face_cm2: float
    outlined: int = 0
    pictured: bool = False

    @property
    def texts(self) -> list[str]:
        """The lines as texts."""
        return [normal_text("".join(each.letter for each in line)) for line in self.lines]

    @cached_property
    def _letters(self) -> tuple[ReadLetter, ...]:
        return tuple(each for line in self.lines for each in line if each.letter.isalnum())

    @cached_property
    def _key(self) -> str:
        return "".join(_folded(each.letter) for each in self._letters)

    def find(self, text: str) -> Sequence[ReadLetter]:
        """Return the letters and figures of a text where it stands on the label; empty where it does not.

        Case, spaces, marks and line breaks do not count.
        """
        return next(self.find_all(text), ())

    def find_all(self, text: str) -> Iterator[Sequence[ReadLetter]]:
        """Yield the letters and figures of a text wherever it stands, as :meth:`find` does."""
        wanted = "".join(map(_folded, (letter for letter in normal_text(text) if letter.isalnum())))
        at = self._key.find(wanted) if wanted else -1
        while at >= 0:
            yield self._letters[at : at + len(wanted)]
            at = self._key.find(wanted, at + len(wanted))

    def words(self) -> Iterator[str]:
        """Yield the words of all lines as they are written."""
        for text in self.texts:
            yield from text.split()


def _folded(letter: str) -> str:
    """Return a letter without case, as one letter."""
    folded = letter.casefold()
    return folded if len(folded) == 1 else letter


def contrast(ink: Colour, ground: Colour) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shown_contrast(ratio: float) -> float:
    """Return a contrast as messages name it, rounded down: 4.498 is not 4.5."""
    return floor(ratio * 100) / 100


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 255 for part in colour)
    parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
