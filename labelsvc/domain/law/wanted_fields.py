"""Which fields of a record the labels of goods of a class are asked for: forms show them first."""

from __future__ import annotations

from labelsvc.domain.law.rules import LawRule, RuleKind

_OF_KIND = {
    RuleKind.NUTRITION: ("nutrition", "nutrition_exemption"),
    RuleKind.EXEMPTION: ("nutrition_exemption",),
}
"""Fields of rules whose value does not name them."""


def wanted_fields(rules: tuple[LawRule, ...]) -> frozenset[str]:
    """Return the fields of a product that rules ask for; ``rules``: of its class and of the day."""
    named = (rule.value if rule.kind is RuleKind.FIELD else _OF_KIND.get(rule.kind, ()) for rule in rules)
    return frozenset(name for names in named for name in names)
