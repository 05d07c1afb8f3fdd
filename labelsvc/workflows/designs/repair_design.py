"""Repair a design file: what can be mended without its designer, as changes that a person chooses from.

Colours become those of the palette that look most alike, letters are set in a face that there is, effects that no press
prints are taken away. Whatever else is wrong stays, and is refused as before.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labelsvc.domain.errors import DesignRefused, Problem, problem_json, read_problem
from labelsvc.domain.host import Host
from labelsvc.rendering.design.design import DesignMeans, read_design_by_node
from labelsvc.rendering.design.source import element_lines
from labelsvc.rendering.svg.mending import Mend, mended
from labelsvc.rendering.svg.properties import NOTHING
from labelsvc.storage.designs.office_looks import SHIPPED, OfficeLooks
from labelsvc.storage.files.whole_file import whole_file
from labelsvc.workflows.designs.design_nursery import ask_apart
from labelsvc.workflows.designs.grouped_problems import MOST_LINES
from labelsvc.workflows.print_assets import PrintAssets, print_assets

FAMILY = "'Be Vietnam Pro'"
_LEAST_LINE_MM = 0.09
_PASSES = 4
_EFFECTS = {
    "svg.filter": "repair.filter",
    "svg.mask": "repair.mask",
    "svg.blend": "repair.blend",
    "svg.marker": "repair.marker",
    "svg.animation": "repair.animation",
    "svg.background": "repair.background",
    "svg.text_style": "repair.text_style",
    "svg.value": "repair.value",
}
_GONE = {
    "svg.script": "repair.script",
    "svg.animation": "repair.animation",
    "svg.foreign_object": "repair.foreign_object",
}
_SIZES = frozenset({"width", "height", "r", "rx", "ry", "d", "points"})


@dataclass(slots=True)
class Repair:
    """One change: ``key`` names it among others, ``change`` says it (how often and in which lines are facts)."""

    key: str
    change: Problem
    mends: list[Mend] = field(default_factory=list)


def possible_repairs(source: bytes, name: str, assets: PrintAssets) -> list[Repair]:
    """Return what can be mended in a design file; nothing of one that cannot be read at all."""
    repairs: dict[str, Repair] = {}
    for problem in _problems(source, name, assets):
        node = problem.facts.get("line")
        found = _repair(problem) if isinstance(node, int) else None
        if found and found.key in repairs:
            repairs[found.key].mends += found.mends
        elif found:
            repairs[found.key] = found
    lines = element_lines(source)
    return [_counted(repair, lines) for repair in repairs.values()]


def repair_source(source: bytes, name: str, assets: PrintAssets, chosen: Collection[str] | None = None) -> bytes:
    """Return a design file with the chosen changes, by their keys; all that can be done where none are named.

    What was hidden by one fault may have others: they are mended too. DesignRefused for what is no XML.
    """
    left: set[str] | None = None
    for _ in range(_PASSES):
        repairs = possible_repairs(source, name, assets)
        if left is None:
            left = set() if chosen is None else {each.key for each in repairs} - set(chosen)
        mends = [mend for each in repairs if each.key not in left for mend in each.mends]
        if not mends:
            break
        source = mended(source, mends)
    return source


def write_repaired(path: Path, content: bytes) -> None:
    """Write a repaired design into a file, whole or not at all."""
    with whole_file(path) as file:
        file.write(content)


def _problems(source: bytes, name: str, assets: PrintAssets) -> tuple[Problem, ...]:
    means = DesignMeans(assets.palette, assets.fonts, assets.profile, assets.text_setting)
    try:
        read_design_by_node(source, name, means)
    except DesignRefused as error:
        return error.problems
    return ()


def _repair(problem: Problem) -> Repair | None:
    facts, code = problem.facts, problem.code
    node, value = int(str(facts["line"])), str(facts.get("value", ""))
    attribute = str(facts.get("attribute", ""))
    match code:
        case "design.colour" if attribute:
            shown = {key: facts[key] for key in ("value", "nearest", "difference")}
            mend = Mend(node, attribute, str(facts["nearest"]).split()[0])
            return _made(f"colour {value}", "repair.colour", mend, shown)
        case "design.family":
            return _made(f"family {value}", "repair.family", Mend(node, "font-family", FAMILY), {"value": value})
        case "design.weight" if not str(facts.get("element", "")).startswith("ls:"):
            nearest = _nearest_weight(value, facts.get("known"))
            shown = {"value": value, "nearest": nearest}
            return _made(f"weight {value}", "repair.weight", Mend(node, "font-weight", nearest), shown)
        case "design.thin_line" if facts.get("width"):
            width = float(str(facts["width"])) * _LEAST_LINE_MM / float(value)
            return _made("thin line", "repair.thin_line", Mend(node, "stroke-width", f"{width:.6g}"))
        case "design.id_twice":
            return _made("id", "repair.id", Mend(node, "id"))
        case "design.element" if ":" not in str(facts["element"]) and "=" not in str(facts["element"]):
            return _made(f"element {facts['element']}", "repair.element", Mend(node), {"value": facts["element"]})
        case "design.attribute" if ":" not in str(facts["element"]) and not attribute.startswith("data-"):
            return _made(f"attribute {attribute}", "repair.attribute", Mend(node, attribute), {"value": attribute})
        case "design.at":
            return _empty_shape(facts, node)
    return _effect(problem, node, attribute)


def _effect(problem: Problem, node: int, attribute: str) -> Repair | None:
    """Return how an effect that no press prints is taken away."""
    code, facts = problem.code, problem.facts
    if code == "svg.opacity":
        solid = str(facts.get("colour", "1"))
        return _made(code, "repair.opacity", Mend(node, attribute, solid))
    if code == "svg.text_style" and attribute == "stroke":
        return _made(code, "repair.text_style", Mend(node, "stroke", "none"))
    if attribute in NOTHING and code in _EFFECTS:
        neutral = min(sorted(NOTHING[attribute]), key=len)
        return _made(code, _EFFECTS[code], Mend(node, attribute, neutral))
    if code in _GONE:
        name = str(facts.get("value", ""))
        gone = Mend(node, name) if name.lower().startswith("on") else Mend(node)
        return _made(code, _GONE[code], gone)
    return None


def _empty_shape(facts: Mapping[str, object], node: int) -> Repair | None:
    """Return how a shape without size goes, which SVG does not paint."""
    why = facts.get("why")
    if not isinstance(why, Problem) or why.code != "design.geometry" or why.facts.get("attribute") not in _SIZES:
        return None
    value = str(why.facts.get("value", "")).strip()
    nothing = not value or not value.strip("0.")
    return _made("empty", "repair.empty", Mend(node)) if nothing else None


def _made(key: str, code: str, mend: Mend, shown: Mapping[str, object] | None = None) -> Repair:
    return Repair(key, Problem(code, dict(shown or {})), [mend])


def _counted(repair: Repair, lines: list[int]) -> Repair:
    """Return a repair that says how often it is done and where."""
    places = list(dict.fromkeys(lines[mend.node] for mend in repair.mends if mend.node < len(lines)))
    shown = [*places[:MOST_LINES], *("…" for _ in places[MOST_LINES : MOST_LINES + 1])]
    facts = {**repair.change.facts, "count": len(repair.mends), "lines": shown}
    return Repair(repair.key, Problem(repair.change.code, facts), repair.mends)


def _nearest_weight(value: str, known: object) -> str:
    weights = [int(str(each)) for each in known] if isinstance(known, list | tuple) else [400]
    wanted = {"bolder": 700, "lighter": 400}.get(value, int(value) if value.isdecimal() and len(value) < 5 else 400)
    return str(min(weights, key=lambda weight: abs(weight - wanted)))


@dataclass(frozen=True, slots=True)
class RepairJob:
    """A repair as the child takes it: what is chosen, None for all that can be done."""

    templates: Path
    fonts: Path
    name: str
    source: bytes
    chosen: tuple[str, ...] | None = None
    looks: OfficeLooks = SHIPPED

    def answer(self) -> bytes:
        """Repair the file, in the child."""
        assets = print_assets(self.templates, self.fonts).with_looks(self.looks)
        repairs = [(each.key, problem_json(each.change)) for each in possible_repairs(self.source, self.name, assets)]
        content = repair_source(self.source, self.name, assets, self.chosen) if repairs else self.source
        return json.dumps(repairs).encode() + b"\n" + content


@dataclass(frozen=True, slots=True)
class Repaired:
    """What could be mended, as pairs of key and change, and the file with what was chosen."""

    repairs: tuple[tuple[str, Problem], ...]
    source: bytes


def repair_apart(job: RepairJob, host: Host) -> Repaired:
    """Repair a file that somebody uploaded, in a process with limits; nothing can be done where they are reached."""
    head, _, content = ask_apart(job, (job.templates, job.fonts, host)).partition(b"\n")
    if not head:
        return Repaired((), job.source)
    return Repaired(tuple((key, read_problem(change)) for key, change in json.loads(head)), content)
