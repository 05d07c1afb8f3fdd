"""Changes of a design's items in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from labelsvc.web.desk import context as desk
from labelsvc.workflows.studio.item_changes import ItemChange

_NAMED = ("text", "arc")
"""Kinds whose title is the name of their field."""
_LONGEST = 120


def item_title(item: dict[str, Any]) -> str:
    """Return what an item is called on pages."""
    return str(item["field"]) if item["kind"] in _NAMED else desk.say(f"look.{item['kind']}")


def change_sentence(change: ItemChange) -> str:
    """Return a change as a sentence."""
    facts: dict[str, object] = {"what": item_title(change.item)}
    match change.what:
        case "moved":
            facts["how"] = ", ".join(_ways(change.after))
        case "resized":
            facts |= {"before": _size(change.before), "after": _size(change.after)}
        case "text":
            facts |= {"before": _text(change.before), "after": _text(change.after)}
        case "type":
            facts |= {"before": _rounded(change.before[0]), "after": _rounded(change.after[0])}
        case "ink":
            facts |= {"before": _inks(change.before), "after": _inks(change.after)}
    return desk.say(f"versions.{change.what}", **facts)


def _ways(shift: Sequence[float | str]) -> Iterator[str]:
    for way, opposite, mm in (("right", "left", float(shift[0])), ("down", "up", float(shift[1]))):
        if round(mm, 1):
            yield desk.say(f"versions.{way if mm > 0 else opposite}", mm=round(abs(mm), 1))


def _size(sides: Sequence[float | str]) -> str:
    return " × ".join(desk.wording().shown(_rounded(side)) for side in sides)


def _inks(screens: Sequence[float | str]) -> list[str]:
    """Return what colours are called; a screen colour that the palette lacks as it is written."""
    palette = desk.services().assets.palette
    found = [(str(screen), palette.find(str(screen))) for screen in screens]
    names = [ink.title_in(desk.language()) if ink else screen for screen, ink in found]
    return [name or desk.say("versions.no_ink") for name in names]


def _rounded(side: float | str) -> float:
    return round(float(side), 1)


def _text(lines: Sequence[float | str]) -> str:
    text = " / ".join(map(str, lines))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
