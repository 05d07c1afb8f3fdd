"""Measure what a stored product has of the facts that a trace code must lead to."""

from __future__ import annotations

from datetime import date

from labelsvc.domain.history import StoredProduct
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.trace.profile import ProductProfile
from labelsvc.domain.trace.trace_facts import MarkedLot, TraceFacts, trace_facts


def measure_product(
    stored: StoredProduct, profile: ProductProfile, today: date, lot: MarkedLot | None = None
) -> TraceFacts:
    """Return the meter of a product with an approved profile, by its current recognition."""
    return trace_facts(stored.product, profile, current_recognition(stored.history, today), today, lot)
