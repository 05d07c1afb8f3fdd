"""What is found in a design in the making: by its file, the press, label law, and the fit of real products' texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from labelsvc.domain.errors import LabelsvcError, Problem, problem_json, read_problem
from labelsvc.domain.host import Host
from labelsvc.domain.law.class_of_product import goods_class_of
from labelsvc.domain.law.rules import LawBook
from labelsvc.domain.sheet import Stock
from labelsvc.domain.thermal.label_printer import LabelPrinter
from labelsvc.preflight.inspection import inspect_content
from labelsvc.rendering.design.checks.label_law import label_problems
from labelsvc.rendering.design.design import Design
from labelsvc.rendering.design.filling import FilledLabel, LabelFacts, fill_what_fits
from labelsvc.rendering.design.items import ArcTextItem, FittedTextItem, LegalFields
from labelsvc.rendering.qr.choice import encoder_for
from labelsvc.rendering.thermal.one_colour import printer_problems
from labelsvc.workflows.designs.check_design import design_problems, warnings_of

Level = Literal["refused", "warned", "note"]
Judge = Literal["press", "law", "fit", "svg"]
_PRESS = frozenset(
    (
        "quiet_zone", "beyond_trim", "too_near_trim", "artwork_bleed", "tiny_type", "small_white", "module", "too_near",
        "thin_line", "small_type", "artwork_ink", "artwork_size", "gtin_small", "gtin_zone", "gtin_eight", "gtin_low",
    )
)  # fmt: skip
"""Codes of ``design`` that concern the press; the others concern the file."""
_PLACES = ("line", "other_line", "first")
"""Facts that are lines."""
_NO_XML = "design.not_xml"
"""Its line is the reader's: there are no elements."""
_OF_AREAS: Mapping[str, Judge] = {
    "law": "law",
    "text": "fit",
    "print": "fit",
    "gtin": "fit",
    "preflight": "press",
    "printer": "press",
}


@dataclass(frozen=True, slots=True)
class LookFinding:
    """A finding with the element that it is about, None where it is about none.

    ``samples`` are the products that it was found with: "shortest", "usual", "longest", or an id; none where it holds
    whatever is filled in. The facts of the problem speak of lines, ``node`` is the element's number.
    """

    problem: Problem
    level: Level
    judge: Judge
    node: int | None = None
    samples: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it in values that JSON has."""
        said = {"problem": problem_json(self.problem), "level": self.level, "from": self.judge, "node": self.node}
        return said | {"samples": list(self.samples)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> LookFinding:
        """Read what :meth:`to_json` wrote."""
        problem = read_problem(said["problem"])
        return cls(problem, said["level"], said["from"], said["node"], tuple(said["samples"]))


def of_the_source(problems: Iterable[Problem], level: Level = "refused") -> list[LookFinding]:
    """Return problems of a design that was read by node as findings."""
    return [LookFinding(problem, level, judge_of(problem), _node_in(problem)) for problem in problems]


def judge_of(problem: Problem) -> Judge:
    """Return who found a problem."""
    why = problem.facts.get("why")
    if problem.code == "design.at" and isinstance(why, Problem):
        return judge_of(why)
    area, _, name = problem.code.partition(".")
    if area == "design":
        return "press" if name in _PRESS or name.startswith("picture_") else "svg"
    return _OF_AREAS.get(area, "svg")


def of_the_design(design: Design, law: LawBook, host: Host) -> list[LookFinding]:
    """Return what checking the design says, whatever is filled in."""
    found = of_the_source(design_problems(design, law, host))
    return found + of_the_source(warnings_of(design, law), "warned")


def of_the_printer(design: Design, host: Host, printer: LabelPrinter) -> list[LookFinding]:
    """Return what a thermal printer cannot print of a design."""
    version = encoder_for(host, design.qr.size_mm, printer=printer).version
    return of_the_source(printer_problems(design, version, printer))


def of_the_page(content: bytes, items: Sequence[Mapping[str, Any]], stock: Stock) -> Iterator[LookFinding]:
    """Yield what preflight says of the label's press file on a stock of one label a page.

    Its places lead to the items that are there.
    """
    corner = stock.margins.left_mm + stock.bleed_mm, stock.margins.top_mm + stock.bleed_mm
    for result in inspect_content(content).results():
        for fault in result.faults:
            at = [place - edge for place, edge in zip(fault.place, corner, strict=True)] if fault.place else None
            node = next((item["node"] for item in reversed(items) if at and _holds(item["box"], at)), None)
            yield LookFinding(fault.problem, "refused", "press", node)


def of_samples(design: Design, samples: Mapping[str, LabelFacts], law: LawBook, today: date) -> list[LookFinding]:
    """Return what products' texts and label law say, each finding once with all the samples that it was found with.

    Its facts are those of the last one.
    """
    found: dict[tuple[object, ...], LookFinding] = {}
    for name, facts in samples.items():
        for finding in _of_sample(design, facts, law, today):
            key = finding.problem.code, finding.node, finding.level
            before = found[key].samples if key in found else ()
            found[key] = replace(finding, samples=tuple(dict.fromkeys((*before, name))))
    return list(found.values())


def _of_sample(design: Design, facts: LabelFacts, law: LawBook, today: date) -> Iterator[LookFinding]:
    try:
        filled, refused = fill_what_fits(design, facts)
    except LabelsvcError as error:
        yield from of_the_source(error.problems)
        return
    for node, problem in refused:
        yield LookFinding(problem, "refused", judge_of(problem), node)
    yield from (LookFinding(problem, "note", "law", _fields_node(design)) for problem in filled.warnings)
    yield from _lawful(filled, facts, law, today)


def _lawful(filled: FilledLabel, facts: LabelFacts, law: LawBook, today: date) -> Iterator[LookFinding]:
    judged = label_problems(filled, facts.product, law.on(today, goods_class_of(facts.product)))
    nodes = _nodes_of_fields(filled.design)
    judged_as: tuple[tuple[Level, tuple[Problem, ...]], ...] = ("refused", judged.faults), ("warned", judged.warnings)
    for level, problems in judged_as:
        for problem in problems:
            node = nodes.get(str(problem.facts.get("field", "")))
            yield LookFinding(problem, level, "law", node)


def _nodes_of_fields(design: Design) -> dict[str, int]:
    nodes: dict[str, int] = {}
    for item in design.items:
        match item:
            case FittedTextItem() | ArcTextItem():
                nodes.setdefault(item.field, item.line)
            case LegalFields():
                nodes |= {row.label: item.line for row in item.rows if row.label not in nodes}
    return nodes


def _fields_node(design: Design) -> int | None:
    return next((item.line for item in design.items if isinstance(item, LegalFields)), None)


def _holds(box: Sequence[float], at: Sequence[float]) -> bool:
    return all(box[axis] <= at[axis] <= box[axis] + box[axis + 2] for axis in (0, 1))


def _node_in(problem: Problem) -> int | None:
    node = problem.facts.get("line")
    return node if isinstance(node, int) and problem.code != _NO_XML else None


def with_lines(finding: LookFinding, lines: Sequence[int]) -> LookFinding:
    """Return a finding whose sentence speaks of lines, where it was found by the numbers of elements."""
    problem = finding.problem
    if problem.code == _NO_XML:
        return finding
    facts = {
        name: lines[fact] if name in _PLACES and isinstance(fact, int) and 0 <= fact < len(lines) else fact
        for name, fact in problem.facts.items()
    }
    return replace(finding, problem=Problem(problem.code, facts))
