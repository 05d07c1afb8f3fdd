"""The office's products of the shortest, usual and longest names, remembered for a minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Lock

from labelsvc.domain.history import StoredProduct
from labelsvc.domain.permission import current_recognition
from labelsvc.domain.time_zone import VIETNAM
from labelsvc.storage.db.database import Database
from labelsvc.storage.products.name_lengths import name_lengths
from labelsvc.storage.products.products import Products
from labelsvc.workflows.studio.samples import GroupSamples, SampleProduct

REMEMBERED = timedelta(minutes=1)


class OfficeSamples:
    """Samples of all groups."""

    def __init__(self, database: Database, products: Products) -> None:
        self._database, self._products = database, products
        self._turn = Lock()
        self._at: datetime | None = None
        self._known: tuple[GroupSamples, ...] = ()

    def of_groups(self, now: datetime) -> tuple[GroupSamples, ...]:
        """Return the samples of every group that has products."""
        with self._turn:
            if self._at is None or not timedelta(0) <= now - self._at < REMEMBERED:
                self._known, self._at = self._read(now.astimezone(VIETNAM).date()), now
            return self._known

    def _read(self, today: date) -> tuple[GroupSamples, ...]:
        lengths = name_lengths(self._database)
        found = self._products.many({each for of in lengths for each in (of.shortest, of.usual, of.longest)})
        return tuple(
            GroupSamples(
                of.group,
                of.count,
                [sample_of(found[each], today) for each in (of.shortest, of.usual, of.longest) if each in found],
            )
            for of in lengths
            if {of.shortest, of.usual, of.longest} <= found.keys()
        )


def sample_of(stored: StoredProduct, today: date) -> SampleProduct:
    """Return a product with its recognition of today."""
    return SampleProduct(stored.product, current_recognition(stored.history, today))
