"""Change the office's palette: a colour is judged; no version is saved that would unfit a design which prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import InvalidValue, NotFound, Problem
from labelsvc.domain.host import Host
from labelsvc.pdf.colour_difference import SCREEN, screen_difference
from labelsvc.pdf.inks import SCREEN_BLACK, SCREEN_PAPER, Cmyk, Ink, ink_limit, ink_problems, inks_from_json, inks_json
from labelsvc.pdf.pdfx import ALL_INKS, BLEED, CUT
from labelsvc.pdf.profile_colours import grey_of, inks_of_screen, screen_of_inks
from labelsvc.storage.designs.palettes import Palettes
from labelsvc.storage.people.audit import FieldDifference
from labelsvc.workflows.designs.looks import DesignCatalogue
from labelsvc.workflows.looks.current_looks import all_inks
from labelsvc.workflows.looks.unfit_designs import unfit_designs, unreadable_designs
from labelsvc.workflows.print_assets import PrintAssets, shipped_inks

HARDLY_APART = 3.0
"""ΔE2000 below which two colours side by side are hardly told apart in print, where ±2 is a good press (house rule)."""
FAR_FROM_SCREEN = 5.0
"""ΔE2000 from which a designer's screen colour looks another one in print (house rule)."""
FIXED = (SCREEN_BLACK, SCREEN_PAPER)
"""Their inks stay what they are."""
LONGEST_NAME = 40
_TAKEN_SPOTS = {name.casefold() for name in (CUT, BLEED, ALL_INKS, "None", "Cyan", "Magenta", "Yellow", "Black")}
_SPOT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .+_-]*")


@dataclass(frozen=True, slots=True)
class JudgedColour:
    """A colour as it would print. ``shown``: its inks on a screen; ``nearest`` of the others, shown so, with ΔE2000.

    ``grey``: the tint of black alone for small text, None where the colour is one ink anyway.
    """

    ink: Ink
    shown: str
    most: int
    nearest: Ink | None
    nearest_shown: str
    difference: float
    grey: Ink | None
    faults: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class PaletteEditor:
    """The palette at one moment: ``version`` 0 is the one that is shipped.

    ``seen``: the version that whoever changes it looked at, None for this one.
    """

    palettes: Palettes
    looks: DesignCatalogue
    assets: PrintAssets
    host: Host
    seen: int | None = None

    @cached_property
    def version(self) -> int:
        """The version that prints."""
        return self._newest[0]

    @cached_property
    def inks(self) -> list[Ink]:
        """All colours, retired ones too."""
        return all_inks(self._newest[1], self._shipped)

    @cached_property
    def _newest(self) -> tuple[int, list[Ink]]:
        newest = self.palettes.newest()
        return (newest.version, inks_from_json(newest.inks)) if newest else (0, self._shipped)

    @cached_property
    def _shipped(self) -> list[Ink]:
        return shipped_inks(self.assets.templates)

    def get(self, screen: str) -> Ink:
        """Return a colour; NotFound if there is none."""
        for ink in self.inks:
            if ink.screen == screen:
                return ink
        raise NotFound.from_code("colour.unknown", screen=screen)

    def shown(self, ink: Ink) -> str:
        """Return what a colour's inks look like on a screen."""
        return screen_of_inks(ink.cmyk, self.assets.profile)

    def judge(self, ink: Ink, *, is_new: bool) -> JudgedColour:
        """Look at a colour that is typed; where it says no screen colour, its inks give it one."""
        others = [each for each in self.inks if is_new or each.screen != ink.screen]
        in_range = all(0 <= part <= 100 for part in ink.cmyk)
        shown = self.shown(ink) if in_range else "#FFFFFF"
        out_of_range = [] if in_range else [Problem("colour.ink_range")]
        faults = [*_name_faults(ink, others), *(out_of_range or ink_problems(ink)), *_spot_faults(ink, others)]
        ink = ink if ink.screen else replace(ink, screen=shown)
        faults += _screen_faults(ink, self.inks, is_new=is_new)
        nearest, difference = self._nearest(shown, [each for each in others if not each.retired])
        grey = None if ink.single else replace(ink, cmyk=grey_of(ink.cmyk, self.assets.profile)) if in_range else None
        warnings = _warnings(ink, shown, nearest, difference, grey) if in_range else []
        return JudgedColour(
            ink=ink,
            shown=shown,
            most=ink_limit(ink.cmyk),
            nearest=nearest,
            nearest_shown=self.shown(nearest) if nearest else "",
            difference=difference,
            grey=grey,
            faults=tuple(faults),
            warnings=tuple(warnings),
        )

    def _nearest(self, shown: str, others: Sequence[Ink]) -> tuple[Ink | None, float]:
        differences = [(screen_difference(shown, self.shown(each)), each) for each in others]
        difference, ink = min(differences, key=lambda pair: pair[0], default=(0.0, None))
        return ink, difference

    def save(self, ink: Ink, context: ChangeContext, *, is_new: bool) -> int:
        """Add a colour, or change one; return the palette's new version.

        Raises InvalidValue with its faults, or with the designs that it would make unfit; ChangedMeanwhile.
        """
        judged = self.judge(ink, is_new=is_new)
        if judged.faults:
            raise InvalidValue(*judged.faults)
        if is_new:
            return self._add([*self.inks, judged.ink], FieldDifference("colour", "", colour_words(judged.ink)), context)
        before = self.get(ink.screen)
        shipped = {each.screen: each.name for each in self._shipped}
        changed = replace(ink, name=shipped.get(ink.screen, ink.name), retired=before.retired)
        difference = FieldDifference("colour", colour_words(before), colour_words(changed))
        return self._add(self._with(changed), difference, context)

    def retire(self, screen: str, context: ChangeContext) -> int:
        """Take a colour out of use; InvalidValue names the designs that have it, ChangedMeanwhile."""
        if screen in FIXED:
            raise InvalidValue.from_code("colour.fixed", screen=screen)
        ink = self.get(screen)
        difference = FieldDifference("colour_retired", "", colour_words(ink))
        return self._add(self._with(replace(ink, retired=True)), difference, context)

    def restore(self, screen: str, context: ChangeContext) -> int:
        """Take a retired colour into use again; ChangedMeanwhile."""
        ink = self.get(screen)
        difference = FieldDifference("colour_restored", "", colour_words(ink))
        return self._add(self._with(replace(ink, retired=False)), difference, context)

    def _with(self, changed: Ink) -> list[Ink]:
        return [changed if each.screen == changed.screen else each for each in self.inks]

    def _add(self, inks: Sequence[Ink], difference: FieldDifference, context: ChangeContext) -> int:
        is_larger = len(inks) > len(self.inks)  # a colour more can unfit no design
        if not is_larger and (unfit := self._unfit(inks)):
            raise InvalidValue.from_code("colour.designs_unfit", designs=unfit)
        kept, shipped = inks_json(inks), inks_json(self._shipped)
        seen = self.version if self.seen is None else self.seen
        return self.palettes.add(kept, [difference], context, seen=seen, shipped=shipped)

    def _unfit(self, inks: Sequence[Ink]) -> list[str]:
        """Return the designs that print today and would be refused with other inks."""
        return unfit_designs(self.looks, self.assets, self._inked(inks), self.host)

    def designs_with(self, screen: str) -> list[str]:
        """Return the designs that print today and use a colour."""
        without = self._inked([ink for ink in self.inks if ink.screen != screen])
        return unreadable_designs(self.looks, self.assets, without)

    def _inked(self, inks: Sequence[Ink]) -> PrintAssets:
        used = inks_json(ink for ink in inks if not ink.retired)
        return self.assets.with_looks(replace(self.assets.looks, palette=used))


