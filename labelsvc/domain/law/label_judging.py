"""Judges a designer's label by the rules of a product's class: kept, broken, or what cannot be told from the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, pairwise

from labelsvc.domain.errors import Problem
from labelsvc.domain.law.date_forms import right_dates
from labelsvc.domain.law.full_names import abbreviations
from labelsvc.domain.law.judging import RuleState, RuleVerdict, judge_product
from labelsvc.domain.law.label_reading import LabelReading, ReadLetter, contrast, shown_contrast
from labelsvc.domain.law.net_quantity import FigureHeights, measured_quantity
from labelsvc.domain.law.nutrition import NUTRIENTS, find_nutrition
from labelsvc.domain.law.quantity_form import right_quantity
from labelsvc.domain.law.rules import LawRule, RuleKind
from labelsvc.domain.product import Product, without_diacritics
from labelsvc.domain.qr_version import LEAST_MODULE_MM


class LabelState(Enum):
    """What a label's file says to a rule."""

    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """It cannot be told: converted to outlines, part of a picture, or on one."""
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class LabelVerdict:
    """A rule (None: the stamp's QR, which no rule asks for), what the label says to it, and why."""

    rule: LawRule | None
    state: LabelState
    why: Problem | None = None


LabelAnswer = tuple[LabelState, Problem | None]
_KEPT: LabelAnswer = (LabelState.KEPT, None)
_NOT_NEEDED: LabelAnswer = (LabelState.NOT_NEEDED, None)
FEWEST_OUTLINES = 12
"""Curved shapes from which on a text that is missing may be among them."""
MOST_SHOWN = 40
"""Letters of a text that a message names."""
_NEAR_MM, _NEAR_PT = 0.02, 0.1
_X_HIGH = frozenset("acemnorsuvwxzơư")


def judge_label(reading: LabelReading, product: Product, rules: tuple[LawRule, ...]) -> tuple[LabelVerdict, ...]:
    """Return what a label says to each rule of its class and day, and of its QR codes."""
    judge = _LabelJudge(reading, product, {each.rule.name: each for each in judge_product(product, rules)})
    verdicts = [LabelVerdict(rule, *judge.answer(rule)) for rule in rules if rule.kind is not RuleKind.EXEMPTION]
    return (*verdicts, LabelVerdict(None, *judge.symbols()))


