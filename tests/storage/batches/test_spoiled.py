"""Void serials and reprints in the database: recorded once, for ever, and seen by the next scan."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from labelsvc.domain.errors import OutputRefused, PrintRefused
from labelsvc.domain.label_code import StampIdentity
from labelsvc.domain.serial_ranges import SerialRange
from labelsvc.domain.verification.judging import judge
from labelsvc.domain.verification.stamp_record import VoidedRange
from labelsvc.domain.verification.verdict import VerdictCase
from labelsvc.storage.batches.reprints import Reprint, Reprints
from labelsvc.storage.batches.voids import ReportedLoss, VoidPieces, Voids
from labelsvc.storage.db.database import Database
from labelsvc.storage.db.tables.batches import batches
from labelsvc.storage.db.tables.serials import voids
from tests.offices.recorded_changes import changes_of
from tests.offices.stored_office import NOW, Stores

LATER = NOW + timedelta(days=3)
REASON = "Mất ở kho Mê Linh"


@pytest.fixture
def stores(database: Database, tmp_path: Path) -> Stores:
    return Stores(database, tmp_path / "home")


@pytest.fixture
def batch(stores: Stores) -> str:
    """A batch with one line: number 1, serials 1 to 100."""
    return stores.order(100)


def replaced(stores: Stores, batch: str, *pieces: SerialRange) -> str:
    """Report pieces lost; return the name of the batch that replaces them."""
    count = sum(some.count for some in pieces)
    new = stores.new_batch(count, replaces=ReportedLoss(batch, pieces, REASON), who="lan")
    return stores.batches.order(new, LATER).batch.name


def reprint(batch: str, number: int = 1, pieces: tuple[SerialRange, ...] = (SerialRange(1, 5, 20),)) -> Reprint:
    return Reprint(
        batch=batch,
        number=number,
        at=LATER,
        who="lan",
        reason="Kẹt giấy",
        sheets="1",
        pieces=pieces,
        count=sum(some.count for some in pieces),
        file=f"reprint-{number:03}.pdf",
        sha256="ab" * 32,
    )


def case_of(stores: Stores, batch: str, serial: int) -> VerdictCase:
    epoch = stores.batches.get(batch).epoch
    return judge(StampIdentity(1, serial), *stores.scans.scan(epoch, 1, serial, LATER), LATER.date()).case


def test_lost_pieces_are_void_at_the_next_scan_unlike_neighbours(stores: Stores, batch: str) -> None:
    before = [case_of(stores, batch, serial) for serial in (4, 5, 20, 21)]

    replaced(Stores(stores.database, stores.home), batch, SerialRange(1, 5, 20), SerialRange(1, 90, 100))

    assert before == [VerdictCase.IN_FORCE] * 4
    assert [case_of(stores, batch, serial) for serial in (4, 5, 20, 21, 89, 90, 100)] == [
        VerdictCase.IN_FORCE,
        VerdictCase.REPORTED_LOST,
        VerdictCase.REPORTED_LOST,
        VerdictCase.IN_FORCE,
        VerdictCase.IN_FORCE,
        VerdictCase.REPORTED_LOST,
        VerdictCase.REPORTED_LOST,
    ]


def test_a_scan_knows_since_when_and_why_a_piece_is_void(stores: Stores, batch: str) -> None:
    replaced(stores, batch, SerialRange(1, 5, 20))

    found, scans = stores.scans.look(stores.batches.get(batch).epoch, 1, 7)

    assert found is not None
    assert found.voids == (VoidedRange(5, 20, LATER, REASON),)
    assert scans is not None


def test_both_batches_know_of_each_other(stores: Stores, batch: str) -> None:
    name = replaced(stores, batch, SerialRange(1, 5, 20))

    known = Voids(stores.database)

    void = VoidPieces(SerialRange(1, 5, 20), LATER, "lan", REASON, "lost", name)
    assert known.for_batch(batch) == [void] == known.replaced_by(name)
    assert known.for_batch(name) == known.replaced_by(batch) == []


@pytest.mark.parametrize(
    "again", [SerialRange(1, 5, 20), SerialRange(1, 20, 30), SerialRange(1, 1, 5), SerialRange(1, 1, 100)]
)
def test_void_pieces_are_never_replaced_again_and_nothing_is_ordered_then(
    stores: Stores, batch: str, again: SerialRange
) -> None:
    replaced(stores, batch, SerialRange(1, 5, 20))

    with pytest.raises(PrintRefused, match=r"replace\.already_void"):
        replaced(stores, batch, again)

    with stores.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(batches)) == 2
    assert stores.epochs.all()[0].next_line == 3


def test_of_two_replacements_at_once_one_is_refused(stores: Stores, batch: str) -> None:
    start, refused, issued = threading.Barrier(4), [], []

    def lose() -> None:
        own = Stores(stores.database, stores.home)
        start.wait()
        try:
            issued.append(replaced(own, batch, SerialRange(1, 5, 20)))
        except PrintRefused as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=lose) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(issued), len(refused)) == (1, 3)
    assert [void.replaced_by for void in Voids(stores.database).for_batch(batch)] == issued


def test_losses_are_audited_with_who_and_why(stores: Stores, batch: str) -> None:
    replaced(stores, batch, SerialRange(1, 5, 20), SerialRange(1, 31, 31))

    with stores.database.reading() as connection:
        _, entry = changes_of(connection, "batch", stores.batches.get(batch).id)

    assert (entry.who, entry.at, entry.reason) == ("lan", LATER, REASON)
    assert (entry.field, entry.after) == ("void", "1:5-20, 1:31 → 2026-002")


def test_recorded_reprints_are_found_again_and_audited(stores: Stores, batch: str) -> None:
    reprints = Reprints(stores.database)
    first, second = reprint(batch), reprint(batch, 2)

    reprints.record(first)
    reprints.record(second)

    with stores.database.reading() as connection:
        entries = changes_of(connection, "batch", stores.batches.get(batch).id)
    assert reprints.for_batch(batch) == [first, second]
    assert reprints.next_number(batch) == 3
    assert [(entry.who, entry.reason, entry.after) for entry in entries[1:]] == [
        ("lan", "Kẹt giấy", "reprint-001.pdf: 1:5-20"),
        ("lan", "Kẹt giấy", "reprint-002.pdf: 1:5-20"),
    ]


def test_a_reprint_of_pieces_that_became_void_meanwhile_is_refused(stores: Stores, batch: str) -> None:
    replaced(stores, batch, SerialRange(1, 20, 20))

    with pytest.raises(PrintRefused, match=r"replace\.already_void") as refusal:
        Reprints(stores.database).record(reprint(batch))

    assert refusal.value.problems[0].facts["pieces"] == "1:20"
    assert Reprints(stores.database).for_batch(batch) == []


def test_two_reprints_never_share_a_number(stores: Stores, batch: str) -> None:
    reprints = Reprints(stores.database)
    reprints.record(reprint(batch))

    with pytest.raises(OutputRefused, match=r"output\.in_use"):
        reprints.record(reprint(batch))


@pytest.mark.parametrize("table", ["voids", "reprints"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET who = 'khác'", "DELETE FROM {}"])
def test_records_of_changes_are_never_changed_or_removed(
    stores: Stores, batch: str, table: str, statement: str
) -> None:
    replaced(stores, batch, SerialRange(1, 5, 20))
    Reprints(stores.database).record(reprint(batch, pieces=(SerialRange(1, 1, 2),)))

    with pytest.raises(DBAPIError, match=f"{table} only grows"), stores.database.writing() as connection:
        connection.execute(text(statement.format(table)))


def test_a_void_needs_a_line_and_serials_that_go_up(stores: Stores, batch: str) -> None:
    facts = {"epoch_id": 1, "line": 1, "first_serial": 1, "last_serial": 2, "at": NOW, "reason": "?", "replaced_by": 1}

    for wrong in ({"line": 9}, {"first_serial": 0}, {"first_serial": 3}, {"replaced_by": 9}):
        with pytest.raises(DBAPIError), stores.database.writing() as connection:
            connection.execute(voids.insert().values(**facts | wrong))
