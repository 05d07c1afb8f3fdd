"""A product with its history of recognitions: which one applies on a day, and the status of each.

A renewal takes over on its first day; from then on the older recognition is superseded, whatever its own last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from labelsvc.domain.permission import current_recognition
from labelsvc.domain.product import Product
from labelsvc.domain.programme.rules import rules_on
from labelsvc.domain.recognition import Recognition, RecognitionStatus


@dataclass(frozen=True, slots=True)
class StoredRecognition:
    """A recognition and its row's id."""

    id: int
    recognition: Recognition


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product with its id and all its recognitions, the oldest decision first.

    ``demonstration``: from demonstration data, so that everything printed from it bears MẪU. Demonstration data never
    mixes with real records: a product of the same name in both is two.
    """

    id: int
    product: Product
    recognitions: tuple[StoredRecognition, ...]
    demonstration: bool = False

    @property
    def history(self) -> tuple[Recognition, ...]:
        """The recognitions without their ids."""
        return tuple(stored.recognition for stored in self.recognitions)

    def id_of(self, recognition: Recognition) -> int:
        """Return the row's id of one of the recognitions (there is one for each decision's day)."""
        day = recognition.decision_date
        return next(stored.id for stored in self.recognitions if stored.recognition.decision_date == day)


class Standing(Enum):
    """What a product is on a day: its current recognition's status, or none at all."""

    NONE = "none"
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    EXTENDED = "extended"
    NOT_CERTIFIED = "not_certified"
    """In force, but with stars that are recorded and never certified (PRODUCT.md §1: one or two)."""
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


def standing_on(history: Iterable[Recognition], day: date) -> Standing:
    """Return the standing of a product with this history on a day; every day has one."""
    recognition = current_recognition(history, day)
    return standing_of(recognition, day) if recognition else Standing.NONE


def standing_of(recognition: Recognition, day: date) -> Standing:
    """Return what one recognition makes of a product on a day: its status, unless its stars are too few for a label."""
    if recognition.holds_on(day) and not is_certified(recognition, day):
        return Standing.NOT_CERTIFIED
    return Standing(recognition.status_on(day).value)


def recognition_in_force(history: Iterable[Recognition], day: date) -> Recognition | None:
    """Return the recognition in force on a day, or None; there are never two."""
    recognition = current_recognition(history, day)
    return recognition if recognition and recognition.holds_on(day) else None


def is_certified(recognition: Recognition, day: date) -> bool:
    """Return whether stars are certified by the rules of a day: one and two are recorded and get no certificate."""
    return recognition.stars >= rules_on(day).lowest_printed_stars


def certified_in_force(history: Iterable[Recognition], day: date) -> Recognition | None:
    """Return the recognition in force on a day, None where there is none or its stars are too few to be certified."""
    recognition = recognition_in_force(history, day)
    return recognition if recognition and is_certified(recognition, day) else None


def superseded_on(recognition: Recognition, history: Iterable[Recognition], day: date) -> bool:
    """Return whether another recognition of the product supersedes this one on a day."""
    in_force = recognition_in_force(history, day)
    began = recognition.status_on(day) is not RecognitionStatus.NOT_YET
    return in_force is not None and in_force != recognition and began
