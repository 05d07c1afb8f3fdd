"""A record's place, renewed: the whole line before and after, or what a person has to be asked.

1. which commune and district the record names: its own fields, else its address
2. which unit that is today: by the gazetteer, else by what somebody answered
3. the place with that unit; former units go out of the address
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labelsvc.domain.places.address_units import is_elsewhere, place_line, units_named, without_units
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


@dataclass(frozen=True, slots=True)
class PlaceRenewer:
    """Renews places by the gazetteer and by what people answered to its questions."""

    gazetteer: Gazetteer
    answers: Mapping[str, Unit] = field(default_factory=dict)

    def renewal(self, place: RecordPlace) -> PlaceRenewal | None:
        """Return what is proposed for a place or asked about it; None where there is nothing to renew."""
        if not (place.commune or place.address):
            return None
        district = self._district(place)
        commune = place.commune or self._commune_in(place.address, district)  # 1
        if not district and is_elsewhere(place.address):
            return None
        finding = self.gazetteer.find(commune, district)  # 2
        if finding.standing is PlaceStanding.ELSEWHERE:
            return None
        question = question_about(finding, commune, district)
        unit = finding.unit or self.answers.get(question)
        if unit is None and finding.is_asked:
            return PlaceRenewal(place, None, finding, question, exists=False)
        after = self._renewed(place, unit, district)  # 3
        if after == place:
            return None
        exists = finding.standing in (PlaceStanding.CURRENT, PlaceStanding.UNSAID) and after.address == place.address
        return PlaceRenewal(place, after, finding, question, exists)

    def _district(self, place: RecordPlace) -> str:
        """Return the record's district; else the one of Hanoi that its address names, with its kind."""
        named = (self.gazetteer.district(each.text) for each in units_named(place.address) if each.is_district)
        return place.district or next(filter(None, named), "")

    def _commune_in(self, address: str, district: str) -> str:
        """Return the first commune of an address that the gazetteer knows, empty if there is none."""
        named = (each.text for each in units_named(address) if not each.is_district)
        return next((text for text in named if self.gazetteer.find(text, district).standing in _TOLD), "")

    def _renewed(self, place: RecordPlace, unit: Unit | None, district: str) -> RecordPlace:
        """Return a place in a unit of today, or without one; its district stays as a field."""
        address = place.address
        for commune in {place.commune, *(each.text for each in units_named(address) if not each.is_district)}:
            found = self.gazetteer.find(commune, district)
            if found.standing is not PlaceStanding.CURRENT and unit in (found.unit, *found.choices):
                address = without_units(address, commune, "")
        former = self.gazetteer.district(district)
        return RecordPlace(
            without_units(address, "", former) if former else address, unit.name if unit else "", district
        )


def question_about(finding: PlaceFinding, commune: str, district: str) -> str:
    """Return the name of what is asked about: the former unit if it is one, else what the record says."""
    if finding.former:
        return f"{finding.former.name}, {finding.former.district}"
    return ", ".join(filter(None, (commune, district)))
