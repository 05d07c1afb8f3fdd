"""A record's place, renewed: the whole line before and after, or what a person has to be asked.

1. which commune and district the record names: its own fields, else its address
2. which unit that is today: by the gazetteer, else by what somebody answered
3. the place with that unit; former units go out of the address
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from labelsvc.domain.places.address_units import (
    NamedInAddress,
    is_elsewhere,
    place_line,
    units_named,
    without_units,
)
from labelsvc.domain.places.gazetteer import Gazetteer, PlaceFinding, PlaceStanding
from labelsvc.domain.places.unit import Unit

_TOLD = (PlaceStanding.CURRENT, PlaceStanding.RENAMED, PlaceStanding.DIVIDED)


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where a record says that its product is made; no field is needed."""

    address: str = ""
    commune: str = ""
    district: str = ""

    @property
    def line(self) -> str:
        """The place as a label names it, with the district that it had."""
        line = place_line(self.address, self.commune, "")
        return ", ".join(filter(None, (line, self.district if self.district not in line else "")))

    @property
    def label_line(self) -> str:
        """The place as a label of today names it."""
        return place_line(self.address, self.commune, self.district)


@dataclass(frozen=True, slots=True)
class PlaceRenewal:
    """What is proposed for a place: ``after`` is None while nobody has said which unit it is.

    ``question`` names the former unit, «Phường Quảng An, Quận Tây Hồ»: one answer holds for a whole file.
    ``exists``: the label would name only units that exist, whether the place is renewed or not.
    """

    before: RecordPlace
    after: RecordPlace | None
    finding: PlaceFinding
    question: str
    exists: bool

    @property
    def key(self) -> str:
        """The question's key, under which an answer is given."""
        return question_key(self.question)


@dataclass(frozen=True, slots=True)
class PlaceRenewer:
    """Renews places by the gazetteer and by what people answered, by the keys of its questions."""

    gazetteer: Gazetteer
    answers: Mapping[str, Unit] = field(default_factory=dict)

    def renewal(self, place: RecordPlace) -> PlaceRenewal | None:
        """Return what is proposed for a place or asked about it; None where there is nothing to renew."""
        if not (place.commune or place.address):
            return None
        named = units_named(place.address)
        district = place.district or self._district_in(named)
        commune = place.commune or self._commune_in(named, district)  # 1
        if not district and is_elsewhere(place.address):
            return None
        finding = self.gazetteer.find(commune, district)  # 2
        if finding.standing is PlaceStanding.ELSEWHERE:
            return None
        question = question_about(finding, commune, district)
        unit = finding.unit or self._answer(finding, question)
        if unit is None and finding.is_asked:
            return PlaceRenewal(place, None, finding, question, exists=False)
        after = self._renewed(place, unit, district, named)  # 3
        if after == place:
            return None
        exists = finding.standing in (PlaceStanding.CURRENT, PlaceStanding.UNSAID) and after.address == place.address
        return PlaceRenewal(place, after, finding, question, exists)

    def _answer(self, finding: PlaceFinding, question: str) -> Unit | None:
        """Return what somebody answered, if it is one of the choices."""
        answer = self.answers.get(question_key(question)) if self.answers and finding.is_asked else None
        return answer if answer in finding.choices else None

    def _district_in(self, named: Sequence[NamedInAddress]) -> str:
        """Return the first district of Hanoi that an address names, whole, empty if there is none."""
        known = (self.gazetteer.district(each.text) for each in named if each.is_district)
        return next(filter(None, known), "")

    def _commune_in(self, named: Sequence[NamedInAddress], district: str) -> str:
        """Return the first commune of an address that the gazetteer knows, empty if there is none."""
        texts = (each.text for each in named if not each.is_district)
        return next((text for text in texts if self.gazetteer.find(text, district).standing in _TOLD), "")

    def _renewed(
        self, place: RecordPlace, unit: Unit | None, district: str, named: Sequence[NamedInAddress]
    ) -> RecordPlace:
        """Return a place in a unit of today, or without one; its district stays as a field."""
        address = place.address
        if address:
            former = self.gazetteer.district(district)
            for commune in {place.commune, *(each.text for each in named if not each.is_district)}:
                found = self.gazetteer.find(commune, district)
                told = unit is not None and unit in (found.unit, *found.choices)
                goes = told and found.standing is not PlaceStanding.CURRENT
                address = without_units(address, commune if goes else "", former)
        return RecordPlace(address, unit.name if unit else "", district)


def question_key(question: str) -> str:
    """Return a question's name in eight letters, as addresses of pages carry it."""
    return blake2b(question.encode(), digest_size=4).hexdigest()


def question_about(finding: PlaceFinding, commune: str, district: str) -> str:
    """Return the name of what is asked about: the former unit if it is one, else what the record says."""
    if finding.former:
        return f"{finding.former.name}, {finding.former.district}"
    return ", ".join(filter(None, (commune, district)))
