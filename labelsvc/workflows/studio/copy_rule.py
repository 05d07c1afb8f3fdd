"""What a producer may change of a design, held against the one that it was copied from.

Locked: size and shape, and the parts of ``locked_parts``, where and how they are. Open: shapes and their colours,
pictures, words. What is open stands over no locked part, puts no picture under one, and leaves it as legible as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from labelsvc.domain.errors import LabelsvcError, Problem
from labelsvc.domain.law.label_reading import contrast, shown_contrast
from labelsvc.pdf.colour_difference import screen_rgb
from labelsvc.rendering.design.checks.label_contrast import ground_colours
from labelsvc.rendering.design.design import Design, DesignMeans, read_design_by_node
from labelsvc.rendering.design.items import DesignItem, PaintedShape, PlacedGraphic, PlainText, SpecimenMark
from labelsvc.rendering.design.painted_areas import (
    element_of,
    filled_shape_area,
    item_area,
    lettered_area,
    may_reach,
    outline_area,
)
from labelsvc.workflows.print_assets import PrintAssets
from labelsvc.workflows.studio.locked_parts import LockedPart, is_open, locked_parts, official_nodes

_TOUCH_MM2, _ALIKE_MM2 = 0.01, 0.05
LEAST_CONTRAST = 4.5
"""What a locked part that had more may come down to."""
_ROUNDING = 0.05


def copy_problems(origin: bytes, design: Design, assets: PrintAssets) -> list[Problem]:
    """Return what a copy, read by node, changes and may not; the lines of problems are nodes.

    An origin that rules of a newer version refuse lets nothing be told: that is the problem then.
    """
    means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
    try:
        held = read_design_by_node(origin, design.name, means)
    except LabelsvcError:
        return [Problem("copy.origin")]
    return list(CopyRule(held, design).problems())


@dataclass(frozen=True, slots=True)
class CopyRule:
    """A design and its copy, both read by node."""

    origin: Design
    copy: Design

    def problems(self) -> Iterator[Problem]:
        """Yield all that is wrong: sizes, locked parts, what stands over and under them, conditions."""
        if self.origin.shape != self.copy.shape:
            yield Problem("copy.size", {"line": 0})
        if (self.origin.groups, self.origin.use) != (self.copy.groups, self.copy.use):
            yield Problem("copy.groups", {"line": 0})
        held, found = locked_parts(self.origin), locked_parts(self.copy)
        kept, lost, added = _paired(held, found)
        yield from _changed(lost, added)
        for before, after in kept:
            yield from self._covered(before, after)
            yield from self._ground(before, after)
        yield from self._conditions()

    def _covered(self, before: LockedPart, after: LockedPart) -> Iterator[Problem]:
        """Yield open items that are painted over a part, unless the same one is in the origin."""
        there = [_painted(item) for item in self.origin.items[before.above + 1 :] if _stands_over(item, before.area)]
        official = official_nodes(self.copy)
        for item in self.copy.items[after.above + 1 :]:
            if not is_open(self.copy, item, official) or not _stands_over(item, after.area):
                continue
            area = _painted(item)
            if not any(area.symmetric_difference(known).area <= _ALIKE_MM2 for known in there):
                facts = {"line": item.line, "element": element_of(item), "what": after.title}
                yield Problem("copy.covers", facts)

    def _ground(self, before: LockedPart, after: LockedPart) -> Iterator[Problem]:
        """Yield that a part stands on a picture, or is less legible than it was."""
        below = self.copy.items[: after.above]
        if _drawn(below, after.area) == _drawn(self.origin.items[: before.above], before.area):
            return
        if picture := _picture_under(after.area, below):
            known = _picture_under(before.area, self.origin.items[: before.above])
            if not known or known.corners != picture.corners:
                facts = {"line": picture.line, "element": element_of(picture), "what": after.title}
                yield Problem("copy.picture_under", facts)
        for ink in after.inks:
            was, now = (
                _least_contrast(ink, part.area, design.items[: part.above])
                for part, design in ((before, self.origin), (after, self.copy))
            )
            if now < min(was, LEAST_CONTRAST) - _ROUNDING:
                facts = {"line": after.line, "what": after.title, "ratio": shown_contrast(now)}
                yield Problem("copy.contrast", {**facts, "least": shown_contrast(min(was, LEAST_CONTRAST))})

    def _conditions(self) -> Iterator[Problem]:
        """Yield open items that are shown on some labels alone, by a condition that the origin does not have."""
        known = {_condition(self.origin, item) for item in self.origin.items}
        for item in self.copy.items:
            said = _condition(self.copy, item)
            if "{" in said and said not in known:
                yield Problem("copy.condition", {"line": item.line, "element": element_of(item)})


def _paired(
    held: Sequence[LockedPart], found: Sequence[LockedPart]
) -> tuple[list[tuple[LockedPart, LockedPart]], list[LockedPart], list[LockedPart]]:
    """Return parts that are the same, those that are gone or changed, and those that are new or changed."""
    left, kept, lost = list(found), [], []
    for part in held:
        same = next((other for other in left if part.is_same(other)), None)
        if same is None:
            lost.append(part)
        else:
            left.remove(same)
            kept.append((part, same))
    return kept, lost, left


def _changed(lost: Sequence[LockedPart], added: Sequence[LockedPart]) -> Iterator[Problem]:
    left = list(added)
    for part in lost:
        other = next((each for each in left if part.is_like(each)), None)
        if other is None:
            yield Problem("copy.removed", {"what": part.title})
        else:
            left.remove(other)
            yield Problem("copy.changed", {"line": other.line, "what": part.title})
    for part in left:
        yield Problem("copy.added", {"line": part.line, "what": part.title})


def _painted(item: DesignItem) -> Any:
    """Return where an item covers what is below it: with paper white too."""
    match item:
        case PaintedShape():
            parts = [filled_shape_area(item)] if item.fill else []
            parts += [outline_area(item)] if item.stroke else []
            return parts[0].union(parts[-1]) if parts else filled_shape_area(replace(item, clips=())).buffer(-1e6)
        case PlainText():
            return lettered_area(item)
    return item_area(item)


def _stands_over(item: DesignItem, area: Any) -> bool:
    return may_reach(item, area) and bool(_painted(item).intersection(area).area > _TOUCH_MM2)


def _drawn(items: Sequence[DesignItem], area: Any) -> list[bytes]:
    """Return what is drawn below an area."""
    return [
        item.operators for item in items if isinstance(item, PaintedShape | PlacedGraphic) and may_reach(item, area)
    ]


def _picture_under(area: Any, below: Sequence[DesignItem]) -> PlacedGraphic | None:
    """Return the picture that an area stands on, the uppermost one; None where shapes part them."""
    seen = area
    for item in reversed(below):
        if isinstance(item, PlacedGraphic) and item.tag != "ls:official" and item_area(item).intersects(seen):
            return item
        if isinstance(item, PaintedShape) and item.fill and item.display < 0 and may_reach(item, seen):
            seen = seen - filled_shape_area(item)
        if seen.area <= _TOUCH_MM2:
            return None
    return None


def _least_contrast(ink: str, area: Any, below: Sequence[DesignItem]) -> float:
    return min((contrast(screen_rgb(ink), ground) for ground in ground_colours(area, below)), default=21.0)


def _condition(design: Design, item: DesignItem) -> str:
    if isinstance(item, SpecimenMark) or item.display < 0:
        return ""
    return " ".join(design.values.template(item.display).split())
