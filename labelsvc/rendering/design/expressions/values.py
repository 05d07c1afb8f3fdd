"""The values of a design: texts and attributes with Jinja, rendered in one call per product."""

from __future__ import annotations

from contextlib import suppress
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.design.expressions.names import name_problem, unknown_names

if TYPE_CHECKING:
    from labelsvc.rendering.design.expressions.known_texts import KnownTexts

_BETWEEN = "\x02"  # never in a product's text, and not white space, which ``{{-`` strips
LONGEST_TEMPLATE, LONGEST_TOGETHER = 4_000, 100_000
"""The most characters of one Jinja text of a design, and of all together."""
_REASON_SHOWN = 200
PROGRAMS_KEPT = 1_000
"""Texts that a process remembers: most designs begin as a copy, and an edited one changes one text at a time."""


class TextTemplates:
    """Templates in the order in which they were added; :meth:`render` gives their texts in the same order."""

    def __init__(self) -> None:
        self._templates: list[tuple[str, int]] = []

    def add(self, template: str, line: int) -> int:
        """Add a template of a design's line; return its place."""
        self._templates.append((template, line))
        return len(self._templates) - 1

    def template(self, place: int) -> str:
        """Return a template as it was added."""
        return self._templates[place][0]

    @property
    def source(self) -> str:
        """All templates, for checking their names."""
        return "\n".join(template for template, _ in self._templates)

    def parse_problems(self) -> list[Problem]:
        """Return templates that cannot be parsed or have forbidden parts, and unknown names."""
        from jinja2 import TemplateSyntaxError

        programs = [(template, line) for template, line in self._templates if "{" in template]
        if sum(len(template) for template, _ in programs) > LONGEST_TOGETHER:
            return [Problem("design.long_templates", {"most": LONGEST_TOGETHER})]
        found: list[Problem] = []
        for template, line in programs:
            try:
                if len(template) > LONGEST_TEMPLATE:
                    found.append(Problem("design.long_template", {"line": line, "most": LONGEST_TEMPLATE}))
                else:
                    found += [name_problem(name, line) for name in _unknown_names(template)]
            except TemplateSyntaxError as error:
                found.append(_refused(template, line, error))
        return found

    def problems(self) -> list[Problem]:
        """Return the faults of each template, including unknown filters."""
        from jinja2 import TemplateSyntaxError

        found = []
        for template, line in self._templates:
            try:
                _program(template)
            except TemplateSyntaxError as error:
                found.append(_refused(template, line, error))
        return found

    def render(self, names: dict[str, object]) -> list[str]:
        """Return every value; DesignRefused names the line of a failing one."""
        from labelsvc.rendering.design.expressions.sandbox import EvaluationBudget, budgeted

        with suppress(*_failures()):  # rendered together, it is told with its line
            if self._known and (texts := self._known.render(names, _BETWEEN)):
                return texts
        try:
            rendered: list[str] = self._together.render(budgeted(names, EvaluationBudget())).split(_BETWEEN)
        except _failures() as error:
            raise DesignRefused(*self._blame(names, error)) from None
        if len(rendered) != len(self._templates):
            raise DesignRefused(_refused("", 0, ValueError(ascii(_BETWEEN))))
        return rendered

    @cached_property
    def _known(self) -> KnownTexts | None:
        """The templates as they are rendered one by one; None where they have to be rendered together."""
        from labelsvc.rendering.design.expressions.known_texts import KnownTexts

        try:
            return KnownTexts.of_templates([each for each, _ in self._templates], _environment().parse, _program)
        except _failures():
            return None

    @cached_property
    def _together(self) -> Any:
        return _program(_BETWEEN.join(template for template, _ in self._templates))

    def _blame(self, names: dict[str, object], error: Exception) -> list[Problem]:
        from labelsvc.rendering.design.expressions.sandbox import EvaluationBudget, budgeted

        found = []
        for template, line in self._templates:
            try:
                _program(template).render(budgeted(names, EvaluationBudget()))
            except _failures() as own:
                found.append(_refused(template, line, own))
        return found or [_refused("", 0, error)]


def _failures() -> tuple[type[Exception], ...]:
    """Return the exceptions that a template, being somebody else's program, may raise."""
    from jinja2 import TemplateError

    of_python = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError)
    return TemplateError, ValueError, *of_python


def _refused(template: str, line: int, error: Exception) -> Problem:
    from labelsvc.rendering.design.expressions.language import ForbiddenExpression
    from labelsvc.rendering.design.expressions.sandbox import EvaluationFailed

    facts = {"line": line, "value": template}
    match error:
        case ForbiddenExpression():
            return Problem("design.barred", facts | {"part": error.part})
        case EvaluationFailed():
            return Problem(error.code, facts)
    return Problem("design.template", facts | {"reason": str(error)[:_REASON_SHOWN]})


@lru_cache(PROGRAMS_KEPT)
def _unknown_names(template: str) -> tuple[str, ...]:
    """Return the unknown names of a template; TemplateSyntaxError."""
    return unknown_names(_environment().parse(template))


@lru_cache(PROGRAMS_KEPT)
def _program(template: str) -> Any:
    """Return a template that can be rendered; TemplateSyntaxError."""
    return _environment().from_string(template)


@cache
def _environment() -> Any:
    from labelsvc.rendering.design.expressions.sandbox import DesignSandbox

    return DesignSandbox()
