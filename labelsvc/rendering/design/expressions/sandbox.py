"""Runs the Jinja of designs: Jinja's sandbox, with every text, number and loop bounded (``language``).

So a template costs milliseconds for any product, in any process; drawing is bounded by the time and memory limits of
the process that tries a design (``try_design``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateRuntimeError, Undefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from labelsvc.domain.product import Product
from labelsvc.domain.recognition import Recognition
from labelsvc.rendering.design.expressions.language import (
    FILTERS,
    LARGEST_NUMBER,
    TESTS,
    ForbiddenExpression,
    check_language,
    count_work,
)

MOST_STEPS, MOST_LETTERS = 20_000, 50_000
"""Per label: template parts run in loops plus items examined by filters and methods; characters written."""
LONGEST_TEXT = 10_000
_LETTERS_A_STEP = 4
"""One step of a filter or method covers this many letters, or one list item."""
_MOST_DIGITS = 12
_BUDGET = "what is left"
"""No name of a template has a space in it."""
_CALLED_ON = (str, date, Recognition)
_HALF_LETTER = re.compile("[\ud800-\udfff]")
"""``'\\ud800'`` in a template: no file and no page can hold it."""


class EvaluationFailed(TemplateRuntimeError):
    """A template that cannot be finished; ``code`` is the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class EvaluationBudget:
    """The remaining budget of one label's templates."""

    def __init__(self) -> None:
        self._steps, self._letters = MOST_STEPS, MOST_LETTERS

    def take(self, steps: int, letters: int = 0) -> None:
        """Spend some of it; EvaluationFailed if it is used up."""
        self._steps -= steps
        self._letters -= letters
        if self._steps < 0 or self._letters < 0:
            raise EvaluationFailed("design.costly")

    @property
    def spent(self) -> tuple[int, int]:
        """The steps and the letters that were taken."""
        return MOST_STEPS - self._steps, MOST_LETTERS - self._letters


def budgeted(names: dict[str, object], budget: EvaluationBudget) -> dict[str, object]:
    """Return the names for rendering a template that takes from a budget."""
    return {**names, _BUDGET: budget}


class DesignSandbox(SandboxedEnvironment):
    """Jinja for designs."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

    def __init__(self) -> None:
        super().__init__(
            undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, finalize=_written, cache_size=0
        )
        ours: dict[str, Callable[..., Any]] = {
            "date": _day,
            "replace": _replaced,
            "join": _with_between,
            "round": _round,
        }
        known = self.filters | ours
        self.filters = {name: _kept_short(known[name]) for name in FILTERS}
        self.filters |= {"counted": _counted, "joined": _joined, "searched": _searched}
        self.tests = {name: test for name, test in self.tests.items() if name in TESTS}
        self.tests["in"] = _kept_short(cast(Callable[..., Any], self.tests["in"]))
        self.globals.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except (RecursionError, ValueError):  # brackets without end, a number of thousands of digits
            raise ForbiddenExpression("…", 1) from None
        check_language(tree)
        return count_work(tree)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may read an attribute; those of records are asked for ten times a label."""
        if isinstance(obj, Product | Recognition):
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a text, a day or a recognition."""
        if not isinstance(getattr(obj, "__self__", None), _CALLED_ON):
            raise EvaluationFailed("design.costly")
        _pay(context, obj.__self__, *args, *kwargs.values())
        return short(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Evaluate arithmetic on numbers and days, and concatenation; operators must not repeat or format."""
        if not (_numbers(left, right) or (_texts(left, right) and operator == "+") or _days(left, right)):
            raise EvaluationFailed("design.operands")
        return short(super().call_binop(context, operator, left, right))


def short(value: Any) -> Any:
    """Return a value if it is short enough, else raise EvaluationFailed."""
    match value:
        case str():
            long = len(value) > LONGEST_TEXT
        case int() | float():
            long = abs(value) > LARGEST_NUMBER
        case list() | tuple():
            long = sum(len(str(item)) + 1 for item in value) > LONGEST_TEXT
        case _:
            long = False
    if long:
        raise EvaluationFailed("design.costly")
    return value


def _numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _days(*values: object) -> bool:
    return all(isinstance(value, date | timedelta) for value in values)


def _kept_short(filtered: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a filter or test: its input and result must be short, and its work is charged to the budget."""
    passed = getattr(filtered, "jinja_pass_arg", None)  # Jinja passes some the environment, and some its settings

    @pass_context
    def kept(context: Context, *args: Any, **kwargs: Any) -> Any:
        for value in (*args, *kwargs.values()):
            if not isinstance(value, Undefined):
                short(value)
        _pay(context, *args, *kwargs.values())
        first = {"environment": context.environment, "eval_context": context.eval_ctx}
        given = (first[passed.name], *args) if passed else args
        result = filtered(*given, **kwargs)
        return short(list(result) if isinstance(result, Iterator) else result)

    return kept


def _pay(context: Context, *values: object) -> None:
    """Charge the cost of examining values to the budget."""
    budget = context.parent.get(_BUDGET)
    if isinstance(budget, EvaluationBudget):
        budget.take(1 + sum(map(_steps, values)))


def _steps(value: object) -> int:
    match value:
        case str():
            return len(value) // _LETTERS_A_STEP
        case list() | tuple():
            return sum(1 + _steps(item) for item in value)
    return 0


@pass_context
def _written(context: Context, value: object) -> str:
    """Return a value as text and count it; values other than text, numbers and days are not printable."""
    text = printable(value)
    budget = context.parent.get(_BUDGET)
    if isinstance(budget, EvaluationBudget):
        budget.take(1, len(text))
    return text


def printable(value: object) -> str:
    """Return a value as text, if it is short text, a number or a day; EvaluationFailed."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | date | Undefined):
        raise EvaluationFailed("design.no_text")
    text = str(short(value))
    if _HALF_LETTER.search(text):
        raise EvaluationFailed("design.no_text")
    return text


@pass_context
def _counted(context: Context, values: Iterable[object], cost: int) -> Iterator[object]:
    budget = context.parent[_BUDGET]
    for value in values:
        budget.take(cost, 0)
        yield value


@pass_context
def _searched(context: Context, value: object) -> object:
    """Charge for searching a container (``in``), and return it."""
    _pay(context, value)
    return value


@pass_context
def _joined(context: Context, values: Iterable[object]) -> str:
    return str(short("".join(str(short(value)) for value in values)))


def _with_between(values: Iterable[object], between: str = "") -> str:
    texts = [str(value) for value in values]
    short("x" * min(len(texts) * (len(between) + 1), LONGEST_TEXT + 1))
    return between.join(texts)


def _replaced(text: object, old: str, new: str, count: int = -1) -> str:
    said = str(text)
    if len(said) + said.count(old) * len(new) > LONGEST_TEXT:
        raise EvaluationFailed("design.costly")
    return said.replace(old, new, count)


def _round(value: float, digits: int = 0) -> float:
    if not 0 <= digits <= _MOST_DIGITS:
        raise EvaluationFailed("design.operands")
    return round(value, digits)


def _day(value: object) -> str:
    if not isinstance(value, date):
        raise EvaluationFailed("design.no_day")
    return value.strftime("%d/%m/%Y")
