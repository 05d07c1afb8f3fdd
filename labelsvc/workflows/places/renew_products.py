"""Renews the places of stored products, by proposal and by answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.places.renewal import PlaceRenewal, PlaceRenewer, RecordPlace
from labelsvc.storage.products.place_editing import PlaceEditing
from labelsvc.workflows.places.place_report import PlaceReport


@dataclass(frozen=True, slots=True)
class ProductPlaces:
    """The products whose places can be renewed or have to be asked about, by their ids."""

    renewals: Mapping[int, PlaceRenewal] = field(default_factory=dict)
    report: PlaceReport = field(default_factory=PlaceReport)


def product_places(places: Iterable[tuple[int, RecordPlace]], renewer: PlaceRenewer) -> ProductPlaces:
    """Look at the places of products, with their ids; those that need nothing are left out."""
    renewals, report = dict[int, PlaceRenewal](), PlaceReport()
    for product_id, place in places:
        if renewal := renewer.renewal(place):
            renewals[product_id] = renewal
            report.add(renewal)
    return ProductPlaces(renewals, report)


def report_places(places: Iterable[tuple[RecordPlace, int]], renewer: PlaceRenewer) -> PlaceReport:
    """Look at different places, each with how many products are made there; change nothing."""
    report = PlaceReport()
    for place, records in places:
        if renewal := renewer.renewal(place):
            report.add(renewal, records)
    return report


def renew_products(places: ProductPlaces, editing: PlaceEditing, context: ChangeContext) -> int:
    """Store what was proposed and answered; return how many products changed."""
    places.report.renewed = True
    return editing.renew(places.renewals, context)
