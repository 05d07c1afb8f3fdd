"""What a file's places become: proposals and questions, one for each former unit, with the lines before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from labelsvc.domain.collation import collation_key
from labelsvc.domain.places.renewal import PlaceRenewal
from labelsvc.domain.places.unit import Unit

LINES_KEPT = 5
"""Lines before and after that a proposal shows; the rest are counted."""


@dataclass(slots=True)
class PlaceChange:
    """What becomes of a former unit in all its records: ``unit`` is None while nobody has said which one it is.

    ``choices``: every unit that a part of it went to; more than one where it was divided. ``lines``: the first places
    before and after.
    """

    question: str
    key: str
    unit: Unit | None
    choices: tuple[Unit, ...]
    is_asked: bool
    records: int = 0
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def others(self) -> tuple[Unit, ...]:
        """The units that parts of it went to besides the proposed one."""
        return tuple(unit for unit in self.choices if unit != self.unit)


@dataclass(slots=True)
class PlaceReport:
    """The changes of many records' places. ``renewed``: they are made; else they are only proposed."""

    renewed: bool = False
    changes: dict[tuple[str, str], PlaceChange] = field(default_factory=dict)

    def add(self, renewal: PlaceRenewal, records: int = 1) -> None:
        """Count records of one place with what is proposed for it or asked about it."""
        finding, unit = renewal.finding, renewal.after.commune if renewal.after else ""
        change = self.changes.get((renewal.question, unit))
        if change is None:
            choices = finding.former.choices if finding.former else finding.choices
            proposed = next((each for each in choices if each.name == unit), finding.unit)
            change = PlaceChange(renewal.question, renewal.key, proposed, choices, finding.is_asked)
            self.changes[renewal.question, unit] = change
        change.records += records
        if len(change.lines) < LINES_KEPT:
            change.lines[renewal.before.line] = renewal.after.label_line if renewal.after else ""

    @property
    def proposals(self) -> list[PlaceChange]:
        """Former units with one answer, in the order of their names."""
        return _sorted(change for change in self.changes.values() if not change.is_asked)

    @property
    def questions(self) -> list[PlaceChange]:
        """Former units that only a person knows the answer for, those that are answered too."""
        return _sorted(change for change in self.changes.values() if change.is_asked)

    @property
    def unanswered(self) -> list[PlaceChange]:
        """The questions that nobody has answered."""
        return [change for change in self.questions if change.unit is None]

    @property
    def records(self) -> int:
        """How many records change, or would."""
        return sum(change.records for change in self.changes.values() if change not in self.unanswered)

    def facts(self) -> list[dict[str, Any]]:
        """Return the changes for a program, in the files' order."""
        return [
            {
                "former": change.question,
                "unit": change.unit.name if change.unit else None,
                "choices": [unit.name for unit in change.choices],
                "records": change.records,
                "asked": change.is_asked,
                "renewed": self.renewed and not (change.is_asked and change.unit is None),
            }
            for change in self.changes.values()
        ]


def _sorted(changes: Iterable[PlaceChange]) -> list[PlaceChange]:
    return sorted(changes, key=lambda change: collation_key(change.question))
