"""The values of a design: texts and attributes with Jinja in them, all rendered in one call a product."""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from typing import Any

from labelsvc.domain.errors import DesignRefused, Problem
from labelsvc.rendering.design_names import name_problems

_BETWEEN = "\x1e"  # ASCII's record separator: no text of a product holds it


class Values:
    """Templates in the order in which they were added; :meth:`render` gives their texts in the same order."""

    def __init__(self) -> None:
        self._templates: list[tuple[str, int]] = []

    def add(self, template: str, line: int) -> int:
        """Add a template of a design's line; return its place."""
        self._templates.append((template, line))
        return len(self._templates) - 1

    @property
    def source(self) -> str:
        """All templates, for looking at what they name."""
        return "\n".join(template for template, _ in self._templates)

    def parse_problems(self) -> list[Problem]:
        """Return the templates that cannot be parsed, and the names in them that no design knows: quick."""
        from jinja2 import TemplateSyntaxError

        found: list[Problem] = []
        for template, line in self._templates:
            try:
                if "{" in template:
                    found += name_problems(_environment().parse(template), line)
            except TemplateSyntaxError as error:
                found.append(_refused(template, line, error.message or ""))
        return found

    def problems(self) -> list[Problem]:
        """Return what is wrong with each template as it is written, its filters included."""
        from jinja2 import TemplateSyntaxError

        found = []
        for template, line in self._templates:
            try:
                _environment().from_string(template)
            except TemplateSyntaxError as error:
                found.append(_refused(template, line, error.message or ""))
        return found

    def render(self, names: dict[str, object]) -> list[str]:
        """Return every value; DesignRefused names the line of one that cannot be rendered."""
        from jinja2 import TemplateError

        try:
            rendered: list[str] = self._together.render(names).split(_BETWEEN)
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise DesignRefused(*self._blame(names, error)) from None
        return rendered

    @cached_property
    def _together(self) -> Any:
        return _environment().from_string(_BETWEEN.join(template for template, _ in self._templates))

    def _blame(self, names: dict[str, object], error: Exception) -> list[Problem]:
        from jinja2 import TemplateError

        found = []
        for template, line in self._templates:
            try:
                _environment().from_string(template).render(names)
            except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as own:
                found.append(_refused(template, line, str(own)))
        return found or [_refused("", 0, str(error))]


def _refused(template: str, line: int, reason: str) -> Problem:
    return Problem("design.template", {"line": line, "value": template, "reason": reason})


@cache
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    environment.filters["date"] = _date
    return environment


def _date(value: date) -> str:
    return value.strftime("%d/%m/%Y")
