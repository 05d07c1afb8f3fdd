"""Remarks on the products of an order, grouped by kind: how many, which ones, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from labelsvc.domain.collation import collation_key
from labelsvc.domain.errors import OverQuota, Problem
from labelsvc.web.desk import context as desk
from labelsvc.workflows.batches.order_batch import ItemDecision

NAMED = (
    "print.no_recognition", "print.too_few_stars", "print.not_yet", "print.expired", "print.suspended",
    "print.withdrawn", "print.over_quota", "print.over_quota_specimen", "print.ends_soon", "print.lacks_fields",
    "design.blank_box",
)  # fmt: skip
"""Problems with their own heading; others use their area's."""
AREAS = ("text", "law")
SHOWN = 200
"""The most products named per kind."""


@dataclass(frozen=True, slots=True)
class ProductRemark:
    """A product and a remark; ``missing``: the pieces that its quota lacks."""

    product_id: int
    recognition_id: int
    name: str
    sentence: str
    missing: int = 0


@dataclass(slots=True)
class PlanGroup:
    """All products with one kind of remark, by name."""

    kind: str
    entries: list[ProductRemark] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """What it is, in a few words."""
        return desk.say(f"printing.group_{self.kind}")

    @property
    def one_sentence(self) -> str:
        """The sentence common to all of them, empty if they differ."""
        sentences = {entry.sentence for entry in self.entries}
        return sentences.pop() if len(sentences) == 1 else ""

    @property
    def shown(self) -> list[ProductRemark]:
        """The first of them by name."""
        return sorted(self.entries, key=lambda entry: collation_key(entry.name))[:SHOWN]


def reasons_of(judged: Iterable[ItemDecision]) -> list[PlanGroup]:
    """Return why products are refused, the commonest first."""
    return _grouped((decision, problem) for decision in judged for problem in decision.reasons)


def warnings_of(judged: Iterable[ItemDecision]) -> list[PlanGroup]:
    """Return the warnings about printed products, the commonest first."""
    return _grouped((decision, problem) for decision in judged if not decision.reasons for problem in decision.warnings)


def _grouped(said: Iterable[tuple[ItemDecision, Problem]]) -> list[PlanGroup]:
    groups: dict[str, PlanGroup] = {}
    for remark, problem in said:
        group = groups.setdefault(_kind(problem.code), PlanGroup(_kind(problem.code)))
        said_of_it = ProductRemark(
            remark.product_id, remark.recognition_id, remark.product.name, desk.explain(problem), _missing(problem)
        )
        group.entries.append(said_of_it)
    return sorted(groups.values(), key=lambda group: -len(group.entries))


def missing_pieces(judged: Iterable[ItemDecision], recognition_id: int) -> int:
    """Return how many pieces a recognition's quota lacks for an order, 0 if it lacks none."""
    reasons = (
        problem for decision in judged if decision.recognition_id == recognition_id for problem in decision.reasons
    )
    return max(map(_missing, reasons), default=0)


def _missing(problem: Problem) -> int:
    if not isinstance(problem, OverQuota):
        return 0
    return int(str(problem.facts["quantity"])) - int(str(problem.facts["left"]))


def _kind(code: str) -> str:
    area, _, name = code.partition(".")
    return name if code in NAMED else area if area in AREAS else "other"
