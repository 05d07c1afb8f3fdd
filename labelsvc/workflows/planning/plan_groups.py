"""Remarks on the products of an order, grouped by kind: how many, which ones, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from labelsvc.domain.collation import collation_key
from labelsvc.domain.errors import OverQuota, Problem
from labelsvc.workflows.batches.decide_item import ItemDecision

NAMED = (
    "print.no_recognition", "print.too_few_stars", "print.not_yet", "print.expired", "print.suspended",
    "print.withdrawn", "print.over_quota", "print.over_quota_specimen", "print.ends_soon", "print.lacks_fields",
    "design.blank_box", "print.former_place", "print.divided_place",
    "print.shown_place",
)  # fmt: skip
"""Problems with their own heading; others use their area's."""
AREAS = ("text", "law", "meter", "lot", "printer", "gtin")
SHOWN = 200
"""The most products named per kind."""
Explain = Callable[[Problem], str]


@dataclass(frozen=True, slots=True)
class ProductRemark:
    """A product and a remark; ``missing``: the pieces that its quota lacks."""

    product_id: int
    recognition_id: int
    name: str
    sentence: str
    missing: int = 0


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """All products with one kind of remark: how many, and the first of them by name.

    ``one_sentence``: the sentence common to all of them, empty if they differ.
    """

    kind: str
    count: int
    one_sentence: str
    shown: tuple[ProductRemark, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; :meth:`from_json` gives an equal group back."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> PlanGroup:
        """Read a group that was kept."""
        return cls(**(kept | {"shown": tuple(ProductRemark(**remark) for remark in kept["shown"])}))


def reasons_of(judged: Iterable[ItemDecision], explain: Explain) -> list[PlanGroup]:
    """Return why products are refused, the commonest first."""
    return _grouped(((decision, problem) for decision in judged for problem in decision.reasons), explain)


def warnings_of(judged: Iterable[ItemDecision], explain: Explain) -> list[PlanGroup]:
    """Return the warnings about printed products, the commonest first."""
    printed = (decision for decision in judged if not decision.reasons)
    return _grouped(((decision, problem) for decision in printed for problem in decision.warnings), explain)


def trace_of(judged: Iterable[ItemDecision], explain: Explain) -> list[PlanGroup]:
    """Return what printed products lack of a trace code's facts, in one group."""
    return _grouped(((decision, decision.trace) for decision in judged if decision.trace), explain)


def missing_pieces(judged: Iterable[ItemDecision], recognition_id: int) -> int:
    """Return how many pieces a recognition's quota lacks for an order, 0 if it lacks none."""
    reasons = (
        problem for decision in judged if decision.recognition_id == recognition_id for problem in decision.reasons
    )
    return max(map(_missing, reasons), default=0)


def _grouped(said: Iterable[tuple[ItemDecision, Problem]], explain: Explain) -> list[PlanGroup]:
    remarks: dict[str, list[ProductRemark]] = {}
    known: dict[int, tuple[Problem, str]] = {}  # thousands of products have the same problem, one and the same object
    for decision, problem in said:
        _, sentence = known.get(id(problem)) or known.setdefault(id(problem), (problem, explain(problem)))
        facts = decision.product_id, decision.recognition_id, decision.product.name, sentence, _missing(problem)
        remarks.setdefault(_kind(problem.code), []).append(ProductRemark(*facts))
    groups = [_group(kind, entries) for kind, entries in remarks.items()]
    return sorted(groups, key=lambda group: -group.count)


def _group(kind: str, entries: list[ProductRemark]) -> PlanGroup:
    sentences = {entry.sentence for entry in entries}
    shown = sorted(entries, key=lambda entry: collation_key(entry.name))[:SHOWN]
    return PlanGroup(kind, len(entries), sentences.pop() if len(sentences) == 1 else "", tuple(shown))


def _missing(problem: Problem) -> int:
    if not isinstance(problem, OverQuota):
        return 0
    return int(str(problem.facts["quantity"])) - int(str(problem.facts["left"]))


def _kind(code: str) -> str:
    area, _, name = code.partition(".")
    return name if code in NAMED else area if area in AREAS else "other"
