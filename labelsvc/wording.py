"""Sentences for people, Vietnamese and English, from ``templates/wording/<area>.toml``.

A code ``area.name`` is the table ``[name]`` in ``<area>.toml`` with the keys ``vi`` and ``en``; ``{fact}`` in a
sentence is filled from the facts, ``{fact:s}`` is the ending of an English plural; a fact may be a problem with a
sentence of its own. Dates are written dd/mm/yyyy and
whole numbers 1.234 in Vietnamese, 1,234 in English. The fact ``reason`` is what the operating system or a library says;
``reason.toml`` has the commonest in both languages, any other stays as it is. So do ``label_field.toml`` and the fields
of ``product.toml`` for the facts ``field``, ``fields``, ``label`` and ``names``, as Vietnamese labels print them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Self

from labelsvc.domain.errors import Problem

LANGUAGES = ("vi", "en")
LONGEST_QUOTED = 400
"""The longest text that an error quotes, in characters."""
_NAMED_BY = {"reason": "reason", **dict.fromkeys(("field", "fields", "label", "names"), "label_field")}


class Wording:
    """All sentences in one language; areas are read when first needed."""

    def __init__(self, folder: Path, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._folder = folder

    def say(self, code: str, /, **facts: object) -> str:
        """Return the sentence of a code with its facts filled in; an unknown code is a programming error (KeyError)."""
        area, _, name = code.partition(".")
        sentence = _area(self._folder, area)[name][self.language]
        if not facts and "{" not in sentence:
            return sentence
        words = {fact: _Word(self.shown(value), one=value == 1) for fact, value in facts.items()}
        words |= {fact: _Word(self._known(_NAMED_BY[fact], facts[fact])) for fact in _NAMED_BY.keys() & facts.keys()}
        return sentence.format_map(words)

    def has(self, code: str) -> bool:
        """Return whether a code has a sentence."""
        area, _, name = code.partition(".")
        return (self._folder / f"{area}.toml").is_file() and name in _area(self._folder, area)

    def sentences(self, area: str) -> dict[str, str]:
        """Return the sentences of an area by name, with their facts in braces: for scripts of a page."""
        return {name: texts[self.language] for name, texts in _area(self._folder, area).items()}

    def explain(self, problem: Problem) -> str:
        """Return a problem as a sentence; what it quotes is cut where it is longer than a sentence should be."""
        return self.say(problem.code, **{name: _cut(fact) for name, fact in problem.facts.items()})

    def shown(self, value: object) -> str:
        """Return a value formatted for this language."""
        match value:
            case Problem():
                return self.explain(value)
            case datetime():
                return value.strftime("%d/%m/%Y %H:%M")
            case date():
                return value.strftime("%d/%m/%Y")
            case bool():
                return str(value)
            case int():
                return f"{value:,}".replace(",", "." if self.language == "vi" else ",")
            case float():
                text = f"{value:.10g}"
                return text.replace(".", ",") if self.language == "vi" else text
            case list() | tuple():
                return ", ".join(map(self.shown, value))
            case _:
                return str(value)

    def _known(self, area: str, value: object) -> str:
        """Return a name, or several, as an area has them in this language; what it lacks stays as it is."""
        known, texts = _names(self._folder, area), value if isinstance(value, list | tuple) else [value]
        names = map(str, texts) if all(isinstance(text, str) for text in texts) else ()
        return ", ".join(known[name][self.language] if name in known else name for name in names) or self.shown(value)


def _cut(fact: object) -> object:
    if isinstance(fact, list | tuple):
        return [_cut(one) for one in fact]
    return f"{fact[: LONGEST_QUOTED - 1]}…" if isinstance(fact, str) and len(fact) > LONGEST_QUOTED else fact


class _Word(str):
    """A fact as it is written. ``{sheets:s}`` is the ending of a plural: ``s``, or nothing where there is one sheet."""

    _one: bool

    def __new__(cls, text: str, *, one: bool = False) -> Self:
        word = super().__new__(cls, text)
        word._one = one
        return word

    def __format__(self, ending: str) -> str:
        return str(self) if not ending else "" if self._one else ending


@cache
def _names(folder: Path, area: str) -> Mapping[str, Mapping[str, str]]:
    """Return what an area calls things; labels also print fields under the names that product forms have."""
    if area != "label_field":
        return _area(folder, area)
    of_products = [words for code, words in _area(folder, "product").items() if code.startswith("field_")]
    return {words["vi"]: words for words in of_products} | dict(_area(folder, area))


@cache
def _area(folder: Path, area: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((folder / f"{area}.toml").read_text(encoding="utf-8"))
