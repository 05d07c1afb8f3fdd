"""Reads what people answered about divided units: «Quảng An, Tây Hồ=Phường Tây Hồ»."""

from __future__ import annotations

from collections.abc import Iterable

from labelsvc.domain.errors import InvalidValue
from labelsvc.domain.places.gazetteer import Gazetteer, PlaceStanding
from labelsvc.domain.places.renewal import question_about, question_key
from labelsvc.domain.places.unit import Unit
from labelsvc.domain.product import normal_text


def read_place_answers(texts: Iterable[str], gazetteer: Gazetteer) -> dict[str, Unit]:
    """Return the unit that each former place is, by its question's key; blank texts answer nothing.

    Raises InvalidValue where a former place is not divided, or never went to that unit.
    """
    return dict(_read(text, gazetteer) for text in map(normal_text, texts) if text.rpartition("=")[2].strip())


def chosen_answers(values: Iterable[str], gazetteer: Gazetteer) -> dict[str, Unit]:
    """Return the units that a form chose, each value a question's key and a unit's code: «1f3a09bc:00103».

    Anything else is ignored.
    """
    units = {unit.code: unit for unit in gazetteer.units}
    pairs = (value.partition(":") for value in values)
    return {key: units[code] for key, _, code in pairs if code in units}


def _read(text: str, gazetteer: Gazetteer) -> tuple[str, Unit]:
    former, _, answer = (part.strip() for part in text.rpartition("="))
    commune, _, district = (part.strip() for part in former.partition(","))
    finding, unit = gazetteer.find(commune, district), gazetteer.unit(answer)
    if finding.standing not in (PlaceStanding.DIVIDED, PlaceStanding.UNKNOWN):
        raise InvalidValue.from_code("places.not_divided", field="place", value=former)
    if unit not in finding.choices:
        choices = [choice.name for choice in finding.choices]
        raise InvalidValue.from_code("places.not_a_part", field="place", value=answer, former=former, choices=choices)
    return question_key(question_about(finding, commune, district)), unit
