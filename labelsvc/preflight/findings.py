"""The findings of the checks: faults with places, rules checked, rules skipped, and facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from labelsvc.domain.errors import Problem
from labelsvc.preflight.rules import NAMES, RULES, Rule

PASSED, FAILED, NOT_APPLICABLE, NOT_CHECKED = "passed", "failed", "not_applicable", "not_checked"
MORE = "preflight.more"
KEPT_A_PAGE = 20
"""The most faults kept per rule and page; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule: how, on which page (from 1; 0 for the file), and where on it.

    ``x_mm``, ``y_mm``: from the page's upper left corner; ``object_number``: 0 if no single object is concerned;
    ``times``: occurrences on that page.
    """

    rule: str
    problem: Problem
    page: int = 0
    place: tuple[float, float] | None = None
    object_number: int = 0
    times: int = 1


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule with its result; ``remark`` says why it was not checked, or states a fact."""

    rule: Rule
    status: str
    faults: tuple[Fault, ...] = ()
    remark: Problem | None = None


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """What preflight says of a file: how many pages it has, and every rule with its result."""

    pages: int
    results: tuple[RuleResult, ...]

    @property
    def passed(self) -> bool:
        """Return whether every rule that applies was checked, and none is broken."""
        return all(result.status in (PASSED, NOT_APPLICABLE) for result in self.results)


@dataclass(frozen=True, slots=True)
class ReadSymbol:
    """What a symbol says, on which page, and where: millimetres from the page's upper left corner to its middle."""

    text: str
    page: int
    place: tuple[float, float]


@dataclass
class Findings:
    """Collects findings; those of several processes are merged by :meth:`add_all`.

    ``symbols``: what the symbols of the pages say, for what concerns all of them.
    """

    faults: dict[tuple[object, ...], Fault] = field(default_factory=dict)
    looked_at: set[str] = field(default_factory=set)
    skipped: dict[str, Problem] = field(default_factory=dict)
    facts: dict[str, tuple[float, Problem]] = field(default_factory=dict)
    symbols: list[ReadSymbol] = field(default_factory=list)

    def mark_checked(self, *rules: str) -> None:
        """Record that these rules apply."""
        self.looked_at.update(rules)

    def fault(
        self,
        rule: str,
        problem: Problem,
        page: int = 0,
        place: tuple[float, float] | None = None,
        object_number: int = 0,
    ) -> None:
        """Note a fault; the same one again on the same page is counted."""
        if rule not in NAMES:
            raise AssertionError(rule)
        self._add(Fault(rule, problem, page, place, object_number))

    def skip(self, rule: str, why: Problem) -> None:
        """Note that a rule could not be checked, wholly or for some pages."""
        self.skipped.setdefault(rule, why)

    def fact(self, rule: str, value: float, problem: Problem) -> None:
        """Record a fact for a rule; the one with the smallest value is kept."""
        if rule not in self.facts or value < self.facts[rule][0]:
            self.facts[rule] = (value, problem)

    def add_all(self, other: Findings) -> None:
        """Merge the findings of another collector."""
        for fault in other.faults.values():
            self._add(fault)
        self.symbols += other.symbols
        self.looked_at |= other.looked_at
        for rule, why in other.skipped.items():
            self.skip(rule, why)
        for rule, (value, problem) in other.facts.items():
            self.fact(rule, value, problem)

    def results(self) -> list[RuleResult]:
        """Return every rule with its result, in the order of the rules."""
        return [self._result(rule) for rule in RULES]

    def _add(self, fault: Fault) -> None:
        facts = tuple(sorted((name, str(value)) for name, value in fault.problem.facts.items()))
        key: tuple[object, ...] = (fault.rule, fault.page, fault.problem.code, fault.object_number, facts)
        if key not in self.faults and self._full(fault):
            key = (fault.rule, fault.page, MORE)
            fault = replace(fault, problem=Problem(MORE), place=None, object_number=0)
        known = self.faults.get(key)
        self.faults[key] = replace(known, times=known.times + fault.times) if known else fault

    def _full(self, fault: Fault) -> bool:
        return sum(key[:2] == (fault.rule, fault.page) for key in self.faults) >= KEPT_A_PAGE

    def _result(self, rule: Rule) -> RuleResult:
        faults = tuple(fault for fault in self._sorted(self.faults.values()) if fault.rule == rule.name)
        skipped = self.skipped.get(rule.name)
        fact = self.facts[rule.name][1] if rule.name in self.facts else None
        if faults:
            return RuleResult(rule, FAILED, faults, skipped or fact)
        if skipped:
            return RuleResult(rule, NOT_CHECKED, (), skipped)
        return RuleResult(rule, PASSED if rule.name in self.looked_at else NOT_APPLICABLE, (), fact)

    def _sorted(self, faults: Iterable[Fault]) -> list[Fault]:
        return sorted(faults, key=lambda fault: (fault.page, fault.place or (0.0, 0.0), fault.object_number))
