"""Why a label with an address is not printed: it would name units that no longer exist (decree 37/2026, art. 98.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from labelsvc.domain.errors import Problem
from labelsvc.domain.places.gazetteer import Gazetteer
from labelsvc.domain.places.renewal import PlaceRenewer
from labelsvc.domain.product import Product
from labelsvc.workflows.places.former_labels import design_carries_address
from labelsvc.workflows.places.renew_rows import place_of

FORMER_PLACE, DIVIDED_PLACE, SHOWN_PLACE = "print.former_place", "print.divided_place", "print.shown_place"


@dataclass(frozen=True, slots=True)
class PlacedProduct:
    """A product as its label may name it, or why that cannot be printed."""

    product: Product
    reasons: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def placed_product(
    product: Product, design: bytes, gazetteer: Gazetteer, today: date, *, marked: bool
) -> PlacedProduct:
    """Return a product with a place that its label may name.

    A label of no value (``marked`` MẪU or IN THỬ) shows the unit that is proposed, with a warning; any other waits
    until somebody has renewed the record. A divided unit is refused on both.
    """
    if today < gazetteer.since or not design_carries_address(design):
        return PlacedProduct(product)
    renewal = PlaceRenewer(gazetteer).renewal(place_of(product))
    if renewal is None or renewal.exists:
        return PlacedProduct(product)
    before, after = renewal.before.line, renewal.after
    if after is None:
        choices = [unit.name for unit in renewal.finding.choices]
        facts = {"before": before, "former": renewal.question, "choices": choices}
        return PlacedProduct(product, (Problem(DIVIDED_PLACE, facts),))
    facts = {"before": before, "after": after.label_line}
    if not marked:
        return PlacedProduct(product, (Problem(FORMER_PLACE, facts),))
    renewed = replace(product, address=after.address, commune=after.commune, district=after.district)
    return PlacedProduct(renewed, warnings=(Problem(SHOWN_PLACE, facts),))
