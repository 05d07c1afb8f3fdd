"""The office's stocks: versions for ever, one in use at most, and nobody overwrites unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from labelsvc.domain.change_context import ChangeContext
from labelsvc.domain.errors import ChangedMeanwhile, NotFound
from labelsvc.storage.db.database import Database
from labelsvc.storage.stocks.stock_shelf import StockShelf

CONTEXT = ChangeContext("canbo@vanphong.vn", datetime(2026, 11, 2, 3, 4, tzinfo=UTC))


@pytest.fixture
def shelf(database_url: str) -> Iterator[StockShelf]:
    database = Database.open(database_url)
    yield StockShelf(database)
    database.close()


def states(shelf: StockShelf) -> dict[int, str]:
    return {version.version: version.state for version in shelf.all()}


def test_a_new_version_replaces_the_one_in_use_and_keeps_it(shelf: StockShelf) -> None:
    versions = [shelf.add("tomy-145", content, CONTEXT) for content in (b"one", b"two")]

    in_use = shelf.find_in_use("tomy-145")
    assert versions == [1, 2]
    assert states(shelf) == {1: "retired", 2: "in_use"}
    assert in_use
    assert (in_use.content, in_use.who, in_use.at) == (b"two", CONTEXT.who, CONTEXT.now)
    assert [version.content for version in shelf.all()] == [b"two", b"one"]


def test_a_retired_stock_is_used_again_in_an_older_version(shelf: StockShelf) -> None:
    for content in (b"one", b"two"):
        shelf.add("tomy-145", content, CONTEXT)
    shelf.retire("tomy-145", CONTEXT)
    offered = shelf.in_use()

    shelf.use("tomy-145", 1, CONTEXT)

    assert offered == []
    assert [version.content for version in shelf.in_use()] == [b"one"]
    with pytest.raises(NotFound):
        shelf.use("tomy-145", 3, CONTEXT)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(shelf: StockShelf) -> None:
    shelf.add("tomy-145", b"one", CONTEXT, 0)
    seen = shelf.states_seen(shelf.all())
    shelf.add("tomy-145", b"two", CONTEXT, 1)

    with pytest.raises(ChangedMeanwhile) as refusal:
        shelf.add("tomy-145", b"mine", CONTEXT, 1)
    with pytest.raises(ChangedMeanwhile):
        shelf.retire("tomy-145", CONTEXT, seen)

    assert refusal.value.problems[0].facts["version"] == 2
    assert states(shelf) == {1: "retired", 2: "in_use"}
