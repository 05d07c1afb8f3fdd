"""How many unfinished batches a producer may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import TooManyAtOnce
from labelsvc.storage.batches.batches import Batches
from labelsvc.storage.db.database import Database
from tests.offices.stored_office import NOW, Stores


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    stores = Stores(database, tmp_path / "home")
    stores.batches = Batches(database, stores.epochs, most_open=2)
    return stores


def test_a_producer_with_too_many_unfinished_batches_has_to_wait(stores: Stores) -> None:
    first, _ = (stores.order(5, queued=True, producer_id=1, order_key=f"key {i}") for i in range(2))

    with pytest.raises(TooManyAtOnce, match=r"print\.too_many_open"):
        stores.order(5, queued=True, producer_id=1)
    again = stores.order(5, queued=True, producer_id=1, order_key="key 0")
    stores.progress.cancel(first, "nhầm", ChangeContext("thu", NOW))

    assert again == first
    assert stores.order(5, queued=True, producer_id=1)


def test_other_producers_and_the_office_are_not_bound_by_it(stores: Stores) -> None:
    for producer_id in (1, 1, 2, 2, None, None, None):
        assert stores.order(5, queued=True, producer_id=producer_id)
