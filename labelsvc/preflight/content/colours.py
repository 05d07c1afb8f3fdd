"""Colours as inks: the plates that a colour of a content stream paints on, and the amounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pikepdf

from labelsvc.preflight.content.ink_names import is_structural, is_technical
from labelsvc.preflight.content.pdf_values import name_of, number_of

CYAN, MAGENTA, YELLOW, BLACK = "Cyan", "Magenta", "Yellow", "Black"
PROCESS = (CYAN, MAGENTA, YELLOW, BLACK)
ALL, NONE = "All", "None"
GRAY, CMYK, SEPARATION, DEVICE_N, PATTERN = "DeviceGray", "DeviceCMYK", "Separation", "DeviceN", "Pattern"
INKS_ONLY = frozenset((GRAY, CMYK, SEPARATION, DEVICE_N))
_SHORT = {"G": GRAY, "RGB": "DeviceRGB", "CMYK": CMYK, "I": "Indexed"}
_COMPONENTS = {GRAY: 1, "DeviceRGB": 3, CMYK: 4, "CalGray": 1, "CalRGB": 3, "Lab": 3}
_TINY = 1e-4


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """A colour space: its family, its inks (empty if not ink-based), and the number of components."""

    family: str
    inks: tuple[str, ...] = ()
    components: int = 1
    alternate: str = ""
    inverted: bool = False
    indexed: bool = False
    base: ColourSpace | None = None
    """The space of an uncoloured pattern's colour."""


@dataclass(frozen=True, slots=True)
class InkColour:
    """A colour: amounts (over 0, up to 1) by ink; ``family`` if the inks are unknown.

    If it is not ``known`` (pictures, shadings, patterns), the amounts are upper bounds.
    """

    family: str
    amounts: tuple[tuple[str, float], ...] = ()
    known: bool = True

    @property
    def inks(self) -> frozenset[str]:
        """The inks that it paints with."""
        return _inks(self.amounts)

    @property
    def white(self) -> bool:
        """Return whether it leaves the paper white."""
        return self.known and not self.amounts

    @property
    def black_only(self) -> bool:
        """Return whether it paints only on the black plate."""
        return self.known and self.inks == {BLACK}

    @property
    def full_black(self) -> bool:
        """Return whether it is 100 K and nothing else."""
        return self.black_only and self.amounts[0][1] > 1 - 1e-3

    @property
    def registration(self) -> bool:
        """Return whether it is the registration colour."""
        return ALL in self.inks

    @property
    def structural(self) -> bool:
        """Return whether one of its inks is, by name, a die line or another machine ink."""
        return any(map(is_structural, self.inks))

    @property
    def technical(self) -> bool:
        """Return whether it is not part of the image: a machine ink, or only white and finishing."""
        return _are_technical(self.inks)

    @property
    def total(self) -> float:
        """The sum of its inks in per cent."""
        return 100 * sum(amount for _, amount in self.amounts)

    def __str__(self) -> str:
        if not self.known:
            return " + ".join(name for name, _ in self.amounts) or self.family
        shown = " ".join(f"{name[0] if name in PROCESS else name}{amount * 100:.0f}" for name, amount in self.amounts)
        return shown.replace("B", "K", 1) if BLACK in self.inks and len(self.amounts) == 1 else shown or self.family


@lru_cache(4_096)
def _inks(amounts: tuple[tuple[str, float], ...]) -> frozenset[str]:
    return frozenset(name for name, _ in amounts)


@lru_cache(4_096)
def _are_technical(inks: frozenset[str]) -> bool:
    return any(map(is_structural, inks)) or (bool(inks) and all(map(is_technical, inks)))


GRAY_SPACE = ColourSpace(GRAY, (BLACK,), 1, inverted=True)
CMYK_SPACE = ColourSpace(CMYK, PROCESS, 4)
PAPER = InkColour(CMYK)


def space_of(value: Any, depth: int = 0) -> ColourSpace:
    """Parse a colour space object; its family is ``unknown`` if it is invalid."""
    if isinstance(value, pikepdf.Name):
        family = _SHORT.get(name_of(value)[1:], name_of(value)[1:])
        return {GRAY: GRAY_SPACE, CMYK: CMYK_SPACE}.get(family, ColourSpace(family, (), _COMPONENTS.get(family, 1)))
    if not isinstance(value, pikepdf.Array) or not len(value) or depth > 4:
        return ColourSpace("unknown")
    family = _SHORT.get(name_of(value[0])[1:], name_of(value[0])[1:])
    if family in (SEPARATION, DEVICE_N) and len(value) >= 4:
        names = (value[1],) if family == SEPARATION else tuple(value[1])[:32]
        inks = tuple(ink_name(name) for name in names)
        return ColourSpace(family, inks, len(inks), space_of(value[2], depth + 1).family)
    if family in ("Indexed", PATTERN) and len(value) > 1:
        base = space_of(value[1], depth + 1)
        return (
            ColourSpace(base.family, base.inks, 1, indexed=True)
            if family == "Indexed"
            else ColourSpace(PATTERN, base=base)
        )
    if family == "ICCBased" and len(value) > 1 and isinstance(value[1], pikepdf.Stream):
        return ColourSpace(family, (), int(number_of(value[1].get("/N")) or 3))
    return ColourSpace(family or "unknown", (), _COMPONENTS.get(family, 1))


def ink_name(name: Any) -> str:
    """Return an ink's name without the slash; bytes that are not UTF-8 stay as they are."""
    return name_of(name)[1:]


def colour_in(space: ColourSpace, values: list[float]) -> InkColour:
    """Return the colour of component values in a space."""
    if space.family not in INKS_ONLY or len(values) < len(space.inks):
        return InkColour(space.family, known=False)
    shown = [1 - values[0]] if space.inverted else values
    pairs = zip(space.inks, shown, strict=False)
    return InkColour(space.family, tuple((ink, min(v, 1.0)) for ink, v in pairs if v > _TINY and ink != NONE))


def any_colour(space: ColourSpace) -> InkColour:
    """Return an upper bound of all colours that a picture or shading may have in a space."""
    return InkColour(space.family, tuple((ink, 1.0) for ink in space.inks if ink != NONE), known=False)


def most_of(colours: Iterable[InkColour], family: str) -> InkColour:
    """Return an upper bound of several colours: the most of each ink."""
    most: dict[str, float] = {}
    for colour in colours:
        for ink, amount in colour.amounts:
            most[ink] = max(most.get(ink, 0.0), amount)
    return InkColour(family, tuple(most.items()), known=False)


def first_colour(space: ColourSpace) -> InkColour:
    """Return the colour that choosing a space sets (ISO 32000-1, 8.6.8)."""
    match space.family:
        case "DeviceGray":
            return colour_in(space, [0.0])
        case "DeviceCMYK":
            return colour_in(space, [0.0, 0.0, 0.0, 1.0])
    return colour_in(space, [1.0] * len(space.inks))
