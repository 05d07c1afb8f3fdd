"""Labels that were printed with addresses in former units, and until when they may be used.

Decree 37/2026, art. 98.5: labels that were printed before a change of units may be used for two years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from labelsvc.domain.places.districts import is_former_district
from labelsvc.domain.places.gazetteer import Gazetteer
from labelsvc.domain.places.renewal import PlaceRenewer, RecordPlace
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.batches.printed_places import PrintedPlace, PrintedPlaces

COLUMNS = ("batch", "ordered", "design", "mark", "product", "producer", "labels", "place", "until", "after_change")
_NAMES_A_PLACE = re.compile(rb"(?:\.\s*|\[\s*['\"])(?:place|address|commune|district)\b")


@lru_cache(64)
def design_carries_address(source: bytes) -> bool:
    """Return whether a design's file prints where a product is made."""
    return bool(_NAMES_A_PLACE.search(source))


@dataclass(frozen=True, slots=True)
class FormerLabels:
    """Labels of one product in a batch. ``after_change``: they were printed when the units had changed already.

    The decree speaks of labels that were printed before that.
    """

    printed: PrintedPlace
    until: date
    after_change: bool

    @property
    def facts(self) -> dict[str, object]:
        """The same in values of CSV and JSON, by :data:`COLUMNS`."""
        printed = self.printed
        return {
            "batch": printed.batch,
            "ordered": printed.ordered_at.astimezone(VIETNAM).date().isoformat(),
            "design": printed.design,
            "mark": printed.mark,
            "product": printed.product,
            "producer": printed.producer,
            "labels": printed.pieces,
            "place": printed.place.line,
            "until": self.until.isoformat(),
            "after_change": self.after_change,
        }


def former_labels(printed: PrintedPlaces, gazetteer: Gazetteer) -> Iterator[FormerLabels]:
    """Yield the labels that name former units, those of the newest batch first."""
    designs = frozenset(key for key, source in printed.designs().items() if design_carries_address(source))
    known: dict[tuple[RecordPlace, bool], bool] = {}
    renewer = PlaceRenewer(gazetteer)
    for line in printed.of_designs(designs) if designs else ():
        key = line.place, line.names_district
        if key not in known:
            known[key] = _is_former(line, renewer)
        if known[key]:
            ordered = line.ordered_at.astimezone(VIETNAM).date()
            yield FormerLabels(line, gazetteer.until, ordered >= gazetteer.since)


def _is_former(line: PrintedPlace, renewer: PlaceRenewer) -> bool:
    """Return whether a line's labels name a unit, or a district, that is no more."""
    if line.names_district and is_former_district(line.place.district):
        return True
    renewal = renewer.renewal(line.place)
    return renewal is not None and not renewal.exists
