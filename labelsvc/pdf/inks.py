"""The palette: each screen colour that a design may use, and its inks."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, Self

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.pdf.colour_difference import SCREEN, screen_difference

MOST_INK, MOST_INK_OVER_BLACK, BLACK_FROM = 300, 280, 85
"""Per cent: the sum of a colour's inks, and the same if K reaches 85 % (PRESS-RULES.md, GWG 4.14)."""

Cmyk = tuple[int, int, int, int]
"""Cyan, magenta, yellow and black in per cent."""

SCREEN_BLACK, SCREEN_PAPER = "#17231C", "#FFFFFF"
"""The screen colours of the black of texts, which elements take that name no colour, and of the bare paper."""
COATING = "SCRATCH"
"""The spot ink of a coating that is scratched off: whatever a batch's inks are, it is a spot of its own."""
_NEEDED, _KNOWN = {"screen", "cmyk"}, {"screen", "cmyk", "spot", "vi", "en", "retired"}


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour in print: per cent of C, M, Y, K; ``spot`` names an ink of its own, empty for none.

    ``vi`` and ``en``: what people call it where ``name`` is none of theirs. A ``retired`` one is in lists alone.
    """

    name: str
    screen: str
    cmyk: Cmyk
    spot: str = ""
    vi: str = ""
    en: str = ""
    retired: bool = False

    def title_in(self, language: str) -> str:
        """Return what speakers of a language (``vi``, ``en``) call it."""
        return (self.en if language == "en" else self.vi) or self.name

    @property
    def single(self) -> bool:
        """Return whether it is one ink, a tint of it, or paper white, as text under 8 pt requires."""
        return sum(1 for part in self.cmyk if part) <= 1

    @property
    def total(self) -> int:
        """The sum of its process inks in per cent."""
        return sum(self.cmyk)

    @property
    def black(self) -> bool:
        """Return whether it is 100 % K, which overprints; all else knocks out."""
        return self.cmyk == (0, 0, 0, 100)

    @property
    def coating(self) -> bool:
        """Return whether it covers what is printed below it: it overprints, and hides nothing from the other plates."""
        return self.spot == COATING

    @property
    def paper(self) -> bool:
        """Return whether it is the white of the paper."""
        return not any(self.cmyk)


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """All inks by screen colour, in upper case (#0B5A3A)."""

    inks: Mapping[str, Ink]

    @classmethod
    def from_inks(cls, inks: Iterable[Ink], *, spot_inks: bool) -> Self:
        """Return the palette of all inks that are not retired, with their spot inks or with process inks alone."""
        used = (ink if spot_inks or ink.coating else replace(ink, spot="") for ink in inks if not ink.retired)
        return cls({ink.screen: ink for ink in used})

    @property
    def spots(self) -> dict[str, tuple[float, float, float, float]]:
        """The spot inks by name, each with its alternate in CMYK from 0 to 1."""
        return {ink.spot: _share(ink.cmyk) for ink in self.inks.values() if ink.spot}

    def find(self, screen: str) -> Ink | None:
        """Return the ink of a screen colour, or None if the palette has none."""
        return self.inks.get(screen.upper())

    def nearest(self, screen: str) -> Ink:
        """Return the ink whose screen colour looks most like another one (ΔE2000); the first for what is no colour."""
        return self.nearest_with_difference(screen)[0]

    def nearest_with_difference(self, screen: str) -> tuple[Ink, float]:
        """Return the nearest ink with its ΔE2000; the first one with infinity for what is no #RRGGBB."""
        try:
            differences = [(screen_difference(ink.screen, screen), ink) for ink in self.inks.values()]
        except ValueError:
            return next(iter(self.inks.values())), inf
        difference, ink = min(differences, key=lambda pair: pair[0])
        return ink, difference


def read_inks(path: Path) -> list[Ink]:
    """Return the inks of ``palette.toml`` in their order.

    DesignRefused names every entry that says no colour, and every colour whose inks sum to too much.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise DesignRefused.from_code("design.palette", name=path.name, reason=str(error)) from None
    inks: dict[str, Ink] = {}
    problems = []
    for name, entry in entries.items():
        ink = _read_ink(name, entry)
        if ink is None or ink.screen in inks:
            problems.append(Problem("design.ink_entry", {"name": name}))
            continue
        problems += ink_problems(ink)
        inks[ink.screen] = ink
    if problems:
        raise DesignRefused(*problems)
    return list(inks.values())


def ink_problems(ink: Ink) -> list[Problem]:
    """Return design.ink_sum where a colour's inks are none that paper takes."""
    most = ink_limit(ink.cmyk)
    if ink.total <= most and all(0 <= part <= 100 for part in ink.cmyk):
        return []
    return [Problem("design.ink_sum", {"name": ink.name, "sum": ink.total, "most": most})]


def inks_json(inks: Iterable[Ink]) -> str:
    """Return inks as they are kept for ever; :func:`inks_from_json` gives equal ones back."""
    return json.dumps([_entry(ink) for ink in inks], ensure_ascii=False)


def inks_from_json(kept: str) -> list[Ink]:
    """Read inks that were kept by a program of any age."""
    return [_kept_ink(entry) for entry in json.loads(kept)]


def ink_limit(cmyk: Sequence[int]) -> int:
    """Return the greatest sum of a colour's inks in per cent."""
    return MOST_INK_OVER_BLACK if cmyk[3] >= BLACK_FROM else MOST_INK


def _read_ink(name: str, entry: object) -> Ink | None:
    if not isinstance(entry, dict) or not _NEEDED <= entry.keys() <= _KNOWN:
        return None
    screen, cmyk = str(entry["screen"]), entry["cmyk"]
    if not SCREEN.fullmatch(screen) or not isinstance(cmyk, list) or [type(part) for part in cmyk] != [int] * 4:
        return None
    return _kept_ink({"name": name, **entry})


def _kept_ink(entry: Mapping[str, Any]) -> Ink:
    cyan, magenta, yellow, black = entry["cmyk"]
    said = {key: str(entry.get(key, "")) for key in ("spot", "vi", "en")}
    screen = str(entry["screen"]).upper()
    return Ink(str(entry["name"]), screen, (cyan, magenta, yellow, black), **said, retired=bool(entry.get("retired")))


def _entry(ink: Ink) -> dict[str, object]:
    said = {key: getattr(ink, key) for key in ("spot", "vi", "en", "retired")}
    return {"name": ink.name, "screen": ink.screen, "cmyk": list(ink.cmyk)} | {k: v for k, v in said.items() if v}


def _share(percent: Sequence[float]) -> tuple[float, float, float, float]:
    cyan, magenta, yellow, black = (part / 100 for part in percent)
    return cyan, magenta, yellow, black
