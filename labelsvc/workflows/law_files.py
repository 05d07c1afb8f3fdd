"""Label law as data: ``templates/law/*.toml``, checked when read.

Unknown and missing keys, kinds, classes and values of the wrong kind are refused together, each with file, line and,
for names, the nearest known one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from labelsvc.domain.errors import InvalidValue, LawRefused, Problem
from labelsvc.domain.law.goods_class import GOODS_CLASSES, NUTRITION_EXEMPTIONS, GoodsClass
from labelsvc.domain.law.net_quantity import FigureHeights
from labelsvc.domain.law.nutrition import NUTRIENTS
from labelsvc.domain.law.rules import LawBook, LawRule, RuleKind
from labelsvc.domain.product import PRODUCT_TEXTS

RULE_KEYS: dict[str, type] = {
    "name": str,
    "kind": str,
    "classes": list,
    "since": date,
    "until": date,
    "source": str,
    "article": str,
    "vi": str,
    "en": str,
    "value": list,
    "label": str,
    "words": list,
    "pairs": dict,
    "if_any": bool,
    "unless_named": bool,
    "house": bool,
}
NEEDED = ("name", "kind", "classes", "since", "source", "vi", "en")
GOODS = "goods"
"""The word for all classes that bear a label of goods: all but services."""
_KINDS = tuple(kind.value for kind in RuleKind)
_VALUES: Mapping[RuleKind, Sequence[str]] = {
    RuleKind.FIELD: PRODUCT_TEXTS,
    RuleKind.NUTRITION: tuple(NUTRIENTS),
    RuleKind.NUTRIENT_IF: tuple(NUTRIENTS),
    RuleKind.EXEMPTION: NUTRITION_EXEMPTIONS,
}
"""Kinds whose values are names."""
_OF_GOODS = tuple(name for name in GOODS_CLASSES if name != GoodsClass.SERVICE.value)
_HEIGHTS = {RuleKind.FIGURE_HEIGHT, RuleKind.LETTER_HEIGHT}
_VALUED = {*_VALUES, *_HEIGHTS, RuleKind.STAMPED, RuleKind.SENTENCE, RuleKind.QUANTITY_FORM, RuleKind.CONTRAST}
_KEY = re.compile(r"\[?(?:rule\.)?(\w+)\]?\s*(?:=.*)?$")


def read_law(folder: Path) -> LawBook:
    """Return all rules of a folder, file by file in the order of their names; LawRefused with all faults."""
    problems: list[Problem] = []
    rules: list[LawRule] = []
    for path in sorted(folder.glob("*.toml")):
        for table in _tables(path):
            faults = list(table.faults())
            problems += faults
            rules += [] if faults else [table.rule()]
    names = [rule.name for rule in rules]
    problems += [Problem("law.file_twice", {"value": name}) for name in sorted(set(names)) if names.count(name) > 1]
    if problems:
        raise LawRefused(*problems)
    return LawBook(tuple(rules))


@dataclass(frozen=True, slots=True)
class _RuleTable:
    """One ``[[rule]]`` of a file; ``lines``: the line that each of its keys stands on."""

    file: str
    data: Mapping[str, Any]
    line: int
    lines: Mapping[str, int]

    def rule(self) -> LawRule:
        """Return the rule of a table without faults."""
        told = dict(self.data)
        classes = [name for each in told.pop("classes") for name in (_OF_GOODS if each == GOODS else (each,))]
        told |= {key: tuple(told[key]) for key in ("value", "words") if key in told}
        told |= {"kind": RuleKind(told["kind"]), "classes": frozenset(map(GoodsClass, classes))}
        usual: dict[str, Any] = {"until": None, "article": ""}
        return LawRule(**(usual | told))

    def faults(self) -> Iterator[Problem]:
        """Yield what is wrong: keys first, then what stands behind them."""
        for key, value in self.data.items():
            kind = RULE_KEYS.get(key)
            if kind is None:
                yield self._fault("file_key", key, value=key, nearest=_nearest(key, RULE_KEYS))
            elif type(value) is not kind:
                yield self._fault("file_type", key, at=key, value=str(value), wanted=kind.__name__)
        for key in NEEDED:
            if key not in self.data:
                yield self._fault("file_missing", key, at=key)
        yield from self._wrong_names("classes", (*GOODS_CLASSES, GOODS))
        if isinstance(kind := self.data.get("kind"), str):
            if kind in _KINDS:
                yield from self._wrong_values(RuleKind(kind))
            else:
                yield self._fault("file_name", "kind", at="kind", value=kind, nearest=_nearest(kind, _KINDS))

    def _wrong_values(self, kind: RuleKind) -> Iterator[Problem]:
        values = self.data.get("value", [])
        if not values and kind in _VALUED:
            yield self._fault("file_missing", "value", at="value")
        if kind in _VALUES:
            yield from self._wrong_names("value", _VALUES[kind])
        if kind in _HEIGHTS and isinstance(values, list):
            try:
                FigureHeights.parse("".join(map(str, values)))
            except InvalidValue as error:
                yield self._fault("file_value", "value", why=error.problems[0])
        if kind is RuleKind.CONTRAST and not all(re.fullmatch(r"\d+(\.\d+)?", str(value)) for value in values):
            yield self._fault("file_type", "value", at="value", value=str(values), wanted="4.5")

    def _wrong_names(self, key: str, known: Sequence[str]) -> Iterator[Problem]:
        values = self.data.get(key, [])
        for value in values if isinstance(values, list) else ():
            if value not in known:
                yield self._fault("file_name", key, at=key, value=str(value), nearest=_nearest(str(value), known))

    def _fault(self, code: str, key: str, **facts: object) -> Problem:
        return Problem(f"law.{code}", {"file": self.file, "line": self.lines.get(key, self.line), **facts})


def _tables(path: Path) -> Iterator[_RuleTable]:
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawRefused.from_code("law.file_not_toml", file=path.name, message=str(error)) from error
    if surplus := sorted(data.keys() - {"rule"}):
        facts = {"file": path.name, "line": _line_of(text, surplus[0]), "value": surplus[0], "nearest": "rule"}
        raise LawRefused.from_code("law.file_key", **facts)
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.strip() == "[[rule]]"]
    for table, start, end in zip(data.get("rule", []), starts, [*starts[1:], len(lines)], strict=True):
        found = ((_KEY.match(line), at) for at, line in enumerate(lines[start:end], start + 1))
        yield _RuleTable(path.name, table, start + 1, {key[1]: at for key, at in found if key})


def _line_of(text: str, key: str) -> int:
    return next((at for at, line in enumerate(text.splitlines(), 1) if key in line), 1)


def _nearest(name: str, known: Iterable[str]) -> str:
    return "".join(get_close_matches(name, list(known), n=1, cutoff=0.0))
