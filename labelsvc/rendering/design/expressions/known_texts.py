"""Texts of a design that are known already: labels of thousands of products name the same brands, places and days.

A template's text follows from the values that it names and from nothing else, so it is remembered by them, with what
it took of the label's budget. Whatever is out of the ordinary is left to Jinja, which renders all templates together:
templates that set names for others, values of other kinds, evaluations that fail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from jinja2 import meta, nodes

from labelsvc.domain.law.nutrition import NutritionTable
from labelsvc.rendering.design.expressions.names import FACTS, RECORDS
from labelsvc.rendering.design.expressions.sandbox import EvaluationBudget, budgeted, printable

MOST_KNOWN = 2_000
"""Texts that are remembered of one template."""
_KINDS = frozenset((str, bool, int, float, date, type(None), NutritionTable))
"""Kinds of values that never change and that a text is remembered by; enums are as good."""
_OTHER = object()
"""Stands for a value of another kind."""

NamedValue = tuple[str, str]
"""A name of a design's templates and an attribute of it, empty for the name's own value."""
Cost = tuple[int, int]
"""Steps and letters."""


@dataclass(frozen=True, slots=True)
class _Template:
    """A template with the places of the values that it names; ``plain``: it is nothing but the value of one of them."""

    program: Any
    places: tuple[int, ...]
    plain: bool
    known: dict[tuple[object, ...], tuple[str, Cost]] = field(default_factory=dict)

    def text(self, values: Sequence[object], keys: Sequence[object], names: dict[str, object]) -> tuple[str, Cost]:
        """Return the text and what it takes; Jinja's exceptions."""
        if self.plain and values[self.places[0]].__class__ is str:
            text = printable(values[self.places[0]])
            return text, (1, len(text))
        key = tuple([keys[place] for place in self.places])
        if (known := self.known.get(key)) is not None:
            return known
        budget = EvaluationBudget()
        rendered: str = self.program.render(budgeted(names, budget))
        result = rendered, budget.spent
        if _OTHER not in key:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[key] = result
        return result


class KnownTexts:
    """The templates of a design as they are rendered one by one."""

    def __init__(self, templates: Sequence[_Template | str], named: Sequence[NamedValue]) -> None:
        self._templates, self._named = templates, named

    @classmethod
    def of_templates(
        cls, templates: Sequence[str], parse: Callable[[str], Any], program: Callable[[str], Any]
    ) -> KnownTexts | None:
        """Return the templates, None if they have to be rendered together; TemplateSyntaxError."""
        named: dict[NamedValue, int] = {}
        parts: list[_Template | str] = []
        for template in templates:
            if "{" not in template and "\r" not in template:
                parts.append(template)
                continue
            tree = parse(template)
            values = _values_named(tree)
            if values is None:
                return None
            places = tuple(named.setdefault(value, len(named)) for value in values)
            parts.append(_Template(program(template), places, _is_plain(tree) and len(places) == 1))
        return cls(parts, list(named))

    def render(self, names: dict[str, object], between: str) -> list[str] | None:
        """Return every text; None where they have to be rendered together. No text has what is ``between``.

        What a template raises is raised, too.
        """
        whole, texts = EvaluationBudget(), []
        values = [getattr(names[name], part) if part else names[name] for name, part in self._named]
        keys = list(map(_key, values))
        for template in self._templates:
            if isinstance(template, str):
                texts.append(template)
                continue
            text, cost = template.text(values, keys, names)
            whole.take(*cost)
            if between in text:
                return None
            texts.append(text)
        return texts


def _key(value: object) -> object:
    """Return what a value is remembered by: 1 is not True, and 85 not 85.0."""
    kind = value.__class__
    if kind is str:
        return value
    return (kind, value) if kind in _KINDS or isinstance(value, Enum) else _OTHER


def _values_named(tree: nodes.Template) -> list[NamedValue] | None:
    """Return the values that a parsed template names; None if its text may follow from something else."""
    free = meta.find_undeclared_variables(tree)
    if free - FACTS - RECORDS or tree.find(nodes.Assign):
        return None
    named = [(name, "") for name in sorted(free & FACTS)]
    for record in sorted(free & RECORDS):
        loaded = [node for node in tree.find_all(nodes.Name) if node.name == record]
        parts = [
            node.attr
            for node in tree.find_all(nodes.Getattr)
            if isinstance(node.node, nodes.Name) and node.node.name == record
        ]
        if len(parts) != len(loaded) or any(part.startswith("_") for part in parts):
            return None
        named += [(record, part) for part in dict.fromkeys(parts)]
    return named


def _is_plain(tree: nodes.Template) -> bool:
    """Return whether a parsed template writes one value as it is."""
    match tree.body:
        case [nodes.Output(nodes=[nodes.Name() | nodes.Getattr(node=nodes.Name())])]:
            return True
    return False
