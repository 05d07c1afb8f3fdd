"""The gazetteer: what a record's commune and district are today.

1. a district that is not Hanoi's: the unit is left alone
2. the district tells units of one name apart; without it, a unit of today goes before a former one
3. a former unit whose people all went to one unit is proposed as that one; a divided one is asked about
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import TypeVar

from labelsvc.domain.places.spelling import WrittenUnit, bare_name, district_key, plain_key, read_commune
from labelsvc.domain.places.unit import FormerUnit, Unit
from labelsvc.domain.twin_names import twin_key

CITY_KEYS = ("ha noi", "thanh pho ha noi", "tp ha noi")
Named = TypeVar("Named", Unit, FormerUnit)


class PlaceStanding(Enum):
    """What a record's place is today."""

    UNSAID = "unsaid"
    """No commune is named."""
    CURRENT = "current"
    RENAMED = "renamed"
    """One unit of today is proposed."""
    DIVIDED = "divided"
    """Only a person knows which unit of today it is."""
    UNKNOWN = "unknown"
    """A former district of Hanoi never had a unit of this name, and there is none today."""
    ELSEWHERE = "elsewhere"
    """Not Hanoi's, as far as anybody can tell: left alone."""


@dataclass(frozen=True, slots=True)
class PlaceFinding:
    """What a commune is today: ``unit`` if there is one answer, else ``choices``; ``former`` if it had been one."""

    standing: PlaceStanding
    unit: Unit | None = None
    former: FormerUnit | None = None
    choices: tuple[Unit, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether only a person can say which unit it is."""
        return self.standing in (PlaceStanding.DIVIDED, PlaceStanding.UNKNOWN)


_GUESSED = {PlaceStanding.CURRENT: PlaceStanding.RENAMED}
_UNSAID, _ELSEWHERE = PlaceFinding(PlaceStanding.UNSAID), PlaceFinding(PlaceStanding.ELSEWHERE)


class Gazetteer:
    """The units of Hanoi since ``since``, and the former ones. Labels with former units may be used to ``until``."""

    def __init__(
        self, units: Iterable[Unit], former: Iterable[FormerUnit], *, since: date, until: date, source: str = ""
    ) -> None:
        self.units, self.former = tuple(units), tuple(former)
        self.since, self.until, self.source = since, until, source
        self._units, self._plain_units = _index(self.units)
        self._former, self._plain_former = _index(self.former)
        self._districts: dict[str, list[Unit]] = defaultdict(list)
        self._names: dict[str, str] = {}
        for old in self.former:
            near = self._districts[district_key(old.district)]
            near += [unit for unit in old.choices if unit not in near]
            self._names[district_key(old.district)] = old.district
        self.find = lru_cache(16_384)(self._find)

    def district(self, text: str) -> str:
        """Return a former district of Hanoi, «Huyện Gia Lâm», by any spelling; empty for anything else."""
        return self._names.get(district_key(text), "") if text else ""

    def unit(self, name: str) -> Unit | None:
        """Return the unit of today of a name with its kind, in any spelling with diacritics."""
        written = read_commune(name)
        found = _of_kind(self._units.get(written.key, ()), written.kind) if written.kind else []
        return found[0] if len(found) == 1 else None

    def _find(self, commune: str, district: str) -> PlaceFinding:
        """Return what a commune is today. Case, spaces and the place of tone marks do not count, diacritics do."""
        if not commune:
            return _UNSAID
        near = district_key(district) if district else ""
        if near in CITY_KEYS:
            near = ""
        if near and near not in self._districts:  # 1
            return _ELSEWHERE
        written = read_commune(commune)
        found = self._known(written, near, self._units.get(written.key, ()), self._former.get(written.key, ()))
        guesses = written.guesses if found is None else ()
        for guess in guesses:
            plain = self._plain_units.get(guess.key, ()), self._plain_former.get(guess.key, ())
            if known := self._known(guess, near, *plain):
                found = replace(known, standing=_GUESSED.get(known.standing, known.standing))
                break
        if found is None:
            return PlaceFinding(PlaceStanding.UNKNOWN, choices=tuple(self._districts[near])) if near else _ELSEWHERE
        return found

    def _known(
        self, written: WrittenUnit, near: str, units: Sequence[Unit], former: Sequence[FormerUnit]
    ) -> PlaceFinding | None:
        """Return what is known of units of one name; None if there is no such unit there."""
        if near:  # 2
            former = [old for old in former if district_key(old.district) == near]
            units = [unit for unit in units if unit in self._districts[near]]
        exact_units, exact_former = _of_kind(units, written.kind), _of_kind(former, written.kind)
        if exact_units or exact_former:
            units, former = exact_units, exact_former
        if not units and not former:
            return None
        strangers = [old for old in former if not any(unit in old.choices for unit in units)]
        if units and (not strangers or written.kind):
            standing = PlaceStanding.CURRENT if exact_units or not written.kind else PlaceStanding.RENAMED
            return PlaceFinding(standing, units[0], next(iter(former), None))
        return _succeeded(units, strangers)


def _succeeded(units: Sequence[Unit], former: Sequence[FormerUnit]) -> PlaceFinding:
    """Return what became of former units that one name may mean."""
    answers = {*units, *(old.successor for old in former)}
    only = former[0] if len(former) == 1 and not units else None
    if len(answers) == 1 and (answer := next(iter(answers))):  # 3
        return PlaceFinding(PlaceStanding.RENAMED, answer, former[0])
    choices = dict.fromkeys((*units, *(unit for old in former for unit in old.choices)))
    return PlaceFinding(PlaceStanding.DIVIDED, former=only, choices=tuple(choices))


def _index(units: Sequence[Named]) -> tuple[dict[str, list[Named]], dict[str, list[Named]]]:
    """Return units by the keys of their bare names, and by the same without diacritics."""
    strict: dict[str, list[Named]] = defaultdict(list)
    plain: dict[str, list[Named]] = defaultdict(list)
    for unit in units:
        name = bare_name(unit.name)
        strict[twin_key(name)].append(unit)
        plain[plain_key(name)].append(unit)
    return dict(strict), dict(plain)


def _of_kind(units: Sequence[Named], kind: str) -> list[Named]:
    return [unit for unit in units if not kind or read_commune(unit.name).kind == kind]
