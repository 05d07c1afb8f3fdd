"""All tables together, with the triggers: what creates, migrates, copies and checks databases works on these."""

from __future__ import annotations

from labelsvc.storage.db.tables import (
    accounts,
    audit,
    batches,
    designs,
    keys,
    orders,
    product_list,
    products,
    profiles,
    scans,
    serials,
    stocks,
    waiting,
)
from labelsvc.storage.db.tables.metadata import metadata as metadata
from labelsvc.storage.db.triggers import add_triggers

_SUBJECTS = (
    accounts,
    audit,
    batches,
    designs,
    keys,
    orders,
    product_list,
    products,
    profiles,
    scans,
    serials,
    stocks,
    waiting,
)
"""Importing them has registered their tables."""

add_triggers(metadata)
