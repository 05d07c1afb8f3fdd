"""Visibility by token: the office's sees everything, a producer's its own; all else is answered as not found."""

from __future__ import annotations

from collections.abc import Iterable

from labelsvc.domain.errors import NotFound
from labelsvc.domain.history import StoredProduct
from labelsvc.domain.product_filter import ProductFilter
from labelsvc.web.api.access import own_producer
from labelsvc.web.desk import context as desk
from labelsvc.web.desk.label_forms import refuse_unusable
from labelsvc.workflows.batches.batch_files import Batch, BatchSummary


def get_visible_product(product_id: int) -> StoredProduct:
    """Return a product; NotFound if there is none, or where it is another producer's."""
    services = desk.services()
    owner = services.product_lists.producer_of(product_id)
    if owner is None or own_producer() not in (None, owner):
        raise NotFound.from_code("storage.no_product", id=product_id)
    return services.products.get(product_id)


def find_visible_products(ids: Iterable[int]) -> dict[int, StoredProduct]:
    """Return the products visible to the token, by id."""
    services, own = desk.services(), own_producer()
    wanted = set(ids)
    if own is not None:
        wanted &= set(services.product_lists.ids(ProductFilter(producer_id=own), desk.today()))
    return dict(services.products.many(wanted))


def get_visible_batch(name: str) -> tuple[BatchSummary, Batch]:
    """Return a batch with its progress; NotFound if there is none, or if it is not the producer's own."""
    services = desk.services()
    summary = services.batch_lists.find(name)
    if summary is None or own_producer() not in (None, summary.producer_id):
        raise NotFound.from_code("api.no_batch", batch=name)
    return summary, services.batches.get(name)


def get_usable_batch(name: str) -> Batch:
    """Return a batch whose files may go out: to the office always, to a producer while its recognitions hold.

    NotFound as above; PrintRefused says why labels may not be used today.
    """
    _, stored = get_visible_batch(name)
    if own_producer() is not None:
        refuse_unusable(stored)
    return stored