def propose_inks(screen: str, assets: PrintAssets) -> Cmyk:
    """Return the inks that come nearest to a designer's screen colour (#C8102E)."""
    return inks_of_screen(screen, assets.profile)


def colour_words(ink: Ink) -> str:
    """Return a colour as the log of changes keeps it."""
    inks = " ".join(f"{letter}{part}" for letter, part in zip("CMYK", ink.cmyk, strict=True))
    return " · ".join(filter(None, (f"{ink.name} {ink.screen}", inks, ink.spot)))


def _name_faults(ink: Ink, others: Sequence[Ink]) -> list[Problem]:
    if not ink.name:
        return [Problem("colour.no_name")]
    names = {name.casefold() for each in others for name in (each.name, each.vi, each.en) if name}
    taken = [name for name in dict.fromkeys((ink.name, ink.vi, ink.en)) if name.casefold() in names]
    return [Problem("colour.name_taken", {"name": name}) for name in taken]


def _screen_faults(ink: Ink, known: Sequence[Ink], *, is_new: bool) -> list[Problem]:
    if not SCREEN.fullmatch(ink.screen):
        return [Problem("colour.screen", {"value": ink.screen})]
    for each in known:
        if each.screen == ink.screen and is_new:
            return [Problem("colour.screen_taken", {"screen": ink.screen, "name": each.name})]
        if each.screen == ink.screen and ink.screen in FIXED and (each.cmyk, each.spot) != (ink.cmyk, ink.spot):
            return [Problem("colour.fixed", {"screen": ink.screen})]
    return []


def _spot_faults(ink: Ink, others: Sequence[Ink]) -> list[Problem]:
    if not ink.spot:
        return []
    if not _SPOT.fullmatch(ink.spot) or ink.spot.casefold() in _TAKEN_SPOTS:
        return [Problem("colour.spot_name", {"value": ink.spot})]
    if not any(ink.cmyk):
        return [Problem("colour.spot_blank", {"value": ink.spot})]
    same = [each for each in others if each.spot.casefold() == ink.spot.casefold()]
    differs = [each for each in same if (each.spot, each.cmyk) != (ink.spot, ink.cmyk)]
    return [Problem("colour.spot_taken", {"value": ink.spot, "name": each.name}) for each in differs[:1]]


def _warnings(ink: Ink, shown: str, nearest: Ink | None, difference: float, grey: Ink | None) -> list[Problem]:
    warnings = []
    if nearest and difference < HARDLY_APART:
        facts = {"name": nearest.name, "screen": nearest.screen, "difference": round(difference, 1)}
        warnings.append(Problem("colour.hardly_apart", facts))
    if SCREEN.fullmatch(ink.screen) and (far := screen_difference(ink.screen, shown)) > FAR_FROM_SCREEN:
        facts = {"screen": ink.screen, "shown": shown, "difference": round(far, 1)}
        warnings.append(Problem("colour.far_from_screen", facts))
    if grey:
        warnings.append(Problem("colour.several_inks", {"black": grey.cmyk[3]}))
    return warnings
