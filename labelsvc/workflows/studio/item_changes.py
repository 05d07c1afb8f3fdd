"""What became of a design's items from one version to another: moved, resized, set anew, added, taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from labelsvc.workflows.studio.look_items import StudioItem

ChangeKind = Literal["added", "removed", "moved", "resized", "text", "type", "ink"]
LEAST_MM, LEAST_PT = 0.02, 0.05
"""Smaller differences are roundings."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A change of one item, with what it was before and is now.

    ``before``, ``after``: mm to the right and down (moved: from nothing), width and height in mm (resized), lines
    (text), the size in points (type), screen colours (ink).
    """

    what: ChangeKind
    item: StudioItem
    before: Sequence[float | str] = ()
    after: Sequence[float | str] = ()


def item_changes(before: Sequence[StudioItem], after: Sequence[StudioItem]) -> list[ItemChange]:
    """Return what changed, in painting order of the later version, then what is gone."""
    found: list[ItemChange] = []
    for old, new in _pairs(before, after):
        if old is None or new is None:
            found.append(ItemChange("removed" if new is None else "added", old or new or {}))
        else:
            found += _changes(old, new)
    return found


def _pairs(
    before: Sequence[StudioItem], after: Sequence[StudioItem]
) -> Iterator[tuple[StudioItem | None, StudioItem | None]]:
    """Yield items that are the same one: those that did not change, then those of a kind in their order."""
    old, new = _by_kind(before), _by_kind(after)
    for kind in dict.fromkeys((*new, *old)):
        left, there = old[kind], new[kind]
        for item in [item for item in there if any(_same(item, other) for other in left)]:
            left.remove(next(other for other in left if _same(item, other)))
            there.remove(item)
        yield from zip(left, there, strict=False)
        shared = min(len(left), len(there))
        yield from ((None, item) for item in there[shared:])
        yield from ((item, None) for item in left[shared:])


def _by_kind(items: Sequence[StudioItem]) -> defaultdict[tuple[str, str], list[StudioItem]]:
    found: defaultdict[tuple[str, str], list[StudioItem]] = defaultdict(list)
    for item in items:
        found[item["kind"], str(item.get("field", item.get("tag", "")))].append(item)
    return found


def _same(item: StudioItem, other: StudioItem) -> bool:
    return not _changes(other, item)


def _changes(old: StudioItem, new: StudioItem) -> list[ItemChange]:
    found = []
    if old.get("hidden", False) != new.get("hidden", False):
        return [ItemChange("removed" if new.get("hidden") else "added", new)]
    (x, y, *size), (new_x, new_y, *new_size) = old["box"], new["box"]
    if _differs((x, y), (new_x, new_y), LEAST_MM):
        found.append(ItemChange("moved", new, (0.0, 0.0), (round(new_x - x, 2), round(new_y - y, 2))))
    if _differs(size, new_size, LEAST_MM):
        found.append(ItemChange("resized", new, size, new_size))
    if old.get("lines", []) != new.get("lines", []):
        found.append(ItemChange("text", new, old.get("lines", []), new.get("lines", [])))
    sizes = [item.get("size_pt") or 0.0 for item in (old, new)]
    if _differs(sizes[:1], sizes[1:], LEAST_PT):
        found.append(ItemChange("type", new, sizes[:1], sizes[1:]))
    if old.get("inks", []) != new.get("inks", []):
        found.append(ItemChange("ink", new, old.get("inks", []), new.get("inks", [])))
    return found


def _differs(before: Sequence[float], after: Sequence[float], least: float) -> bool:
    return any(abs(one - other) > least for one, other in zip(before, after, strict=True))
