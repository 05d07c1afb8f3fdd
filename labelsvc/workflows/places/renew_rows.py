"""Renews the places of an import's rows, where that is asked for, and tells what is proposed where it is not.

A stored product whose place is the row's place renewed keeps it: the same old file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from labelsvc.domain.places.renewal import PlaceRenewal, PlaceRenewer, RecordPlace
from labelsvc.domain.product import Product
from labelsvc.records.rows import RecordRow
from labelsvc.storage.products.imports import Imports
from labelsvc.storage.products.product_states import ProductKey
from labelsvc.workflows.places.place_report import PlaceReport

FIELDS = ("address", "commune", "district")


def place_of(product: Product) -> RecordPlace:
    """Return where a product is made, as its record says."""
    return RecordPlace(product.address, product.commune, product.district)


@dataclass(frozen=True, slots=True)
class RowRenewer:
    """Renews rows where ``renews``, else only tells; ``told`` is filled row by row."""

    renewer: PlaceRenewer
    renews: bool
    told: PlaceReport
    _known: dict[tuple[str, str, str], PlaceRenewal | None] = field(default_factory=dict)

    def rows(self, rows: Iterable[RecordRow], imports: Imports, *, demonstration: bool) -> list[RecordRow]:
        """Return the rows, in their order, with the places that they are stored with."""
        found = [(row, self._renewal(row.product)) for row in rows]
        producers = {row.product.key[1] for row, renewal in found if renewal is not None}
        stored = imports.places(producers, demonstration=demonstration) if producers else {}
        return [row if renewal is None else self._row(row, renewal, stored) for row, renewal in found]

    def _renewal(self, product: Product) -> PlaceRenewal | None:
        place = product.address, product.commune, product.district
        if place not in self._known:
            self._known[place] = self.renewer.renewal(RecordPlace(*place))
        return self._known[place]

    def _row(self, row: RecordRow, renewal: PlaceRenewal, stored: Mapping[ProductKey, RecordPlace]) -> RecordRow:
        kept = stored.get(row.product.key) if stored else None
        if kept and kept != renewal.before and _is_renewed(kept, renewal, self.renewer, row.given):
            return _placed(row, kept, row.given & set(FIELDS))
        self.told.add(renewal)
        if not self.renews or renewal.after is None:
            return row
        return _placed(row, renewal.after, {name for name in FIELDS if _differ(renewal, name)})


def _differ(renewal: PlaceRenewal, name: str) -> bool:
    return bool(getattr(renewal.before, name) != getattr(renewal.after, name))


def _is_renewed(kept: RecordPlace, renewal: PlaceRenewal, renewer: PlaceRenewer, given: frozenset[str]) -> bool:
    """Return whether what is stored is the row's place renewed, with one of the units that may be meant."""
    unit = renewer.gazetteer.unit(kept.commune)
    if unit is None:
        return False
    after = PlaceRenewer(renewer.gazetteer, {renewal.key: unit}).renewal(renewal.before)
    answered = after.after if after and unit in (after.finding.unit, *renewal.finding.choices) else None
    return answered is not None and all(
        getattr(answered, name) == getattr(kept, name) for name in FIELDS if name in given
    )


def _placed(row: RecordRow, place: RecordPlace, names: Iterable[str]) -> RecordRow:
    """Return a row with these fields of a place."""
    changed = {name: getattr(place, name) for name in names}
    product = replace(row.product, **changed)
    given, blank = frozenset(row.given | changed.keys()), frozenset(row.blank - changed.keys())
    return replace(row, product=product, given=given, blank=blank)
