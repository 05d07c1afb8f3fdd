"""Parses form input as people write it: dates dd/mm/yyyy, numbers with points or commas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import request

from labelsvc.domain.errors import InvalidValue, LabelsvcError
from labelsvc.domain.law.entered_values import entered
from labelsvc.domain.product import PRODUCT_TEXTS, Product, ProductGroup, normal_text
from labelsvc.domain.recognition import FIRST_DAY, LAST_DAY, Recognition
from labelsvc.web.desk import context as desk

LONGEST = 2_000


def typed_text(name: str, longest: int) -> str:
    """Return a text of the form that was sent as it is stored, cut where it is too long: NFC, no control characters."""
    return normal_text(request.form.get(name, ""))[:longest]


@dataclass
class SubmittedForm:
    """A submitted form, with the faults of each field in the page's language.

    ``theirs``: what somebody else wrote into a field while it was filled in.
    """

    values: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text as it is stored: NFC, single spaces, no control characters."""
        value = normal_text(self.values.get(name, ""))
        if len(value) > LONGEST:
            self.faults[name] = desk.say("form.long", longest=LONGEST)
        return value[:LONGEST]

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """Return a date typed as dd/mm/yyyy or as a browser's date field sends it."""
        typed = self.values.get(name, "").strip()
        if not typed:
            if needed:
                self.faults[name] = desk.say("form.needed")
            return None
        try:
            day = _day(typed)
        except ValueError:
            self.faults[name] = desk.say("form.day", value=typed[:40])
            return None
        if not FIRST_DAY <= day <= LAST_DAY:
            self.faults[name] = desk.say("form.day_range", value=typed[:40], first=FIRST_DAY, last=LAST_DAY)
            return None
        return day

    def number(self, name: str, lowest: int, highest: int, *, needed: bool = True) -> int | None:
        """Return a whole number; points, commas and spaces between thousands are passed over."""
        typed = re.sub(r"[\s.,]", "", self.values.get(name, ""))
        if not typed and not needed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 12 and lowest <= int(typed) <= highest):
            self.faults[name] = desk.say("form.number", lowest=lowest, highest=highest)
            return None
        return int(typed)

    def decimal(self, name: str) -> float | None:
        """Return a number as people write it, with a comma or a point; None for anything else."""
        typed = self.values.get(name, "").strip().replace(",", ".").replace("−", "-")
        return float(typed) if re.fullmatch(r"[+-]?\d{1,5}(\.\d{1,4})?", typed) else None

    def refuse(self, error: LabelsvcError, otherwise: str = "") -> None:
        """Assign the problems of a refusal to their fields, or to ``otherwise``."""
        for problem in error.problems:
            name = str(problem.facts.get("field", otherwise))
            told, said = self.faults.get(name), desk.explain(problem)
            self.faults[name] = f"{told} {said}" if told else said

    def product(self) -> Product | None:
        """Return the product of a form, or None if something is wrong."""
        texts = {name: self._entered(name) for name in PRODUCT_TEXTS}
        group = self.values.get("group", "")
        if self.faults:
            return None
        try:
            return Product(
                **texts,
                group=ProductGroup[group] if group in ProductGroup.__members__ else None,
                registered_mark=self.values.get("registered_mark") == "1",
            )
        except InvalidValue as error:
            self.refuse(error)
            return None

    def recognition(self) -> Recognition | None:
        """Return the recognition of a form, None if something is wrong."""
        stars, decided = self.number("stars", 1, 5), self.day("decision_date", needed=True)
        first, last, score = self.day("valid_from"), self.day("valid_until"), self._score()
        if self.faults or stars is None or decided is None:
            return None
        try:
            return Recognition(
                stars=stars,
                decision_date=decided,
                decision_number=self.text("decision_number"),
                issuer=self.text("issuer"),
                score=score,
                potential_five=self.values.get("potential_five") == "1",
                valid_from=first,
                valid_until=last,
            )
        except InvalidValue as error:
            self.refuse(error)
            return None

    def _entered(self, name: str) -> str:
        """Return a text of a product as it is stored; what a goods class needs has forms of its own."""
        text = self.text(name)
        try:
            return entered(name, text)
        except InvalidValue as error:
            self.refuse(error, name)
            return text

    def _score(self) -> float | None:
        typed = self.values.get("score", "").strip().replace(",", ".")
        if not typed:
            return None
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", typed):
            self.faults["score"] = desk.say("form.score")
            return None
        return float(typed)


def _day(typed: str) -> date:
    if match := re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", typed):
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    return date.fromisoformat(typed)