@dataclass(frozen=True, slots=True)
class _LabelJudge:
    reading: LabelReading
    product: Product
    of_record: dict[str, RuleVerdict]
    mandatory: dict[str, Sequence[ReadLetter]] = field(default_factory=dict)

    def answer(self, rule: LawRule) -> LabelAnswer:
        judge = getattr(self, f"_{rule.kind.value}")
        answer: LabelAnswer = judge(rule)
        return answer

    def _missing(self, text: str) -> LabelAnswer:
        """Return the verdict on a text that the file does not have as text."""
        if self.reading.outlined >= FEWEST_OUTLINES:
            return LabelState.UNKNOWN, Problem("law.label_outlined", {"value": text})
        if self.reading.pictured and not self.reading.lines:
            return LabelState.UNKNOWN, Problem("law.label_pictured", {"value": text})
        return LabelState.BROKEN, Problem("law.label_lacks", {"value": text})

    def _has(self, text: str) -> bool:
        """Return whether a text, or else each part of it between commas, stands on the label."""
        return bool(self.reading.find(text)) or all(
            self.reading.find(part) for part in re.split(r"[;,](?!\d)", text) if part.strip()
        )

    def _field(self, rule: LawRule) -> LabelAnswer:
        texts = [text for name in rule.value if (text := getattr(self.product, name))]
        if "net_content" in rule.value:
            texts = [self._quantity()] if texts else []
        if any(map(self._has, texts)):
            return _KEPT
        if texts:
            return self._missing(texts[0])
        if self.of_record[rule.name].state is RuleState.NOTHING_TO_SAY:
            return _NOT_NEEDED
        if any(map(self.reading.find, rule.labels)):
            return LabelState.UNKNOWN, Problem("law.label_unrecorded", {"label": rule.label})
        return self._missing(rule.label)

    def _quantity(self) -> str:
        """Return the quantity in its right form."""
        verdict = next((each for each in self.of_record.values() if each.rule.kind is RuleKind.QUANTITY_FORM), None)
        return right_quantity(self.product.net_content, verdict.rule.value if verdict else ())

    def _stamped(self, rule: LawRule) -> LabelAnswer:
        said = " / ".join(self.reading.texts)
        forms = "|".join(map(re.escape, rule.value))
        if re.search(rf"(?<!\w)(?<!từ )(?:{forms})(?!\w)", said):  # "12 tháng kể từ NSX" is no NSX
            return _KEPT
        if re.search(rf"(?<!\w)(?<!từ )(?:{forms})(?!\w)", said, re.IGNORECASE):
            return LabelState.BROKEN, Problem("law.label_capitals", {"label": rule.label})
        return self._missing(rule.label)

    def _sentence(self, rule: LawRule) -> LabelAnswer:
        return _KEPT if self.reading.find(rule.text) else self._missing(rule.text)

    def _figure_height(self, rule: LawRule) -> LabelAnswer:
        said = self._quantity()
        quantity = measured_quantity(said)
        if quantity is None:
            return _NOT_NEEDED
        heights = [height for found in self.reading.find_all(said) if (height := _lowest_figure_mm(found))]
        if not heights:
            return self._missing(said)
        least, height_mm = FigureHeights.parse(rule.text).least_mm(quantity), max(heights)
        if height_mm >= least - _NEAR_MM:  # «trong 100 g» of a nutrition table is low beside it
            return _KEPT
        facts = {"value": said, "height_mm": round(height_mm, 2), "least_mm": least}
        return LabelState.BROKEN, Problem("law.label_figures", facts)

    def _quantity_form(self, rule: LawRule) -> LabelAnswer:
        wanted = self._quantity()
        if not wanted:
            return _NOT_NEEDED
        if not self.reading.find(wanted):
            return self._missing(wanted)
        texts = self.reading.texts
        spoken = [*texts, *map(" ".join, pairwise(texts))]
        line = next((text for text in spoken if _letters(wanted) in _letters(text)), "")
        vague = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line, re.IGNORECASE) for word in rule.value)
        if line and (wanted not in line or vague):
            return LabelState.BROKEN, Problem("law.quantity_form", {"value": line, "right": wanted})
        return _KEPT if line else (LabelState.UNKNOWN, Problem("law.label_broken_line", {"value": wanted}))

    def _facts_on_label(self) -> dict[str, Sequence[ReadLetter]]:
        """Return the mandatory texts that stand on the label with their letters, without the name."""
        if not self.mandatory:
            kinds = (each.rule for each in self.of_record.values())
            for rule in kinds:
                texts = [rule.text] if rule.kind is RuleKind.SENTENCE else []
                if rule.kind is RuleKind.FIELD and "name" not in rule.value:
                    texts = [text for name in rule.value if (text := getattr(self.product, name))]
                self.mandatory.update({text: letters for text in texts if (letters := self.reading.find(text))})
        return self.mandatory

    def _largest_name(self, _: LawRule) -> LabelAnswer:
        names = [min(each.size_pt for each in found) for found in self.reading.find_all(self.product.name)]
        if not names:
            return self._missing(self.product.name)
        size = max(names)
        for text, letters in self._facts_on_label().items():
            largest = max(letters, key=lambda each: each.size_pt)
            if largest.size_pt > size + _NEAR_PT:
                facts = {"value": text[:MOST_SHOWN], "size_pt": round(largest.size_pt, 1)}
                return LabelState.BROKEN, Problem("law.label_larger", {**facts, "name_pt": round(size, 1)})
        return _KEPT

    def _foreign_text(self, rule: LawRule) -> LabelAnswer:
        unpaired = ""
        for foreign, vietnamese in rule.pairs.items():
            found, own = self._phrase(foreign), self.reading.find(vietnamese)
            if found and own and max(e.size_pt for e in found) > max(e.size_pt for e in own) + _NEAR_PT:
                return LabelState.BROKEN, Problem("law.label_foreign", {"value": foreign, "own": vietnamese})
            unpaired = foreign if found and not own else unpaired
        return (LabelState.UNKNOWN, Problem("law.label_unpaired", {"value": unpaired})) if unpaired else _KEPT

    def _phrase(self, foreign: str) -> Sequence[ReadLetter]:
        """Return the letters of a foreign phrase where it stands as words of its own."""
        spoken = (text.casefold() for text in self.reading.texts)
        own = any(re.search(rf"(?<!\w){re.escape(foreign)}(?!\w)", text) for text in spoken)
        return self.reading.find(foreign) if own else ()

    def _full_names(self, rule: LawRule) -> LabelAnswer:
        if not self.reading.lines:
            return self._missing(self.product.producer)
        found = abbreviations(" ".join(self.reading.words()), rule.pairs)
        if not found:
            return _KEPT
        facts = {"value": ", ".join(found), "right": ", ".join(found.values())}
        return LabelState.BROKEN, Problem("law.abbreviated", facts)

    def _date_form(self, _: LawRule) -> LabelAnswer:
        if not self.reading.lines:
            return self._missing("HSD")
        wrong = next((text for text in self.reading.texts if right_dates(text) != text), "")
        if wrong:
            return LabelState.BROKEN, Problem("law.date_order", {"value": wrong, "right": right_dates(wrong)})
        return _KEPT

    def _nutrition(self, rule: LawRule) -> LabelAnswer:
        if self.of_record[rule.name].state is RuleState.NOTHING_TO_SAY:
            return _NOT_NEEDED
        return self._nutrients(rule.value)

    def _nutrient_if(self, rule: LawRule) -> LabelAnswer:
        if self.of_record[rule.name].state is RuleState.NOTHING_TO_SAY:
            return _NOT_NEEDED
        return self._nutrients(rule.value)

    def _nutrients(self, names: Sequence[str]) -> LabelAnswer:
        spoken = without_diacritics(" ".join(self.reading.texts))
        lacking = [NUTRIENTS[name].label for name in names if not any(_said(each, spoken) for each in _spellings(name))]
        if lacking:
            return self._missing(", ".join(lacking))
        table = find_nutrition(self.product.nutrition)
        amounts = [f"{each.amount} {each.unit}" for each in table.nutrients if each.name in names] if table else []
        wrong = [amount for amount in amounts if not self.reading.find(amount)]
        return self._missing(", ".join(wrong)) if wrong else _KEPT

    def _named_ingredient(self, rule: LawRule) -> LabelAnswer:
        record = self.of_record[rule.name]
        if record.state is RuleState.LACKING:
            return LabelState.BROKEN, record.remedy
        ingredients = self.product.ingredients
        return _KEPT if not ingredients or self._has(ingredients) else self._missing(ingredients)

    def _contrast(self, rule: LawRule) -> LabelAnswer:
        texts = {self.product.name: self.reading.find(self.product.name), **self._facts_on_label()}
        least, unknown, told = float(rule.text), "", False
        for text, letters in texts.items():
            for each in letters:
                if each.ink is None or each.ground is None:
                    unknown = unknown or text[:MOST_SHOWN]
                    continue
                told, ratio = True, contrast(each.ink, each.ground)
                if ratio < least:
                    facts = {"value": text[:MOST_SHOWN], "ratio": shown_contrast(ratio), "least": least}
                    return LabelState.BROKEN, Problem("law.label_contrast", facts)
        if unknown or not told:
            return LabelState.UNKNOWN, Problem("law.label_on_picture", {"value": unknown or self.product.name})
        return _KEPT

    def _letter_height(self, rule: LawRule) -> LabelAnswer:
        least = FigureHeights.parse(rule.text)
        square_cm = least.steps[0][0]
        needed = least.steps[0][1] if self.reading.face_cm2 < square_cm else least.beyond_mm
        letters = chain.from_iterable(self._facts_on_label().values())
        low = [each.height_mm for each in letters if each.letter in _X_HIGH and each.height_mm]
        if not low:
            return self._missing(self.product.producer)
        if min(low) >= needed - _NEAR_MM:
            return _KEPT
        facts = {"height_mm": round(min(low), 2), "least_mm": needed}
        return LabelState.BROKEN, Problem("law.label_low", facts)

    def _registered_mark(self, _: LawRule) -> LabelAnswer:
        signed = any("®" in text for text in self.reading.texts)
        if signed and not self.product.registered_mark:
            return LabelState.BROKEN, Problem("law.label_registered", {})
        return _KEPT

    def symbols(self) -> LabelAnswer:
        """Judge the label's QR codes: it may have none, where a stamp is stuck on later."""
        if not self.reading.symbols:
            return LabelState.NOT_NEEDED, Problem("law.label_no_qr", {})
        for symbol in self.reading.symbols:
            if not symbol.text:
                return LabelState.BROKEN, Problem("law.label_qr_unread", {"side_mm": round(symbol.side_mm, 1)})
            if symbol.module_mm < LEAST_MODULE_MM - 0.01:
                facts = {"module_mm": round(symbol.module_mm, 2), "least_mm": LEAST_MODULE_MM}
                return LabelState.BROKEN, Problem("law.label_qr_small", facts)
        first = self.reading.symbols[0]
        return LabelState.KEPT, Problem("law.label_qr", {"value": first.text[:80], "side_mm": round(first.side_mm, 1)})


def _lowest_figure_mm(letters: Sequence[ReadLetter]) -> float:
    """Return the height of a text's lowest figure, 0 if none has one."""
    return min((each.height_mm for each in letters if each.letter.isdigit() and each.height_mm), default=0.0)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _spellings(name: str) -> Sequence[str]:
    return NUTRIENTS[name].spellings


def _said(phrase: str, spoken: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", spoken) is not None
