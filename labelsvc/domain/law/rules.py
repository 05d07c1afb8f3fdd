"""Rules of label law: rows of data with their source, in force from one day to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from labelsvc.domain.law.goods_class import GoodsClass


class RuleKind(Enum):
    """What a rule judges; ``value`` of a rule is what the kind needs."""

    FIELD = "field"
    """A fact that the label bears: ``value`` names fields of a product, any of which will do."""
    STAMPED = "stamped"
    """What is written when the goods are made (NSX, HSD, lot): ``value`` are its forms on the label."""
    SENTENCE = "sentence"
    """A fixed sentence, ``value``."""
    FIGURE_HEIGHT = "figure_height"
    """Least height of a quantity's figures: ``value`` as ``50:2 200:3 1000:4 6``, g or ml to mm."""
    QUANTITY_FORM = "quantity_form"
    """How a quantity is written; ``value`` are words that it must not hold."""
    LARGEST_NAME = "largest_name"
    FOREIGN_TEXT = "foreign_text"
    """Foreign text is not larger than its Vietnamese: ``pairs`` are what labels say in both languages."""
    FULL_NAMES = "full_names"
    """Parties and places are not abbreviated: ``pairs`` are abbreviations with what they stand for."""
    DATE_FORM = "date_form"
    NUTRITION = "nutrition"
    """The nutrition table: ``value`` are its nutrients."""
    NUTRIENT_IF = "nutrient_if"
    """A nutrient, ``value``, where the name or the ingredients hold one of ``words``."""
    EXEMPTION = "exemption"
    """A reason, ``value``, to leave the nutrition table out."""
    NAMED_INGREDIENT = "named_ingredient"
    CONTRAST = "contrast"
    """The least contrast of text, ``value``."""
    LETTER_HEIGHT = "letter_height"
    """The least height of the letter x: ``value`` in mm, on faces of less than the cm² before it: ``80:0.9 1.2``."""
    REGISTERED_MARK = "registered_mark"


_CITED = (
    ("Quy tắc nội bộ", "house rule"),
    ("Nghị định", "decree"),
    ("Thông tư", "circular"),
    ("điều", "art."),
    ("phụ lục", "annex"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRule:
    """One rule; ``vi`` and ``en`` say what a label must do.

    ``source`` and ``article`` are where it stands; ``house``: it is a rule of ours, not of the law. ``label`` is what
    the label writes before a fact. ``if_any``: only where there is something to say. ``unless_named``: not for a thing
    that is named after one of ``words``, which else are other labels that are used. ``until`` is the last day.
    """

    name: str
    kind: RuleKind
    classes: frozenset[GoodsClass]
    since: date
    until: date | None
    source: str
    article: str
    vi: str
    en: str
    value: tuple[str, ...] = ()
    label: str = ""
    words: tuple[str, ...] = ()
    pairs: Mapping[str, str] = field(default_factory=dict)
    if_any: bool = False
    unless_named: bool = False
    house: bool = False

    def holds_on(self, day: date) -> bool:
        """Return whether the rule is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def labels(self) -> tuple[str, ...]:
        """What labels write before the fact, the usual word first."""
        return (self.label, *(() if self.unless_named else self.words))

    @property
    def text(self) -> str:
        """The only value of a rule that has one."""
        return self.value[0]

    def citation(self, language: str) -> str:
        """Return source and article in one line: "decree 37/2026/NĐ-CP, art. 42"."""
        said = f"{self.source}, {self.article}" if self.article else self.source
        for vietnamese, english in _CITED if language == "en" else ():
            said = said.replace(vietnamese, english)
        return said

    def words_in(self, language: str) -> str:
        """Return what a label must do, in a language."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class LawBook:
    """All rules, of whatever day."""

    rules: tuple[LawRule, ...]

    def on(self, day: date, goods_class: GoodsClass) -> tuple[LawRule, ...]:
        """Return the rules for goods of a class that are printed on a day."""
        return tuple(rule for rule in self.rules if goods_class in rule.classes and rule.holds_on(day))

    def latest(self, goods_class: GoodsClass) -> tuple[LawRule, ...]:
        """Return the rules that have no last day: what a new design is made for."""
        return tuple(rule for rule in self.rules if goods_class in rule.classes and rule.until is None)


def of_kind(rules: tuple[LawRule, ...], kind: RuleKind) -> Iterator[LawRule]:
    """Yield the rules of a kind."""
    return (rule for rule in rules if rule.kind is kind)
