"""An output that hangs holds whoever orders, and no other writer of the office."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Unanswered
from pathlib import Path

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import OutputRefused
from labelsvc.storage.db.database import Database
from labelsvc.storage.keys.output_marks import IN_OUTPUT
from tests.offices.stored_office import NOW, Stores


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    made = Stores(database, tmp_path / "home", output=tmp_path / "output")
    made.order(10, queued=True)
    return made


class Between:
    """Names of the output that nobody has; another order is placed while they are looked at first."""

    def __init__(self, stores: Stores) -> None:
        self._stores, self._others = stores, iter(range(2))
        self.asked: list[object] = []

    def __contains__(self, name: object) -> bool:
        self.asked.append(name)
        for _ in self._others:
            self._stores.order(10)
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(())


def test_no_writer_waits_for_an_output_that_hangs(stores: Stores, tmp_path: Path) -> None:
    marks = tmp_path / "output" / IN_OUTPUT
    marks.unlink()
    os.mkfifo(marks)  # whoever reads it waits until somebody writes
    (first,) = stores.batches.recent()

    with ThreadPoolExecutor() as threads:
        hanging = threads.submit(stores.order, 10)
        with pytest.raises(Unanswered):
            hanging.result(timeout=0.1)
        written = threads.submit(stores.progress.cancel, first.name, "nhầm", ChangeContext("thu", NOW))
        outcome = written.result(timeout=10)
        with marks.open("w"), pytest.raises(OutputRefused, match="unreadable"):
            hanging.result(timeout=10)

    assert outcome
    assert [batch.name for batch in stores.batches.recent()] == [first.name]


def test_orders_while_the_output_is_asked_have_their_own_numbers(stores: Stores) -> None:
    between = Between(stores)

    name = stores.batches.order(stores.new_batch(10), NOW, taken=between).batch.name

    batches = stores.batches.recent()
    assert name == "2026-004"
    assert [batch.name for batch in batches] == ["2026-004", "2026-003", "2026-002", "2026-001"]
    assert between.asked == ["2026-002", "2026-004"]
    with stores.database.reading() as connection:
        numbers = connection.exec_driver_sql("SELECT number FROM lines ORDER BY number").scalars().all()
    assert numbers == [1, 2, 3, 4]
